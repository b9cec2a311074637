// Nothing painted is lost: every gesture goes to the server, and until it is confirmed it is also kept in this browser.
const COALESCE_MS = 150;
const PATIENCE_MS = 5000; // then the server is taken for lost, and asked again
const STEPS = 200;
const NAME = "jingge.draft.";

export class Keeper {
  constructor(core, send, told) {
    this.core = core;
    this.send = send;
    this.told = told; // (state) whenever the state of saving changes
    this.state = "saved";
    this.tries = 0;
    this.refusal = null;
    this.leave = () => this.write();
    window.addEventListener("pagehide", this.leave);
    window.addEventListener("online", (this.again = () => this.#post()));
  }

  /** A gesture was finished, taken back or taken again. */
  changed() {
    this.refusal = null;
    this.#be("saving");
    clearTimeout(this.writing);
    this.writing = setTimeout(() => this.write(), 0);
    clearTimeout(this.posting);
    this.posting = setTimeout(() => this.#post(), COALESCE_MS);
  }

  #post() {
    clearTimeout(this.posting);
    clearTimeout(this.waiting);
    const message = this.core.pending(0);
    if (!message) return this.#be("saved");
    this.tries += 1;
    this.send({ ...message, try: this.tries });
    this.waiting = setTimeout(() => {
      this.#be(this.refusal ? "refused" : "offline");
      if (!this.refusal) this.#post();
    }, PATIENCE_MS);
    return undefined;
  }

  /** What the server said: the number of the last gesture it has, the plan's new revision, and why it would have no more. */
  acknowledged({ n, revision, refused }) {
    this.core.acknowledge(n, revision);
    this.refusal = refused ?? null;
    clearTimeout(this.waiting);
    if (this.refusal) this.#be("refused");
    else if (!this.core.pending(0)) this.#be("saved");
    this.write();
  }

  /** Keep the history in this browser; of a long one as many steps as it takes. */
  write() {
    clearTimeout(this.writing);
    if (this.core.painting) return;
    for (const steps of [STEPS, 20, 0]) {
      try {
        localStorage.setItem(NAME + this.core.plan.id, JSON.stringify(this.core.saved(steps)));
        return;
      } catch {
        // full, or not allowed: try less
      }
    }
  }

  /** What this browser kept of the plan, or null. */
  kept() {
    try {
      return JSON.parse(localStorage.getItem(NAME + this.core.plan.id) ?? "null");
    } catch {
      return null;
    }
  }

  /** Start from what was kept: {undo, redo, pending}, or null with `offered` set when it does not fit the plan as it is now. */
  restore() {
    const saved = this.kept();
    if (!saved) return null;
    const { plan, base } = this.core;
    if (saved.digest === base.digest && (base.acknowledged != null || saved.revision === plan.revision)) {
      const found = this.core.restore(saved);
      if (this.core.pending(0)) this.changed();
      return found;
    }
    this.offered = saved.outgoing?.length && saved.digest === base.digest ? saved : null;
    return null;
  }

  /** Take the offered steps onto the plan as it is now. */
  carryOver() {
    const found = this.core.restore({ ...this.offered, revision: this.core.plan.revision });
    this.offered = null;
    this.changed();
    return found;
  }

  forget() {
    this.offered = null;
    this.write();
  }

  #be(state) {
    if (state === this.state && state !== "refused") return;
    this.state = state;
    this.told(state);
  }

  end() {
    for (const timer of [this.writing, this.posting, this.waiting]) clearTimeout(timer);
    window.removeEventListener("pagehide", this.leave);
    window.removeEventListener("online", this.again);
  }
}
