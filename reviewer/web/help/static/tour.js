// Starts the tour: a copy of the example is put on the person's own desk and opened with the first card.
import { api, tell } from "/static/base.js";
import { send, pause } from "/static/transfer.js";
import { $ } from "/static/dom.js";
import { sampleFile } from "/static/upload.js";

const button = $("#start");
button.addEventListener("click", async () => {
  button.disabled = true;
  button.textContent = "正在打开示例…";
  try {
    const answer = await send("/api/filings", { purpose: "draft", files: await sampleFile() }, () => {});
    const { id } = answer.filings[0];
    for (let filing = answer.filings[0]; filing.state === "reading"; filing = await api("GET", `/api/filings/${id}`)) await pause(300);
    location.assign(`/workbench/${id}?tour`);
  } catch (error) {
    tell(error);
    button.disabled = false;
    button.textContent = "开始";
  }
});
