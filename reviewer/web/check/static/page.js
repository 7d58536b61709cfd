// The to-do list: ticks stay with the browser, examples are fetched when asked for, the corrected file is checked again.
import { api, tell, toast } from "/static/base.js";
import { fragment, takeAway } from "/static/transfer.js";
import { h, $, $$ } from "/static/dom.js";
import { Uploads } from "/static/upload.js";

const previous = $("#drop").dataset.previous;
const kept = `ticks:${previous}`;

new Uploads({ single: true, fields: () => ({ purpose: "draft", previous }), link: (filing) => `/check/${filing.id}`, ready: (filing) => location.assign(`/check/${filing.id}`) });

const ticks = new Set(JSON.parse(localStorage.getItem(kept) || "[]"));
$$("[data-task]").forEach((box) => {
  const show = () => box.closest(".task").classList.toggle("ticked", box.checked);
  box.checked = ticks.has(box.dataset.task);
  show();
  box.addEventListener("change", () => {
    ticks[box.checked ? "add" : "delete"](box.dataset.task);
    localStorage.setItem(kept, JSON.stringify([...ticks]));
    show();
  });
});

$$("details.well").forEach((details) => details.addEventListener("toggle", async () => {
  if (!details.open || details.dataset.done) return;
  details.dataset.done = "yes";
  const place = $(".examples", details);
  try {
    place.replaceChildren(document.adoptNode($("article.how-well", await fragment(details.dataset.src))));
  } catch (error) {
    delete details.dataset.done;
    place.replaceChildren(h("p", { class: "notice error" }, error.message, " ", h("button", { type: "button", class: "slim", onclick: () => { details.open = false; details.open = true; } }, "重试")));
  }
}));

$("#print").addEventListener("click", () => window.print());

/** Download the corrected file, and tell what could not be written into it. */
async function take(path) {
  const notes = await takeAway(path);
  if (notes.length) toast(`文件已下载，但有 ${notes.length} 处没有写进去，要自己改：${notes.join("；")}`, "error");
  else toast("改好的文件已下载；看过以后放回来再查一次");
}
$$("a[data-take]").forEach((link) => link.addEventListener("click", (event) => { event.preventDefault(); take(link.href).catch(tell); }));

const safe = $("#safe");
if (safe) safe.addEventListener("click", async () => {
  safe.disabled = true;
  try {
    const { version } = await api("GET", `/api/filings/${previous}`);
    await api("POST", `/api/filings/${previous}/accept-safe`, { version });
    await take(`/api/filings/${previous}/export/corrected`);
  } catch (error) { tell(error); } finally { safe.disabled = false; }
});

const submit = $("#submit");
if (submit) submit.addEventListener("click", async () => {
  submit.disabled = true;
  try {
    await api("POST", `/api/filings/${previous}/move`, { version: Number(submit.dataset.version), to: "open", note: "" });
    toast("已报送，审核人可以看到了");
  } catch (error) { submit.disabled = false; tell(error); }
});
