// Steps on their way to the server, one after the other. What could not be sent stays, also over a reload of the page.
import { api, tell } from "/static/base.js";
import { say } from "/static/dom.js";

export class Outbox {
  /** `done(words, answer)` after a step was kept; `conflict(error)`, `waiting(count, error)`. */
  constructor(filing, version, { done, conflict, waiting }) {
    this.key = `outbox:${filing}`;
    this.version = version;
    this.tell = { done, conflict, waiting };
    this.steps = [];
    this.busy = false;
  }

  get count() { return this.steps.length; }

  add(step) {
    this.steps.push({ ...step, at: Date.now() });
    this.keep();
    this.run();
  }

  restore() {
    try { this.steps = JSON.parse(sessionStorage.getItem(this.key) || "[]"); } catch { this.steps = []; }
    if (this.count) this.run();
  }

  keep() { sessionStorage.setItem(this.key, JSON.stringify(this.steps)); }

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
        if (error.status === 0 || error.status >= 500) {
          this.busy = false;
          this.tell.waiting(this.count, error);
          return;
        }
        // Refused for good: what comes after it was decided on the same ground, so it goes, too, and is said.
        const lost = this.steps.splice(0).map((one) => one.words);
        this.keep();
        if (error.status === 409) this.tell.conflict(error);
        else { tell(error); say(`没有做成：${lost.join("、")}`); }
        break;
      }
      this.steps.shift();
      this.keep();
      this.tell.done(step.words, answer);
    }
    this.busy = false;
    this.tell.waiting(0, null);
  }
}
