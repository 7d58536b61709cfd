// What all pages share: requests that carry the CSRF token, and short messages at the lower edge.
// Rooms import it: import { api, toast } from "/static/base.js";

const token = document.querySelector('meta[name="csrf-token"]').content;

/** An error of the server: `problem` holds title, status, detail, where, remedy. */
export class ApiError extends Error {
  constructor(problem) {
    super(problem.detail);
    this.problem = problem;
    this.status = problem.status;
  }
}

/**
 * Asks the REST API. `body` is sent as JSON, or as it is when it is FormData.
 * Throws ApiError; a conflict has status 409.
 */
export async function api(method, path, body) {
  const headers = { Accept: "application/json", "X-CSRF-Token": token };
  const init = { method, headers, credentials: "same-origin" };
  if (body instanceof FormData) init.body = body;
  else if (body !== undefined) {
    headers["Content-Type"] = "application/json";
    init.body = JSON.stringify(body);
  }
  let answer;
  try {
    answer = await fetch(path, init);
  } catch {
    throw new ApiError({ status: 0, detail: "连不上服务，请看 reviewer serve 是否还在运行", remedy: "" });
  }
  if (answer.status === 204) return null;
  const isJson = (answer.headers.get("content-type") || "").includes("json");
  const content = isJson ? await answer.json() : await answer.blob();
  if (!answer.ok) throw new ApiError(isJson ? content : { status: answer.status, detail: answer.statusText, remedy: "" });
  return content;
}

/**
 * Tells something for some seconds; `kind` is "ok" or "error". An error stays until it is closed.
 * `action`: [label, function] of a button beside it.
 */
export function toast(text, kind = "ok", action = null) {
  const box = document.createElement("div");
  box.className = `toast ${kind}`;
  const words = document.createElement("span");
  words.textContent = text;
  box.append(words);
  const button = (label, work) => {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "slim";
    made.textContent = label;
    made.addEventListener("click", () => { box.remove(); work(); });
    box.append(made);
  };
  if (action) button(...action);
  button("关闭", () => {});
  const place = document.getElementById("toasts");
  while (place.children.length > 2) place.firstChild.remove();
  place.append(box);
  if (kind === "ok") setTimeout(() => box.remove(), action ? 9000 : 5000);
}

/** Tells an error in the words of the server. */
export function tell(error) {
  const remedy = error.problem && error.problem.remedy ? `；${error.problem.remedy}` : "";
  toast(`${error.message}${remedy}`, "error");
}
