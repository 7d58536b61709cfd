// The workbench of one filing: wires the form, the findings, the keyboard and the server together.
import { api, tell, toast } from "/static/base.js";
import { fragment, send, takeAway } from "/static/transfer.js";
import { h, $, $$, say } from "/static/dom.js";
import { FormPane } from "./form.js";
import { Panel } from "./panel.js";
import { State } from "./state.js";
import { Outbox } from "./outbox.js";
import { askReason, askRows, askWords } from "./ask.js";
import { begin as beginTour, did } from "./coach.js";

const bench = $(".bench");
const id = bench.dataset.filing;
const base = `/api/filings/${id}`;
const remembered = `bench:${id}`;

const [model, told] = await Promise.all([api("GET", `/workbench/${id}/model`), api("GET", `${base}/state`)]).catch((error) => {
  $(".messages").replaceChildren(h("p", { class: "notice error", role: "alert" }, h("b", {}, "没有打开。"), error.message, "。 ", h("a", { href: "" }, "再试一次")));
  throw error;
});
model.items.forEach((item, index) => { item.index = index; });
let state = new State(model, told);
const headings = {};
Object.values(model.rows).forEach((row) => { (headings[row.form] = headings[row.form] || new Set()).add(row.level2); });

const act = { choose, accept, edit, reject, undo, rule: showRule };
const form = new FormPane($(".forms"), model, (index) => choose(index, { scroll: "panel" }), editCell);
const panel = new Panel($(".right"), model, act);
const outbox = new Outbox(id, () => state.version, { done: renew, conflict, waiting });

// --- showing ---------------------------------------------------------------------------------------------------------

function draw() {
  form.update(state);
  panel.update(state);
  const { done, all, open } = state.tally;
  $("#done").textContent = `已处理 ${done}／${all}`;
  $("#share").max = Math.max(all, 1);
  $("#share").value = done;
  for (const severity of ["error", "warn", "info"]) $(`.toggle.${severity} .count`).textContent = open[severity];
  const safe = $("#safe");
  safe.hidden = state.safe === 0 || !state.can;
  $(".count", safe).textContent = state.safe;
  const undoing = $("#undo");
  undoing.disabled = !state.can || !state.undo;
  undoing.title = state.undo ? `撤销：${state.undo}` : "";
  grade();
}

function grade() {
  const now = form.formInView();
  const select = $("#form");
  if (select.value !== now) select.value = now;
  const place = $("#grade");
  const filed = model.forms.find((one) => one.id === now);
  if (!filed) return;
  const score = state.score(now);
  const tally = state.tally.forms[now];
  const key = JSON.stringify([now, score, tally]);
  if (place.dataset.key === key) return;
  place.dataset.key = key;
  const was = filed.score;
  const moved = score && was && (score.total !== was.total || score.grade !== was.grade);
  const known = score && score.total !== null;
  place.replaceChildren(
    ...(known ? [h("span", { class: "grade" }, h("span", {}, "初评（建议）"), moved ? h("span", { class: "muted" }, `${was.grade || "未评"} ${was.total ?? ""} →`) : null,
      h("b", {}, score.grade || "未评"), h("span", {}, `${score.total}分`))] : [h("span", { class: "muted" }, "这张表不评分")]),
    h("button", { type: "button", class: "plain", onclick: () => showScore(filed, score) }, known ? "为什么" : "查了什么"),
    h("span", { class: "tally" }, h("span", { class: "sev error" }, `× ${tally.error}`), h("span", { class: "sev warn" }, `△ ${tally.warn}`), h("span", { class: "sev info" }, `○ ${tally.info}`), h("span", { class: "sev done" }, `√ ${tally.done}`)));
}

function choose(index, { toggle = false, scroll = "both", focus = false } = {}) {
  if (index < 0) return;
  if (toggle && panel.open === index) { panel.close(index); panel.open = -1; form.point(index, { scroll: false }); return; }
  // A finding that a filter hides is shown nevertheless when a person asks for it.
  if (!panel.fits(index)) { resetFilters(); }
  panel.choose(index, { focus, scroll: true });
  form.point(index, { scroll: scroll !== "form" });
  sessionStorage.setItem(remembered, JSON.stringify({ index }));
  grade();
}

function step(by, options) {
  const next = panel.step(by, options);
  if (next < 0) { say("没有待处理的意见了"); return; }
  choose(next, { focus: true });
  did("next");
}

// --- deciding --------------------------------------------------------------------------------------------------------

function current() { return panel.open >= 0 ? model.items[panel.open] : null; }
function suggestionOf(item) {
  const found = item.suggestions.map((name) => model.suggestions[name]).find((s) => !state.suggestions[s.id]);
  return found || null;
}

function ready() {
  const item = current();
  if (!item) { say("先选一条意见：按 J"); return null; }
  if (!state.can) { toast(state.reason || "现在不能处理", "error"); return null; }
  return item;
}

function decide(item, body, words, key) {
  outbox.add({ path: `${base}/decisions`, body, words });
  did(key);
  const next = panel.step(1, { onlyOpen: true });
  if (next >= 0 && next !== panel.open) choose(next, { focus: true });
}

function accept() {
  const item = ready();
  if (!item || state.of(item.index)) return;
  const told = suggestionOf(item);
  if (told && (told.to_fill || told.standing === "hint")) { edit(); return; }
  decide(item, { target: told ? told.id : item.target, verdict: "accept" }, `采纳：${item.name}`, "accept");
}

function edit() {
  const item = ready();
  if (!item || state.of(item.index)) return;
  const told = suggestionOf(item);
  const done = (work) => (written) => { close(); work(written); };
  const close = () => { const open = $("form.ask", panel.place); if (open) open.remove(); panel.draw(panel.open); panel.lines[panel.open].head.focus({ preventScroll: true }); };
  let ask;
  if (told && told.rows.length) {
    ask = askRows({
      title: "改成", rows: told.rows, columns: model.columns, headings: [...(headings[item.form] || [])], cancel: close,
      save: done((rows) => {
        const same = told.standing !== "hint" && rows.every((row, number) => Object.entries(row).every(([key, words]) => words === told.rows[number][key]));
        decide(item, same ? { target: told.id, verdict: "accept" } : { target: told.id, verdict: "edit", rows }, `${same ? "采纳" : "改后采纳"}：${item.name}`, "edit");
      }),
    });
  } else if (item.row && model.rows[item.row]) {
    const row = { ...model.rows[item.row] };
    for (const key of Object.keys(model.columns)) { const text = state.texts[`${item.row}:${key}`]; if (text !== undefined && key in row) row[key] = text; }
    ask = askRows({
      title: "这一行改成", rows: [row], columns: model.columns, headings: [...(headings[item.form] || [])], cancel: close, button: "保存",
      save: done(([written]) => saveRow(item, row, written)),
    });
  } else {
    ask = askWords({ text: `${item.why}${item.do}`, cancel: close, save: done((text) => decide(item, { target: item.target, verdict: "edit", message: text }, `改写意见：${item.name}`, "edit")) });
  }
  panel.ask(ask);
  ask.begin();
}

function saveRow(item, before, written) {
  if (Object.entries(written).every(([key, words]) => (before[key] || "") === words)) { say("没有改动"); return; }
  outbox.add({ path: `${base}/rows/${encodeURIComponent(item.row)}`, body: { row: written }, words: `改写${item.place}` });
  did("edit");
}

function editCell(name) {
  const [row] = name.split(":");
  const index = model.items.findIndex((item) => item.row === row && !state.of(item.index));
  if (index >= 0) choose(index, { scroll: "panel" });
}

function reject() {
  const item = ready();
  if (!item || state.of(item.index)) return;
  const told = suggestionOf(item);
  const close = () => { const open = $("form.ask", panel.place); if (open) open.remove(); panel.lines[panel.open].head.focus({ preventScroll: true }); };
  const ask = askReason({ what: "不采纳这条意见", cancel: close, save: (reason) => { close(); decide(item, { target: item.target, verdict: "reject", reason }, `不采纳：${item.name}`, "reject"); } });
  if (told) {
    const other = h("label", { class: "choice" }, h("input", { type: "checkbox", name: "only" }), " 只不采纳这条建议，问题仍要改");
    $(".buttons", ask).before(other);
    ask.addEventListener("submit", (event) => {
      if (!ask.elements.only.checked || !ask.elements.reason.value.trim()) return;
      event.stopImmediatePropagation(); event.preventDefault();
      const reason = ask.elements.reason.value.trim();
      close();
      outbox.add({ path: `${base}/decisions`, body: { target: told.id, verdict: "reject", reason }, words: `不采纳建议${told.n}` });
      did("reject");
    }, { capture: true });
  }
  panel.ask(ask);
  ask.begin();
}

function undo() {
  if (!state.can) return;
  if (!state.undo && !outbox.count) { say("没有可以撤销的"); return; }
  outbox.add({ path: `${base}/undo`, body: {}, words: "已撤销" });
  did("undo");
}

function acceptSafe() {
  const dialog = $("#safe-dialog");
  const list = $("ul", dialog);
  const safe = state.safeOnes();
  list.replaceChildren(...safe.map((s) => h("li", {}, text(s.before), " → ", s.after.map((side) => h("ins", {}, text(side))))));
  dialog.showModal();
  dialog.onclose = () => {
    if (dialog.returnValue !== "yes") return;
    outbox.add({ path: `${base}/accept-safe`, body: {}, words: `采纳放心的 ${safe.length} 条` });
    did("safe");
  };
}

const text = (side) => (side ? side.columns.map((column) => column.map(([piece]) => piece).join("")).filter(Boolean).join("｜") : "");

// --- the server's answers --------------------------------------------------------------------------------------------

function renew(words, answer) {
  const before = state;
  state = new State(model, answer);
  const texts = new Set(Object.entries(state.texts).filter(([name, told]) => before.texts[name] !== told).map(([name]) => name));
  Object.keys(before.texts).forEach((name) => { if (!(name in state.texts)) texts.add(name); });
  draw();
  for (const name of texts) {
    const cell = form.cells.get(name);
    if (cell) { cell.classList.remove("touched"); void cell.offsetWidth; cell.classList.add("touched"); }
  }
  const gone = before.tally.left - state.tally.left;
  const told = [words, gone > 0 ? `解决 ${gone} 条` : gone < 0 ? `多出 ${-gone} 条` : "", `还有 ${state.tally.left} 条待处理`].filter(Boolean).join("，");
  say(told);
  $("#last").textContent = told;
}

function conflict(error, lost) {
  const place = $(".messages");
  const steps = `没有存的：${lost.join("、")}。`;
  const why = error ? "这份表刚被别人改过，你这一步没有存。" : "上次有几步没有存成，而这份表后来变了，没有再存。";
  place.replaceChildren(h("p", { class: "notice warn", role: "alert" }, h("b", {}, why), steps,
    h("button", { type: "button", class: "slim", onclick: async () => { place.replaceChildren(); renew("已换成最新的内容", await api("GET", `${base}/state`)); } }, "看最新的内容"), " 看过以后再决定要不要重做。"));
}

function waiting(count, error) {
  const place = $(".messages");
  const sign = $(".pending");
  sign.hidden = count === 0;
  sign.textContent = count ? `正在保存并重新检查（${count}）…` : "";
  if (!error) { if (place.dataset.kind === "network") { place.replaceChildren(); delete place.dataset.kind; } return; }
  sign.hidden = true;
  place.dataset.kind = "network";
  const left = `还有 ${count} 步没有存，都留着，不要关掉这一页。 `;
  const out = error.status === 401 || error.status === 403;
  place.replaceChildren(h("p", { class: "notice error", role: "alert" },
    h("b", {}, out ? "登录过期了。" : error.status === 0 ? "连不上服务。" : `没有存成：${error.message}。`), left,
    out ? [h("a", { href: "/account/sign-in", target: "_blank" }, "重新登录（新窗口）"), " 以后 ", h("button", { type: "button", class: "slim", onclick: () => location.reload() }, "重新打开这一页"), "，会接着存。"]
      : h("button", { type: "button", class: "slim", onclick: () => outbox.run() }, "重试")));
}

// --- windows ---------------------------------------------------------------------------------------------------------

async function showRule(code) {
  const dialog = $("#rule-dialog");
  did("rule");
  try {
    const page = await fragment(`/help/rules/${code}`);
    const article = $("article.rule", page);
    $(".content", dialog).replaceChildren(document.adoptNode(article));
    dialog.showModal();
    dialog.scrollTop = 0;
  } catch (error) { toast(error.message, "error"); }
}

function showScore(filed, score) {
  const dialog = $("#score-dialog");
  const points = ["0 不符合", "1 部分符合", "2 符合"];
  const criteria = score ? score.criteria : [];
  $(".content", dialog).replaceChildren(
    h("h2", {}, score && score.total !== null ? `${filed.title}：初评 ${score.grade || "未评"} ${score.total}分` : filed.title),
    score ? h("p", {}, score.reason) : "",
    h("p", { class: "muted" }, "报来时逐条规则的结果：", Object.entries(filed.ledger).map(([words, count]) => `${words} ${count}`).join("，"), "。没有查成的不算通过。"),
    criteria.length ? h("table", { class: "list criteria" }, h("thead", {}, h("tr", {}, ["方面", "要点", "得分", "权重", "理由"].map((head) => h("th", { scope: "col" }, head)))),
      h("tbody", {}, criteria.map((c) => h("tr", {}, h("td", {}, c.dimension), h("td", {}, c.name), h("td", {}, c.points === null ? "须人工判断" : points[c.points]), h("td", { class: "number" }, `${c.weight}`), h("td", {}, c.reason))))) : "",
    h("p", { class: "muted small" }, "程序初评，仅供参考，不是正式审核结论；优、良、中、差的分界是本程序的约定。"));
  dialog.showModal();
  dialog.scrollTop = 0;
}

/** Download, and tell what could not be written into the file: a person must not think that it is all there. */
async function take(path) {
  did("export");
  if (outbox.count) { toast("还有几步没有存好，先等一下再导出", "error"); return; }
  try {
    const notes = await takeAway(path);
    if (!notes.length) { toast("文件已下载"); return; }
    const dialog = $("#notes-dialog");
    $("ul", dialog).replaceChildren(...notes.map((words) => h("li", {}, words)));
    dialog.showModal();
  } catch (error) { tell(error); }
}

function letter(path) {
  const dialog = $("#letter-dialog");
  const form = $("form", dialog);
  const kept = JSON.parse(localStorage.getItem("letter") || "{}");
  for (const name of ["office", "number", "due"]) form.elements[name].value = kept[name] || "";
  dialog.returnValue = "";
  dialog.showModal();
  dialog.onclose = () => {
    if (dialog.returnValue !== "yes") return;
    const told = Object.fromEntries(["office", "number", "due", "opinion"].map((name) => [name, form.elements[name].value.trim()]));
    localStorage.setItem("letter", JSON.stringify({ office: told.office, number: told.number, due: told.due }));
    take(`${path}?${new URLSearchParams({ ...told, hints: form.elements.hints.checked })}`);
  };
}

// --- filters and keys ------------------------------------------------------------------------------------------------

function resetFilters() {
  panel.filters = { severity: new Set(["error", "warn", "info"]), status: "all", form: "", words: "" };
  $("#search").value = "";
  $$(".toggle").forEach((toggle) => toggle.setAttribute("aria-pressed", "true"));
  tabs("all");
  panel.filter();
}
function tabs(status) { $$(".tabs button").forEach((tab) => tab.setAttribute("aria-pressed", String(tab.dataset.status === status))); }

$$(".toggle").forEach((toggle) => toggle.addEventListener("click", () => {
  const on = toggle.getAttribute("aria-pressed") !== "true";
  toggle.setAttribute("aria-pressed", String(on));
  panel.filters.severity[on ? "add" : "delete"](toggle.dataset.severity);
  panel.filter();
}));
$$(".tabs button").forEach((tab) => tab.addEventListener("click", () => { panel.filters.status = tab.dataset.status; tabs(tab.dataset.status); panel.filter(); }));
let typing = 0;
$("#search").addEventListener("input", (event) => { clearTimeout(typing); typing = setTimeout(() => { panel.filters.words = event.target.value.trim().toLowerCase(); panel.filter(); }, 120); });
$("#form").addEventListener("change", (event) => { form.show(event.target.value); grade(); });
let rolling = 0;
$(".forms").addEventListener("scroll", () => { if (!rolling) rolling = requestAnimationFrame(() => { rolling = 0; grade(); }); }, { passive: true });
$(".forms").addEventListener("click", (event) => {
  const cell = event.target.closest("td");
  const mark = cell && $(".mark", cell);
  if (mark) mark.click(); else if (cell && cell.dataset.cell) editCell(cell.dataset.cell);
});
$("#safe").addEventListener("click", acceptSafe);
$("#undo").addEventListener("click", undo);
$("#keys").addEventListener("click", () => $("#keys-dialog").showModal());
$$("dialog [data-close]").forEach((button) => button.addEventListener("click", () => button.closest("dialog").close()));
const menu = $("#export");
menu.addEventListener("click", () => openMenu(menu.getAttribute("aria-expanded") !== "true"));
function openMenu(open) { menu.setAttribute("aria-expanded", String(open)); $("#export-list").hidden = !open; if (open) $("#export-list a").focus(); }
document.addEventListener("click", (event) => { if (!event.target.closest(".menu")) openMenu(false); });
$("#export-list").addEventListener("click", (event) => {
  const link = event.target.closest("a");
  if (!link) return;
  event.preventDefault();
  openMenu(false);
  if (link.dataset.kind.startsWith("letter")) letter(link.href); else take(link.href);
});

const KEYS = { j: () => step(1), k: () => step(-1), n: () => step(1, { onlyOpen: true }), a: accept, e: edit, r: reject, u: undo, "?": () => $("#keys-dialog").showModal(), "/": () => $("#search").focus(), s: () => { if (!$("#safe").hidden) acceptSafe(); } };
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") { if (menu.getAttribute("aria-expanded") === "true") { openMenu(false); menu.focus(); } else if (event.target === $("#search")) event.target.blur(); return; }
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || $("dialog[open]")) return;
  if (/^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName)) return;
  const work = KEYS[event.key.length === 1 ? event.key.toLowerCase() : event.key];
  if (work) { event.preventDefault(); work(); }
});
window.addEventListener("beforeprint", () => panel.print(true));
window.addEventListener("afterprint", () => panel.print(false));
window.addEventListener("beforeunload", (event) => { if (outbox.count && !$(".messages[data-kind]")) event.preventDefault(); });

// --- the round before and the one to come ----------------------------------------------------------------------------

if (model.round.length) {
  $(".second").hidden = false;
  $(".second").replaceChildren("比上一轮：", ...model.round.map(([words, count, help]) => h("span", { title: help }, h("b", {}, words), `${count} 处`)), "　",
    h("a", { href: `/queue/${id}/compare` }, "对照两轮"));
}
const next = $("#next");
if (next) next.addEventListener("change", async () => {
  const [file] = next.files;
  next.value = "";
  toast(`正在传“${file.name}”并检查…`);
  try {
    const answer = await send("/api/filings", { purpose: next.dataset.purpose, previous: id, files: file }, () => {});
    if (answer.refused.length) throw new Error(answer.refused[0].what);
    location.assign(`/workbench/${answer.filings[0].id}`);
  } catch (error) { toast(error.message, "error"); }
});

draw();
const last = JSON.parse(sessionStorage.getItem(remembered) || "null");
const first = last && last.index < model.items.length ? last.index : model.items.findIndex((item) => !state.of(item.index));
if (first >= 0) choose(first);
outbox.restore();
if (new URLSearchParams(location.search).has("tour")) beginTour();
