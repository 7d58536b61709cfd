// The form as the filer knows it, with a mark on each cell that a finding is about.
import { h, $, $$ } from "/static/dom.js";

export const SIGNS = { error: "×", warn: "△", info: "○" };
export const WORDS = { error: "必须修改", warn: "应当修改", info: "提示" };

export class FormPane {
  constructor(place, model, choose, editCell) {
    this.place = place;
    this.model = model;
    this.choose = choose;
    this.editCell = editCell;
    this.cells = new Map(); // "row:key" → td, where words can change
    this.homes = new Map(); // index of an item → the td (or the list) that it stands on
    this.marks = new Map(); // index of an item → its mark
    this.sections = new Map(); // form → section
    this.rows = new Map(); // row → its first td, where a column stands that has no cell of its own
    place.replaceChildren(...this.gaps(), ...model.forms.map((form) => this.form(form)));
  }

  /** What could not be read or checked, on top: it is not passed. */
  gaps() {
    const { gaps, advice } = this.model;
    const found = [];
    if (gaps.length) {
      found.push(h("details", { class: "notice warn gaps", open: gaps.length < 4 }, h("summary", {}, h("b", {}, `有 ${gaps.length} 项没有查成或没有读出，都不算通过，请人工核对`)),
        h("ul", {}, gaps.map((gap) => h("li", {}, h("b", {}, gap.what), `：${gap.why}`)))));
    }
    if (advice.length) found.push(h("details", { class: "notice gaps" }, h("summary", {}, `读表说明（${advice.length}）：内容没有缺少`), h("ul", {}, advice.map((words) => h("li", {}, words)))));
    if (!this.model.forms.length) found.push(h("p", { class: "notice error" }, h("b", {}, "没有读到绩效目标表，没有检查。")));
    return found;
  }

  form(form) {
    const general = h("ul", { class: "general" }, form.general.map((index) => {
      const item = this.model.items[index];
      const line = h("li", {}, this.mark(index), " ", h("span", {}, item.name, "：", item.why));
      this.homes.set(index, line);
      return line;
    }));
    const section = h("section", { class: "form", id: `form-${form.id}`, "aria-labelledby": `name-${form.id}`, tabindex: "-1" },
      h("h2", { id: `name-${form.id}` }, form.title),
      form.general.length ? h("div", { class: "whole" }, h("h3", {}, "对整张表的意见"), general) : null,
      h("div", { class: "paper" }, form.tables.map((table) => this.table(table)), h("div", { class: "added", hidden: true })));
    this.sections.set(form.id, section);
    return section;
  }

  table(table) {
    const columns = h("colgroup", {}, table.widths.map((width) => h("col", { width: `${width}%` })));
    const body = h("tbody", {}, table.rows.map((row) => h("tr", {}, row.map((cell) => this.cell(cell)))));
    return h("div", { class: "scroll" }, h("table", {}, table.caption ? h("caption", {}, table.caption) : null, columns, body));
  }

  cell(cell) {
    const words = h("span", { class: "words" }, cell.t);
    const element = h("td", { class: cell.k || null, rowspan: cell.h, colspan: cell.w }, words);
    if (cell.row && cell.key) {
      this.cells.set(`${cell.row}:${cell.key}`, element);
      element.dataset.cell = `${cell.row}:${cell.key}`;
      element.dataset.filed = cell.t;
      if (!this.rows.has(cell.row) || cell.key === "name") this.rows.set(cell.row, element);
    }
    if (cell.f) {
      element.append(h("span", { class: "marks" }, cell.f.map((index) => this.mark(index))));
      cell.f.forEach((index) => this.homes.set(index, element));
    }
    return element;
  }

  mark(index) {
    const item = this.model.items[index];
    const mark = h("button", { type: "button", class: `mark ${item.severity}`, tabindex: "-1", onclick: (event) => { event.stopPropagation(); this.choose(index); } },
      `${SIGNS[item.severity]}${item.n}`);
    mark.setAttribute("aria-label", `意见${item.n}，${WORDS[item.severity]}：${item.name}`);
    this.marks.set(index, mark);
    return mark;
  }

  /** Show what decisions made of the form. */
  update(state) {
    this.marks.forEach((mark, index) => {
      const item = this.model.items[index];
      const done = state.of(index);
      const sign = done ? (done.sign) : SIGNS[item.severity];
      const words = done ? done.words : WORDS[item.severity];
      mark.className = `mark ${done ? "done" : item.severity}`;
      mark.textContent = `${sign}${item.n}`;
      mark.setAttribute("aria-label", `意见${item.n}，${words}：${item.name}`);
    });
    this.homes.forEach((home) => home.classList.remove("error", "warn", "info"));
    const rank = ["info", "warn", "error"];
    const worst = new Map();
    this.homes.forEach((home, index) => {
      if (state.of(index)) return;
      const severity = this.model.items[index].severity;
      if (!worst.has(home) || rank.indexOf(severity) > rank.indexOf(worst.get(home))) worst.set(home, severity);
    });
    worst.forEach((severity, home) => home.classList.add(severity));
    const changed = state.texts;
    this.cells.forEach((element, name) => {
      const words = $(".words", element);
      const text = name in changed ? changed[name] : null;
      const now = text !== null && text !== element.dataset.filed;
      if (now === element.classList.contains("changed") && (!now || words.dataset.now === text)) return;
      element.classList.toggle("changed", now);
      if (now) {
        words.dataset.now = text;
        words.replaceChildren(h("del", {}, h("span", { class: "sr" }, "原为："), element.dataset.filed), " ", h("ins", {}, h("span", { class: "sr" }, "改为："), text || "（空）"));
      } else {
        delete words.dataset.now;
        words.textContent = element.dataset.filed;
      }
    });
    this.orphans(changed);
    this.sections.forEach((section, id) => {
      const place = $(".added", section);
      const rows = state.added[id] || [];
      place.hidden = rows.length === 0;
      place.replaceChildren(rows.length ? h("h3", {}, "另补的指标") : "", h("ul", {}, rows.map((row) => h("li", {}, h("ins", {}, row)))));
    });
  }

  /** New words of columns that the file prints in no cell of their own (a value within the name). */
  orphans(changed) {
    $$(".orphan", this.place).forEach((note) => note.remove());
    for (const [name, text] of Object.entries(changed)) {
      const [row, key] = name.split(":");
      const home = this.cells.has(name) ? null : this.rows.get(row);
      if (home) $(".words", home).after(h("span", { class: "orphan" }, h("ins", {}, `${this.model.columns[key] || key}改为：${text || "（空）"}`)));
    }
  }

  /** Mark the cell of an item as the current one and bring it into view. */
  point(index, { scroll = true } = {}) {
    $$(".current", this.place).forEach((element) => element.classList.remove("current"));
    const home = this.homes.get(index);
    if (!home) return;
    home.classList.add("current");
    this.marks.get(index).classList.add("current");
    if (scroll) bringIntoView(home, this.place);
  }

  show(form) {
    const section = this.sections.get(form);
    if (section) this.place.scrollTop = section.offsetTop - this.place.offsetTop;
  }

  /** The form that fills the pane now. */
  formInView() {
    const top = this.place.scrollTop + 80;
    let found = this.model.forms[0] && this.model.forms[0].id;
    this.sections.forEach((section, id) => { if (section.offsetTop - this.place.offsetTop <= top) found = id; });
    return found;
  }
}

/** Scroll a pane, and nothing but the pane, until an element stands well inside it. */
export function bringIntoView(element, pane) {
  const own = element.getBoundingClientRect();
  const frame = pane.getBoundingClientRect();
  const room = Math.min(120, frame.height / 5);
  if (own.top < frame.top + room || own.bottom > frame.bottom - room) {
    const middle = own.height > frame.height - 2 * room ? own.top - frame.top - room : own.top - frame.top - (frame.height - own.height) / 2;
    pane.scrollTop += middle;
  }
}
