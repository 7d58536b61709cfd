// One item: mark cells, name the rule, write the better words; the server judges each step.
import { api, tell } from "/static/base.js";
import { $, $$, h } from "/static/dom.js";

const item = $("#item");
const url = `/train/items/${encodeURIComponent(item.dataset.id)}`;
const boxes = $$('input[name="mark"]');
const show = (name, shown = true) => { $(`#step-${name}`).hidden = !shown; };
let opened = null; // what may be rewritten, once the flaw is known

const marks = () => boxes.filter((box) => box.checked).map((box) => box.value);
const verdict = (good, words) =>
  h("p", { class: `verdict ${good ? "good" : "bad"}` }, h("b", {}, good ? "√" : "×"), h("span", {}, words));

// --- 1 mark -------------------------------------------------------------------------------------------------------

function marked() {
  const chosen = boxes.filter((box) => box.checked);
  $("#marked").replaceChildren(...chosen.map((box) => h("li", {}, box.getAttribute("aria-label"))));
  $("#found").disabled = !chosen.length;
}
boxes.forEach((box) => box.addEventListener("change", marked));
marked();

// Arrows move between cells: up and down by row, left and right in reading order.
$(".scene-side").addEventListener("keydown", (event) => {
  const box = event.target;
  if (box.name !== "mark" || !event.key.startsWith("Arrow")) return;
  event.preventDefault();
  let next = null;
  if (event.key === "ArrowLeft" || event.key === "ArrowRight") {
    next = boxes[boxes.indexOf(box) + (event.key === "ArrowRight" ? 1 : -1)];
  } else {
    const down = event.key === "ArrowDown";
    const row = box.closest("tr, dl > div, .title, .whole");
    const rows = $$("tr, dl > div, .title, .whole", item).filter((r) => $('input[name="mark"]', r));
    const target = rows[rows.indexOf(row) + (down ? 1 : -1)];
    if (target) {
      const at = $$('input[name="mark"]', row).indexOf(box);
      const there = $$('input[name="mark"]', target);
      next = there[Math.min(at, there.length - 1)];
    }
  }
  if (next) next.focus();
});

$("#found").addEventListener("click", () => {
  show("name");
  show("find", false);
  $('input[name="code"]').focus();
});
$("#back").addEventListener("click", () => {
  show("name", false);
  show("find");
  boxes[0].focus();
});
$("#none").addEventListener("click", () => {
  boxes.forEach((box) => { box.checked = false; });
  marked();
  diagnose([], "");
});

// --- 2 name -------------------------------------------------------------------------------------------------------

$$('input[name="code"]').forEach((box) => box.addEventListener("change", () => { $("#named").disabled = false; }));
$("#named").addEventListener("click", () => diagnose(marks(), $('input[name="code"]:checked').value));

async function diagnose(chosen, code) {
  try {
    const told = await api("POST", `${url}/diagnosis`, { marks: chosen, code });
    show("find", false);
    show("name", false);
    item.classList.add("judged");
    boxes.forEach((box) => {
      box.disabled = true;
      box.parentElement.classList.toggle("right", told.places.includes(box.value));
    });
    if (told.clean) return finish();
    const judged = $("#step-judged");
    judged.replaceChildren(verdict(told.found, told.said[0]), verdict(told.named, told.said[1]));
    show("judged");
    opened = told;
    mending();
  } catch (error) { tell(error); }
}

// --- 3 mend -------------------------------------------------------------------------------------------------------

function mending() {
  const form = $("#mend");
  const live = h("div", { class: "live", id: "live", role: "status", "aria-live": "polite" });
  const select = (name, value) =>
    h("select", { name, id: name }, opened.categories.map((c) => h("option", { value: c, selected: c === value }, c)),
      opened.categories.includes(value) ? "" : h("option", { value, selected: true }, value || "（空）"));
  const field = (cell, place = "") => h("div", { class: place ? "field beside" : "field" },
    h("label", { for: cell.path }, place ? `${place} ${cell.label}` : cell.label),
    cell.heading ? select(cell.path, cell.text)
      : cell.text.length > 30
        ? h("textarea", { id: cell.path, name: cell.path, value: cell.text, rows: Math.min(8, Math.ceil(cell.text.length / 18) + 1) })
        : h("input", { id: cell.path, name: cell.path, value: cell.text, autocomplete: "off" }));
  // The cells of one row stand together, and with them the button that leaves the row out.
  const groups = [];
  for (const cell of opened.cells) {
    const last = groups[groups.length - 1];
    if (last && last.place === cell.place) last.cells.push(cell);
    else groups.push({ place: cell.place, cells: [cell], row: cell.row });
  }
  const fields = groups.map((group) => {
    if (group.cells.length === 1 && !opened.may_be_empty) return field(group.cells[0], group.place);
    const boxes = group.cells.map((cell) => field(cell));
    const out = group.row && opened.may_be_empty ? h("button", { type: "button", class: "danger slim", onclick: () => {
      for (const box of $$("input, textarea", boxes[0].parentElement)) box.value = "";
      judge();
    } }, "删去这一行") : "";
    return group.place ? h("fieldset", {}, h("legend", {}, group.place), ...boxes, out) : boxes;
  });
  const added = opened.add.length
    ? h("fieldset", {}, h("legend", {}, "新增一行"), opened.add.map((column) => h("div", { class: "field" },
      h("label", { for: `+${column.key}` }, column.label),
      column.key === "level2" ? select("+level2", opened.categories[0])
        : h("input", { id: `+${column.key}`, name: `+${column.key}`, autocomplete: "off" }))))
    : "";
  form.replaceChildren(...fields.flat(), added || "", live,
    h("div", { class: "row" }, h("button", { class: "primary" }, "交卷"),
      h("button", { type: "button", class: "quiet", onclick: () => finish() }, "不会改，看答案")));
  show("mend");
  const first = $("input, textarea, select", form);
  if (first) first.focus();
}

function written() {
  const texts = {};
  const added = {};
  for (const box of $$("input, select, textarea", $("#mend"))) {
    if (box.name.startsWith("+")) added[box.name.slice(1)] = box.value;
    else texts[box.name] = box.value;
  }
  return { texts, added };
}

let timer = 0;
let asked = 0;
$("#mend").addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(judge, 400);
});
async function judge() {
  const mine = ++asked;
  try {
    const told = await api("POST", `${url}/check`, written());
    if (mine !== asked || !$("#live")) return; // a later one is on its way
    $("#live").replaceChildren(...(told.right ? [verdict(true, "这样改就对了。")]
      : [...told.left, ...told.fresh].map((words) => verdict(false, words))),
    ...told.remarks.map((words) => h("p", { class: "muted" }, `提醒：${words}`)));
  } catch (error) { tell(error); }
}
$("#mend").addEventListener("submit", (event) => {
  event.preventDefault();
  finish(written());
});

// --- the result ---------------------------------------------------------------------------------------------------

async function finish(answer = { texts: {}, added: {} }) {
  clearTimeout(timer);
  asked += 1;
  try {
    const told = await api("POST", `${url}/answer`, answer);
    show("judged", false);
    show("mend", false);
    const result = $("#step-result");
    const mended = told.mending ? [...told.mending.left, ...told.mending.fresh].join("") : "没有写出改法。";
    result.classList.add("result");
    result.replaceChildren(
      h("h2", {}, told.clean ? "没有问题" : `${told.name} `, told.clean ? "" : h("a", { href: `/help/rules/${told.code}`, class: "small" }, told.code)),
      verdict(told.found, told.said[0]),
      told.said[1] ? verdict(told.named, told.said[1]) : "",
      told.fixed === null ? "" : verdict(told.fixed, told.fixed ? "改对了：原来的问题没有了，也没有新的问题。" : `没有改好：${mended}`),
      ...(told.mending ? told.mending.remarks : []).map((words) => h("p", { class: "muted small" }, `提醒：${words}`)),
      ...told.messages.map((words) => h("p", {}, h("b", {}, "引擎的意见："), words)),
      ...told.besides.map((words) => h("p", {}, h("b", {}, "这一行还有："), words)),
      told.reason ? h("p", {}, h("b", {}, "为什么："), told.reason) : "",
      ...told.reference.map((change) => h("div", { class: "reference" }, h("b", {}, `参考写法（${change.where}）`),
        h("p", {}, change.before ? h("del", {}, change.before) : "", change.before ? " → " : "",
          change.after ? h("ins", {}, change.after) : "删去这一行"))),
      ...told.others.map((words) => h("p", { class: "small" }, `也可以：${words}`)),
      told.basis.length ? h("p", { class: "muted small" }, told.basis.join("；")) : "",
      h("div", { class: "row" }, h("a", { class: "button primary", href: item.dataset.next, id: "next" }, "下一题"),
        h("a", { class: "button quiet", href: "/train" }, "回到总览")));
    for (const empty of $$("p:empty", result)) empty.remove();
    show("result");
    $("#next").focus();
  } catch (error) { tell(error); }
}
