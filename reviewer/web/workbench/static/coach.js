// The tour beside a filing: one card, one thing to do; it goes on when the thing was done.
import { h, given, say } from "/static/dom.js";

let steps = [];
let at = -1;
let count = 0;
let place = null;

export function begin() {
  steps = given("tour");
  place = h("aside", { class: "coach no-print", "aria-label": "十分钟上手" });
  document.body.append(place);
  show(0);
}

/** Something was done; the step that waits for it is over. */
export function did(key) {
  if (at < 0 || steps[at].key !== key) return;
  count += 1;
  if (key === "next" && count < 3) return;
  show(at + 1);
}

function show(number) {
  at = number;
  count = 0;
  if (at >= steps.length) {
    at = -1;
    place.replaceChildren(h("h2", {}, "走完了"), h("p", {}, "接下来可以把自己的申报表拖进工作台，或到“训练”里练一练。"),
      h("div", { class: "row" }, h("a", { class: "button primary slim", href: "/workbench" }, "回工作台"), h("button", { type: "button", class: "slim", onclick: () => place.remove() }, "关闭")));
    return;
  }
  const step = steps[at];
  place.replaceChildren(h("p", { class: "muted small" }, `十分钟上手　第 ${at + 1} 步，共 ${steps.length} 步`), h("h2", {}, step.title), h("p", {}, step.text),
    h("div", { class: "row" }, h("button", { type: "button", class: step.key ? "slim" : "slim primary", onclick: () => show(at + 1) }, step.key ? "跳过这一步" : "下一步"),
      h("button", { type: "button", class: "slim quiet", onclick: () => { at = -1; place.remove(); } }, "不看了")));
  say(`${step.title}。${step.text}`);
}
