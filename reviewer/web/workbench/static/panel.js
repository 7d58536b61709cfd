// The list of findings beside the form: one is open, the others are lines.
import { h, $ } from "/static/dom.js";
import { card, headline } from "./card.js";
import { bringIntoView, SIGNS, WORDS } from "./form.js";

export class Panel {
  constructor(place, model, act) {
    this.list = $(".findings", place);
    this.scroller = this.list;
    this.place = place;
    this.model = model;
    this.act = act;
    this.state = null;
    this.lines = [];
    this.open = -1;
    this.filters = { severity: new Set(["error", "warn", "info"]), status: "open", form: "", words: "" };
    this.shown = [];
    this.build();
  }

  build() {
    const fragment = document.createDocumentFragment();
    let form = null;
    this.headings = [];
    this.lines = this.model.items.map((item, index) => {
      if (item.form !== form) {
        form = item.form;
        const told = this.model.forms.find((f) => f.id === form);
        const heading = h("li", { class: "heading" }, h("h3", {}, told.label, " ", told.about));
        this.headings.push([form, heading]);
        fragment.append(heading);
      }
      const head = h("button", { type: "button", class: "head", "aria-expanded": "false", id: `item-${index}`, onclick: () => this.act.choose(index, { toggle: true }) });
      const line = h("li", { class: `finding ${item.severity}` }, head);
      line.head = head;
      fragment.append(line);
      return line;
    });
    this.fresh = h("li", { class: "freshes", hidden: true });
    this.list.replaceChildren(this.fresh, fragment);
  }

  /** Take over what decisions made of the findings; only lines whose state changed are drawn anew. */
  update(state) {
    this.state = state;
    this.model.items.forEach((item, index) => {
      const done = state.of(index);
      const key = done ? `${done.state}|${done.words}` : "open";
      const line = this.lines[index];
      if (line.key !== key) {
        line.key = key;
        line.classList.toggle("done", Boolean(done));
        line.head.replaceChildren(...headline(item, done));
      }
    });
    this.fresh.hidden = state.fresh.length === 0;
    this.fresh.replaceChildren(...(state.fresh.length ? [h("h3", {}, `改动以后新出现的问题（${state.fresh.length}）`),
      h("ul", {}, state.fresh.map((item) => h("li", {}, h("b", { class: `sev ${item.severity}` }, `${SIGNS[item.severity]} ${WORDS[item.severity]}`), ` ${item.name}　${item.place}`,
        h("p", { class: "small" }, item.why, item.do))))] : []));
    // Lines above may go: the open one stays where the eye left it.
    const open = this.open >= 0 ? this.lines[this.open] : null;
    const before = open ? open.getBoundingClientRect().top : 0;
    this.filter();
    if (open) {
      this.draw(this.open);
      this.scroller.scrollTop += open.getBoundingClientRect().top - before;
    }
  }

  fits(index) {
    const item = this.model.items[index];
    const { severity, status, form, words } = this.filters;
    const done = this.state && this.state.of(index);
    if (!severity.has(item.severity)) return false;
    if (form && item.form !== form) return false;
    // The finding that is open stays in the list though it has just been decided: the eye must not lose its place.
    if (status === "open" && done && index !== this.open) return false;
    if (status === "done" && !done) return false;
    if (!words) return true;
    if (item.text === undefined) item.text = `${item.n} ${item.code} ${item.name} ${item.place} ${item.why} ${item.do}`.toLowerCase();
    return words.split(/\s+/).every((word) => item.text.includes(word));
  }

  filter() {
    const forms = new Set();
    this.shown = [];
    this.lines.forEach((line, index) => {
      const fits = this.fits(index);
      if (line.hidden === fits) line.hidden = !fits;
      if (fits) { this.shown.push(index); forms.add(this.model.items[index].form); }
    });
    this.headings.forEach(([form, heading]) => { heading.hidden = !forms.has(form); });
    const empty = $(".empty", this.place);
    empty.hidden = this.shown.length > 0;
    if (!empty.hidden) {
      const all = this.model.items.length;
      empty.textContent = all === 0 ? "没有查出问题。" : this.filters.status === "open" && !this.filters.words ? "这里的意见都处理完了。下一步：点上面的“导出”取走结果。" : "没有符合筛选条件的意见。";
    }
    $(".shown", this.place).textContent = this.shown.length === this.lines.length ? `共 ${this.lines.length} 条` : `显示 ${this.shown.length} 条，共 ${this.lines.length} 条`;
  }

  /** Open a finding and close the one that was open. */
  choose(index, { focus = false, scroll = true } = {}) {
    const old = this.open;
    this.open = index;
    if (old >= 0 && old !== index) {
      this.close(old);
      if (!this.fits(old)) this.filter();
    }
    if (index < 0) return;
    this.draw(index);
    const line = this.lines[index];
    if (scroll) bringIntoView(line, this.scroller);
    if (focus) line.head.focus({ preventScroll: true });
  }

  /** On paper every finding of the list is told in full (a few hundred; more nobody prints). */
  print(on) {
    for (const index of this.shown.slice(0, 400)) {
      if (index === this.open) continue;
      if (on) this.draw(index); else this.close(index);
    }
  }

  close(index) {
    const line = this.lines[index];
    line.classList.remove("open");
    line.head.setAttribute("aria-expanded", "false");
    const body = $(".body", line);
    if (body) body.remove();
  }

  draw(index) {
    const line = this.lines[index];
    if ($("form", line)) return; // what a person is writing stays
    const body = $(".body", line);
    const made = card(this.model, this.model.items[index], this.state, this.act);
    if (body) body.replaceWith(made); else line.append(made);
    line.classList.add("open");
    line.head.setAttribute("aria-expanded", "true");
  }

  /** Put a form of input in place of the buttons of the open finding. */
  ask(element) {
    const body = $(".body", this.lines[this.open]);
    const old = $("form", body);
    if (old) old.remove();
    const buttons = $(".buttons", body);
    if (buttons) buttons.after(element); else body.append(element);
    bringIntoView(element, this.scroller);
  }

  /** The next finding in the list, or the one before; from the first when none is open. */
  step(by, { onlyOpen = false } = {}) {
    const list = onlyOpen ? this.shown.filter((index) => !this.state.of(index) || index === this.open) : this.shown;
    if (!list.length) return -1;
    const at = list.indexOf(this.open);
    if (at < 0) return by > 0 ? (list.find((index) => index > this.open) ?? list[0]) : list[list.length - 1];
    const next = list[at + by];
    return next === undefined ? (onlyOpen ? (list[0] === this.open ? -1 : list[0]) : this.open) : next;
  }
}
