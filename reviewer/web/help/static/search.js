// Narrows the list while a person types; without this script the form asks the server for the same.
import { $, $$ } from "/static/dom.js";

const input = $("#q");
const rules = $$("#families li");

function narrow() {
  const words = input.value.trim().toLowerCase().split(/\s+/).filter(Boolean);
  let count = 0;
  for (const rule of rules) {
    rule.hidden = !words.every((word) => rule.dataset.words.includes(word));
    if (!rule.hidden) count += 1;
  }
  for (const family of $$(".family")) family.hidden = !$("li:not([hidden])", family);
  $("#count").textContent = words.length ? (count ? `找到 ${count} 条规则` : "没有找到；换一个词试试，如指标名称里的字") : "";
}

input.addEventListener("input", narrow);
document.addEventListener("keydown", (event) => {
  if (event.key === "/" && !/^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName)) { event.preventDefault(); input.focus(); }
});
