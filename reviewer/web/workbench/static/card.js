// What is said of one finding: the problem, the authority, the rewrite with its proof, and what can be done.
import { h } from "/static/dom.js";
import { SIGNS, WORDS } from "./form.js";

/** The body of an opened finding. `act`: what its buttons call. */
export function card(model, item, state, act) {
  const done = item.fresh ? null : state.of(item.index);
  const suggestions = (item.suggestions || []).map((id) => model.suggestions[id]);
  const first = suggestions.find((s) => !state.suggestions[s.id]) || null;
  return h("div", { class: "body" },
    h("p", { class: "why" }, item.why),
    item.do ? h("p", { class: "do" }, h("b", {}, "怎么改"), " ", item.do) : null,
    item.evidence ? h("p", { class: "evidence" }, h("b", {}, "证据"), " ", item.evidence) : null,
    item.category ? h("p", { class: "do" }, h("b", {}, "应归入"), " ", item.category) : null,
    suggestions.map((s) => suggestion(s, state, s === first && suggestions.length > 1)),
    done ? outcome(done) : null,
    buttons(item, first, done, state, act),
    authority(item, act));
}

function suggestion(told, state, isFirst) {
  const rejected = state.rejected(told.id);
  const accepted = state.accepted(told.id);
  return h("section", { class: `fix ${told.standing}${rejected ? " gone" : ""}`, "aria-label": `建议${told.n}` },
    h("h4", {}, `建议${told.n}`, " ", h("span", { class: "standing", title: told.help }, h("span", { "aria-hidden": "true" }, told.sign), " ", told.words),
      h("span", { class: "muted" }, told.action), accepted ? h("span", { class: "tag ok" }, "√ 已采纳") : null, rejected ? h("span", { class: "tag none" }, "– 未采纳") : null,
      isFirst ? h("span", { class: "muted small" }, "（按 A 采纳的是这一条）") : null),
    h("dl", { class: "diff" },
      told.before ? line("原", told.before, "del", "去掉：") : null,
      told.after.length ? told.after.map((side) => line(side.label || "改", side, "ins", "加上：")) : h("div", {}, h("dt", {}, "改"), h("dd", {}, "（整行留空）"))),
    told.reason ? h("p", { class: "small" }, told.reason) : null,
    told.sources.length ? h("p", { class: "from" }, h("b", {}, "数字出处"), " ", told.sources.join("；")) : null,
    told.bank ? h("p", { class: "from" }, h("b", {}, "指标库"), " ", told.bank) : null,
    told.clears.length > 1 ? h("p", { class: "from" }, h("b", {}, "一并解决"), " ", `这一行的${told.clears.length}条意见（${told.clears.join("、")}）`) : null,
    smart(told.smart),
    told.to_fill ? h("p", { class: "from" }, h("b", {}, "【待填】"), " 申报表里查不到这个数，由填报单位填写：按 E 填好再采纳") : null);
}

function line(label, side, tag, said) {
  const columns = side.columns.filter((column) => column.length);
  return h("div", {}, h("dt", {}, label), h("dd", {}, columns.map((column, number) => [
    number ? h("span", { class: "bar", "aria-hidden": "true" }, "｜") : null,
    h("span", { class: "column" }, column.map(([text, changed]) => changed ? h(tag, {}, h("span", { class: "sr" }, said), text) : text)),
  ])));
}

function smart(scores) {
  if (!scores.after) return null;
  const before = new Map((scores.before ? scores.before.letters : []).map((letter) => [letter.letter, letter]));
  return h("details", { class: "smart" },
    h("summary", {}, h("b", {}, "SMART"), " ", scores.before ? `${scores.before.total} → ${scores.after.total} 分` : `${scores.after.total} 分`, h("span", { class: "muted" }, "（满分10）"),
      h("span", { class: "letters", "aria-hidden": "true" }, scores.after.letters.map((letter) => {
        const old = before.get(letter.letter);
        const way = !old || old.points === letter.points ? "" : old.points < letter.points ? "up" : "down";
        return h("span", { class: `letter p${letter.points} ${way}` }, letter.letter, way === "up" ? "↑" : way === "down" ? "↓" : "");
      }))),
    h("table", {}, h("thead", {}, h("tr", {}, h("th", { scope: "col" }, "方面"), h("th", { scope: "col" }, "改前"), h("th", { scope: "col" }, "改后"), h("th", { scope: "col" }, "改后的理由"))),
      h("tbody", {}, scores.after.letters.map((letter) => {
        const old = before.get(letter.letter);
        return h("tr", {}, h("td", {}, `${letter.letter} ${letter.name}`), h("td", { class: "number" }, old ? `${old.points}` : "–"), h("td", { class: "number" }, `${letter.points}`), h("td", {}, letter.reason));
      }))));
}

function outcome(done) {
  return h("p", { class: "notice ok small outcome" }, h("b", {}, `${done.sign} ${done.words}`), done.detail ? ` ${done.detail}` : "");
}

function buttons(item, first, done, state, act) {
  if (!state.can) return state.reason ? h("p", { class: "muted small" }, state.reason) : null;
  if (item.fresh) {
    return h("div", { class: "buttons" }, item.row ? h("button", { type: "button", class: "slim", onclick: () => act.edit() }, "改这一行 ", h("kbd", {}, "E")) : null,
      h("button", { type: "button", class: "slim", onclick: () => act.undo() }, "撤销上一步 ", h("kbd", {}, "U")));
  }
  if (done) return h("div", { class: "buttons" }, h("button", { type: "button", class: "slim", onclick: () => act.undo() }, "撤销 ", h("kbd", {}, "U")));
  const fill = first && (first.to_fill || first.standing === "hint");
  // A unit mends its own draft; a reviewer stands by his opinion.
  const mending = !first && item.row && state.filing.state === "draft";
  const main = (words, key, work) => h("button", { type: "button", class: "slim primary", onclick: work }, words, " ", h("kbd", {}, key));
  const also = (words, key, work) => h("button", { type: "button", class: "slim", onclick: work }, words, " ", h("kbd", {}, key));
  const reject = also(state.filing.state === "draft" ? "不改…" : "不采纳…", "R", () => act.reject());
  if (fill) return h("div", { class: "buttons" }, main(first.to_fill ? "填好并采纳" : "参照着改", "E", () => act.edit()), reject);
  if (mending) return h("div", { class: "buttons" }, main("自己改这一行", "E", () => act.edit()), also("知道了，回头改", "A", () => act.accept()), reject);
  return h("div", { class: "buttons" }, main(first ? "采纳建议" : state.filing.state === "draft" ? "知道了，回头改" : "认可这条意见", "A", () => act.accept()),
    also(first ? "改一改再采纳" : item.row ? "自己改这一行" : "改写意见", "E", () => act.edit()), reject);
}

function authority(item, act) {
  return h("div", { class: "authority" },
    item.cites.length ? h("details", {}, h("summary", {}, "依据：", item.cites.map((c) => c.cite).join("；")),
      h("ul", {}, item.cites.map((c) => h("li", {}, c.title, h("span", { class: "muted" }, `（${c.grade}）`), c.gist ? h("br", {}) : null, c.gist)))) : null,
    h("p", {}, h("a", { href: `/help/rules/${item.code}`, onclick: (event) => { if (!event.ctrlKey && !event.metaKey && !event.shiftKey) { event.preventDefault(); act.rule(item.code); } } }, `规则 ${item.code}：查什么、正反例子`),
      item.smart.length ? h("span", { class: "muted" }, `　SMART：${item.smart.join("、")}`) : null));
}

/** The line of a finding in the list. */
export function headline(item, done) {
  return [
    h("span", { class: "no" }, `${item.n}`),
    h("span", { class: `sev ${done ? (done.state === "rejected" || done.state === "unknown" ? "left" : "done") : item.severity}` }, done ? `${done.sign} ${done.words}` : `${SIGNS[item.severity]} ${WORDS[item.severity]}`),
    h("span", { class: "name" }, item.round ? h("span", { class: "round" }, item.round) : null, item.round ? " " : null, item.name),
    h("span", { class: "place" }, item.place),
  ];
}
