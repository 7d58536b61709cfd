// Steps on their way to the server, one after the other. What could not be sent stays, also over a reload of the page.
import { api, tell } from "/static/base.js";
import { say } from "/static/dom.js";

// Not reached, not signed in (any more), asked too often, or broken: the step itself may be right.
const AGAIN = (status) => status === 0 || status === 401 || status === 403 || status === 429 || status >= 500;

export class Outbox {
  /** `done(words, answer)` after a step was kept; `conflict(error, lost)`, `waiting(count, error)`. */
  constructor(filing, version, { done, conflict, waiting }) {
    this.key = `outbox:${filing}`;
    this.version = version;
    this.tell = { done, conflict, waiting };
    this.steps = [];
    this.busy = false;
  }

  get count() { return this.steps.length; }

  add(step) {
    this.steps.push(step);
    this.keep();
    this.run();
  }

  /** What an earlier visit could not send; it is sent only when the filing is still as it was then. */
  restore() {
    let kept = null;
    try { kept = JSON.parse(sessionStorage.getItem(this.key) || "null"); } catch { /* nothing that could be used */ }
    if (!kept || !kept.steps.length) return;
    this.steps = kept.steps;
    if (kept.version === this.version()) this.run();
    else this.tell.conflict(null, this.drop());
  }

  keep() { sessionStorage.setItem(this.key, JSON.stringify({ version: this.version(), steps: this.steps })); }

  drop() {
    const lost = this.steps.splice(0).map((step) => step.words);
    this.keep();
    return lost;
  }

  async run() {
    if (this.busy) { this.tell.waiting(this.count, null); return; }
    this.busy = true;
    while (this.count) {
      const step = this.steps[0];
      this.tell.waiting(this.count, null);
      let answer;
      try {
        answer = await api("POST", step.path, { ...step.body, version: this.version() });
      } catch (error) {
        if (AGAIN(error.status)) {
          this.busy = false;
          this.tell.waiting(this.count, error);
          return;
        }
        // Refused for good: what comes after it was decided on the same ground, so it goes, too, and is said.
        const lost = this.drop();
        if (error.status === 409) this.tell.conflict(error, lost);
        else { tell(error); say(`没有做成：${lost.join("、")}`); }
        break;
      }
      this.steps.shift();
      this.tell.done(step.words, answer);
      this.keep();
    }
    this.busy = false;
    this.tell.waiting(0, null);
  }
}
