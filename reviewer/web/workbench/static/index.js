// The first screen: drop filings, or go on with one that is at hand.
import { api } from "/static/base.js";
import { h, $ } from "/static/dom.js";
import { Uploads, counts } from "/static/upload.js";

const at = (filing) => `/workbench/${filing.id}`;

new Uploads({
  fields: () => ({ purpose: "draft" }),
  link: at,
  // One file alone is opened at once; of several a person chooses.
  ready(filing) {
    if (document.querySelectorAll("#uploads li").length === 1) location.assign(at(filing));
    else list();
  },
});

async function list() {
  const { filings } = await api("GET", "/api/filings");
  const recent = filings.filter((filing) => filing.state !== "reading").slice(0, 30);
  $("#recent-filings").hidden = recent.length === 0;
  $("#recent-filings tbody").replaceChildren(...recent.map((filing) => h("tr", {},
    h("td", {}, filing.state === "failed" ? h("span", {}, filing.name) : h("a", { href: at(filing) }, filing.title || filing.name), filing.title ? h("div", { class: "muted small" }, filing.name) : null),
    h("td", {}, filing.year ? `${filing.year}` : ""),
    h("td", {}, filing.state === "failed" ? h("span", { class: "muted" }, "没有读成") : counts(filing.figures)),
    h("td", {}, `第${filing.round}稿`),
    h("td", {}, filing.state_words),
    h("td", { class: "muted" }, when(filing.changed)))));
}

function when(text) {
  const date = new Date(text);
  return Number.isNaN(date.getTime()) ? "" : date.toLocaleString("zh-CN", { month: "numeric", day: "numeric", hour: "2-digit", minute: "2-digit" });
}

list().catch(() => {});
