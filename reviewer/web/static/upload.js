// Files dropped or chosen: sent one by one, read by the server, each with its own progress and its own fate.
import { api } from "/static/base.js";
import { send, pause } from "/static/transfer.js";
import { h, $, say } from "/static/dom.js";

const AT_ONCE = 3;

export class Uploads {
  /** `fields()`: what goes with each file; `ready(filing, line)`: a file was read; `link(filing)`: where it opens. */
  constructor({ fields, ready, link, single = false }) {
    Object.assign(this, { fields, ready, link, single });
    this.queue = [];
    this.running = 0;
    this.list = $("#uploads");
    const drop = $("#drop");
    this.limits = { files: Number(drop.dataset.files), mb: Number(drop.dataset.mb) };
    const input = $("#files");
    this.kinds = input.accept ? input.accept.split(",") : [];
    input.addEventListener("change", () => { this.add([...input.files]); input.value = ""; });
    let depth = 0;
    document.addEventListener("dragenter", (event) => { event.preventDefault(); depth += 1; drop.classList.add("over"); });
    document.addEventListener("dragleave", () => { depth -= 1; if (depth <= 0) { depth = 0; drop.classList.remove("over"); } });
    document.addEventListener("dragover", (event) => event.preventDefault());
    document.addEventListener("drop", (event) => { event.preventDefault(); depth = 0; drop.classList.remove("over"); this.add([...event.dataTransfer.files]); });
    $("#sample").addEventListener("click", () => this.sample());
  }

  async sample() {
    const button = $("#sample");
    button.disabled = true;
    try {
      this.add([await sampleFile()]);
    } catch (error) { this.line({ name: "示例" }).fail(error.message); } finally { button.disabled = false; }
  }

  add(files) {
    const taken = this.single ? files.slice(0, 1) : files.slice(0, this.limits.files);
    for (const file of taken) {
      const line = this.line(file);
      if (file.size > this.limits.mb * 1024 * 1024) line.fail(`太大了：超过 ${this.limits.mb} MB`);
      else if (file.size === 0) line.fail("是空文件");
      else if (!this.taken(file.name)) line.fail("这种文件不是申报表：请放 Word、Excel、WPS、PDF 等文件");
      else this.queue.push({ file, line });
    }
    if (files.length > taken.length) this.line({ name: `还有 ${files.length - taken.length} 个文件` }).fail(`一次最多 ${taken.length} 个，请再放一次`);
    this.pump();
  }

  taken(name) {
    const kind = `.${name.split(".").pop().toLowerCase()}`;
    return !this.kinds.length || this.kinds.includes(kind);
  }

  pump() {
    while (this.running < AT_ONCE && this.queue.length) {
      const job = this.queue.shift();
      this.running += 1;
      this.one(job).finally(() => { this.running -= 1; this.pump(); });
    }
  }

  async one({ file, line }) {
    const again = () => { line.reset(); this.queue.push({ file, line }); this.pump(); };
    try {
      line.tell("正在传…", 0);
      const answer = await send("/api/filings", { ...this.fields(), files: file }, (share) => line.tell(share < 1 ? `正在传… ${Math.round(share * 100)}%` : "正在读表、检查…", share < 1 ? share : null));
      if (answer.refused.length) { line.fail(words(answer.refused[0])); return; }
      let filing = answer.filings[0];
      line.tell("正在读表、检查…", null);
      for (let wait = 120; filing.state === "reading"; wait = Math.min(wait * 1.4, 1500)) {
        await pause(wait);
        filing = (await api("GET", `/api/filings/${filing.id}`));
      }
      if (filing.state === "failed") { line.fail(words(filing.failure)); return; }
      line.finish(filing, this.link(filing));
      this.ready(filing, line);
    } catch (error) {
      line.fail([error.message, error.problem && error.problem.remedy].filter(Boolean).join("；"), error.status === 0 || error.status >= 500 ? again : null);
    }
  }

  line(file) {
    const word = h("span", { class: "word", role: "status" }, "排队中");
    const bar = h("progress", { max: "1", "aria-label": `${file.name} 的进度` });
    const item = h("li", {}, h("span", { class: "name" }, file.name), word, bar);
    this.list.hidden = false;
    this.list.prepend(item);
    return {
      item,
      tell(text, share) { word.textContent = text; if (share === null) bar.removeAttribute("value"); else bar.value = share; },
      fail(text, again) {
        item.className = "failed";
        bar.hidden = true;
        word.replaceChildren(`× ${text} `, ...(again ? [h("button", { type: "button", class: "slim", onclick: again }, "重试")] : []));
        say(`${file.name}：${text}`);
      },
      reset() { item.className = ""; bar.hidden = false; word.textContent = "排队中"; },
      finish(filing, link) {
        item.className = "ready";
        bar.hidden = true;
        word.replaceChildren(counts(filing.figures), " ", h("a", { class: "button slim primary", href: link }, "打开"));
        say(`${file.name} 检查完了`);
      },
    };
  }
}

/** The example, as a file like any other. */
export async function sampleFile() {
  const answer = await fetch("/workbench/sample", { credentials: "same-origin" });
  if (!answer.ok) throw new Error("示例没有取到");
  return new File([await answer.blob()], "示例：石峰区残联2023年绩效目标申报表.docx");
}

function words(told) { return [told.what || told.detail, told.where, told.remedy].filter(Boolean).join("；"); }

/** × 3 △ 5 ○ 1, read out in words. */
export function counts(figures) {
  if (!figures) return "";
  const shown = [["error", "×", "必须修改"], ["warn", "△", "应当修改"], ["info", "○", "提示"]].filter(([key]) => figures[key]);
  if (!shown.length) return h("span", { class: "counts" }, h("span", { class: "ok" }, "√ 没有问题"));
  return h("span", { class: "counts" }, shown.map(([key, sign, word]) => h("span", { class: key }, h("span", { "aria-hidden": "true" }, `${sign} `), `${word} ${figures[key]}`)));
}
