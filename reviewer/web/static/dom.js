// Elements without strings of HTML: what a unit filed can never become markup.

/** An element: h("td", {class: "flaw", rowspan: 2, onclick: f}, "text", child, …). Empty children are left out. */
export function h(name, attributes, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes || {})) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (key === "value") element.value = value;
    else element.setAttribute(key, value === true ? "" : value);
  }
  add(element, children);
  return element;
}

export function add(element, children) {
  for (const child of children) {
    if (Array.isArray(child)) add(element, child);
    else if (child !== null && child !== undefined && child !== false && child !== "") element.append(child);
  }
  return element;
}

export const $ = (selector, within = document) => within.querySelector(selector);
export const $$ = (selector, within = document) => Array.from(within.querySelectorAll(selector));

/** What a screen reader hears of what happened elsewhere on the page. */
export function say(text) {
  let place = document.getElementById("said");
  if (!place) {
    place = h("p", { id: "said", class: "sr", role: "status", "aria-live": "polite" });
    document.body.append(place);
  }
  place.textContent = "";
  setTimeout(() => { place.textContent = text; }, 30);
}

/** The piece of JSON that the server put into the page under an id. */
export const given = (id) => JSON.parse(document.getElementById(id).textContent);
