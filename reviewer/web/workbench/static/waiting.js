// A filing that is still being read: open it when it is done.
import { api } from "/static/base.js";
import { pause } from "/static/transfer.js";

const id = location.pathname.split("/")[2];
for (let wait = 300; ; wait = Math.min(wait * 1.5, 3000)) {
  await pause(wait);
  try {
    if ((await api("GET", `/api/filings/${id}`)).state !== "reading") { location.reload(); break; }
  } catch (error) { if (error.status !== 0) { location.reload(); break; } }
}
