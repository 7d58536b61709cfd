// What a person writes: another wording of a row, of an opinion, or the reason why not.
import { h, $, $$ } from "/static/dom.js";

const REASONS = ["上级下达的定性任务", "已另行批复", "口径不同，本单位写法有依据", "该项无法统计"];
const TO_FILL = /【待填[^】]*】/;

/** The form for a rewrite: one set of fields a row. `save` gets the rows and a reason. */
export function askRows({ title, rows, columns, headings, save, cancel, button = "采纳", message = null }) {
  const sets = rows.map((row, number) => h("fieldset", {}, h("legend", {}, rows.length > 1 ? (number ? `另补的第${number}行` : "这一行") : title),
    h("div", { class: "cells" }, Object.keys(columns).filter((key) => key in row).map((key) => {
      const input = key === "level2" ? choice(row[key], headings) : h("textarea", { rows: 1, value: row[key] || "", spellcheck: "false" });
      input.name = `${number}.${key}`;
      return h("label", { class: key }, columns[key], input);
    }))));
  const problem = h("p", { class: "problem", role: "alert", hidden: true });
  const form = h("form", { class: "ask" }, sets, message,
    problem,
    h("div", { class: "buttons" }, h("button", { type: "submit", class: "slim primary" }, button, " ", h("kbd", {}, "Ctrl+Enter")), h("button", { type: "button", class: "slim", onclick: cancel }, "取消 ", h("kbd", {}, "Esc"))));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const written = rows.map((row, number) => Object.fromEntries(Object.keys(columns).filter((key) => key in row).map((key) => [key, form.elements[`${number}.${key}`].value.trim()])));
    const left = $$("textarea", form).find((input) => TO_FILL.test(input.value));
    if (left) {
      problem.hidden = false;
      problem.textContent = "还有【待填】没有填：请写上实际的数。";
      left.setAttribute("aria-invalid", "true");
      pick(left);
      return;
    }
    save(written);
  });
  keys(form, cancel);
  $$("textarea", form).forEach(fit);
  form.begin = () => pick($$("textarea", form).find((input) => TO_FILL.test(input.value)) || $('textarea[name$=".value"]', form) || $("textarea", form));
  return form;
}

/** The form for an opinion in one's own words. */
export function askWords({ text, save, cancel }) {
  const input = h("textarea", { name: "text", rows: 3, value: text, required: true });
  const form = h("form", { class: "ask" }, h("label", {}, "意见改为（意见书上用这句话）", input),
    h("div", { class: "buttons" }, h("button", { type: "submit", class: "slim primary" }, "保存 ", h("kbd", {}, "Ctrl+Enter")), h("button", { type: "button", class: "slim", onclick: cancel }, "取消 ", h("kbd", {}, "Esc"))));
  form.addEventListener("submit", (event) => { event.preventDefault(); if (input.value.trim()) save(input.value.trim()); });
  keys(form, cancel);
  fit(input);
  form.begin = () => input.focus();
  return form;
}

/** The form for a rejection: the reason travels with it. */
export function askReason({ what, save, cancel }) {
  const input = h("textarea", { name: "reason", rows: 2, required: true, "aria-describedby": "why-not" });
  const form = h("form", { class: "ask" }, h("label", {}, `${what}的理由`, input),
    h("p", { class: "help small muted", id: "why-not" }, "理由会写进处理记录；不采纳的以后不再出现，除非原文改了。"),
    h("div", { class: "reasons" }, REASONS.map((reason) => h("button", { type: "button", class: "slim", onclick: () => { input.value = reason; input.focus(); } }, reason))),
    h("div", { class: "buttons" }, h("button", { type: "submit", class: "slim primary" }, `${what} `, h("kbd", {}, "Ctrl+Enter")), h("button", { type: "button", class: "slim", onclick: cancel }, "取消 ", h("kbd", {}, "Esc"))));
  form.addEventListener("submit", (event) => { event.preventDefault(); if (input.value.trim()) save(input.value.trim()); });
  keys(form, cancel);
  form.begin = () => input.focus();
  return form;
}

function choice(value, headings) {
  const all = headings.includes(value) || !value ? headings : [value, ...headings];
  return h("select", {}, all.map((heading) => h("option", { value: heading, selected: heading === value }, heading)));
}

function keys(form, cancel) {
  form.addEventListener("keydown", (event) => {
    if (event.key === "Escape") { event.preventDefault(); event.stopPropagation(); cancel(); }
    // Enter ends a word in a Chinese input method; only Ctrl+Enter sends.
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && !event.isComposing) { event.preventDefault(); form.requestSubmit(); }
  });
}

function fit(input) {
  const grow = () => { input.style.height = "auto"; input.style.height = `${input.scrollHeight + 2}px`; };
  input.addEventListener("input", () => { input.removeAttribute("aria-invalid"); grow(); });
  requestAnimationFrame(grow);
}

function pick(input) {
  if (!input) return;
  input.focus();
  const found = TO_FILL.exec(input.value);
  if (found) input.setSelectionRange(found.index, found.index + found[0].length);
}
