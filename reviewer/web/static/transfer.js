// Uploads that tell how far they are (fetch cannot), and pieces of pages of this server.
import { ApiError } from "/static/base.js";

const token = document.querySelector('meta[name="csrf-token"]').content;
const UNREACHED = { status: 0, detail: "连不上服务", remedy: "程序可能已经关闭，或网络断了；恢复后点“重试”" };

/** Send fields and files; `progress` is told the share that is sent, from 0 to 1. */
export function send(path, fields, progress) {
  return new Promise((resolve, reject) => {
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) if (value !== undefined && value !== null) form.append(name, value);
    const request = new XMLHttpRequest();
    request.open("POST", path);
    request.setRequestHeader("Accept", "application/json");
    request.setRequestHeader("X-CSRF-Token", token);
    request.upload.addEventListener("progress", (event) => { if (event.lengthComputable) progress(event.loaded / event.total); });
    request.addEventListener("load", () => {
      let body = null;
      try { body = JSON.parse(request.responseText); } catch { /* told below */ }
      if (request.status >= 200 && request.status < 300 && body !== null) resolve(body);
      else reject(new ApiError(body && body.detail ? body : { status: request.status, detail: `没有传成（${request.status}）`, remedy: "" }));
    });
    request.addEventListener("error", () => reject(new ApiError(UNREACHED)));
    request.addEventListener("abort", () => reject(new ApiError({ status: 0, detail: "已取消", remedy: "" })));
    request.send(form);
  });
}

/** A page of this server, as a document. */
export async function fragment(path) {
  let answer;
  try { answer = await fetch(path, { credentials: "same-origin" }); } catch { throw new ApiError(UNREACHED); }
  if (!answer.ok) throw new ApiError({ status: answer.status, detail: "没有取到这一页", remedy: "" });
  return new DOMParser().parseFromString(await answer.text(), "text/html");
}

/** Take a file away; resolves to what did not get into it, in words (header x-notes). */
export async function takeAway(path) {
  let answer;
  try { answer = await fetch(path, { credentials: "same-origin", headers: { Accept: "application/json, */*" } }); } catch { throw new ApiError(UNREACHED); }
  if (!answer.ok) {
    let problem = { status: answer.status, detail: "没有取到文件", remedy: "" };
    try { problem = await answer.json(); } catch { /* told as it is */ }
    throw new ApiError(problem);
  }
  const told = /filename\*=UTF-8''([^;]+)/.exec(answer.headers.get("content-disposition") || "");
  const link = document.createElement("a");
  link.href = URL.createObjectURL(await answer.blob());
  link.download = told ? decodeURIComponent(told[1]) : "";
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
  const notes = answer.headers.get("x-notes");
  return notes ? JSON.parse(decodeURIComponent(notes)) : [];
}

export const pause = (milliseconds) => new Promise((resolve) => { setTimeout(resolve, milliseconds); });
