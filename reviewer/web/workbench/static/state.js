// What decisions made of a filing, as the server tells it after each step.

export class State {
  /** `model`: the filing as filed; `told`: the answer of the server. */
  constructor(model, told) {
    Object.assign(this, told);
    this.model = model;
    this.can = told.filing.may.includes("decide");
    this.reason = this.can ? "" : told.filing.state === "passed" ? "已经审核通过，不再改动" : "这份表现在只能看，不能处理";
    this.done = model.items.map((item) => told.items[item.target] || null);
    this.tally = this.count();
  }

  /** What became of a finding; null while it is open. */
  of(index) { return this.done[index]; }

  accepted(suggestion) { return ["accepted", "edited"].includes(this.suggestions[suggestion]); }
  rejected(suggestion) { return this.suggestions[suggestion] === "rejected"; }

  /** The draft score of a form as it is now. */
  score(form) { return this.scores.find((score) => score.form === form) || null; }

  /** Suggestions whose meaning cannot change, on which nobody has decided and whose finding is still there. */
  safeOnes() {
    return Object.values(this.model.suggestions).filter((s) => s.standing === "safe" && !this.suggestions[s.id]
      && this.model.items.some((item) => item.suggestions.includes(s.id) && !this.of(item.index)));
  }

  count() {
    const tally = { all: this.model.items.length, done: 0, open: { error: 0, warn: 0, info: 0 }, forms: {} };
    for (const form of this.model.forms) tally.forms[form.id] = { error: 0, warn: 0, info: 0, done: 0 };
    this.model.items.forEach((item, index) => {
      const form = tally.forms[item.form];
      if (this.of(index)) { tally.done += 1; form.done += 1; } else { tally.open[item.severity] += 1; form[item.severity] += 1; }
    });
    tally.left = tally.all - tally.done;
    return tally;
  }
}
