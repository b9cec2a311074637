// Nothing painted is lost: every gesture goes to the server, and until it is confirmed it is also kept in this browser.
import { Tabs } from "./tabs.js";

const COALESCE_MS = 150;
const WRITE_MS = 400; // at most so long after a gesture it is in the browser's store; leaving the page writes at once
const PATIENCE_MS = 5000; // then the server is taken for lost, and asked again
const STEPS = 200;

export class Keeper {
  /** `told(state)` whenever the state of saving changes; `say(key)` for what a person must know; `renewed()` when the whole plan
   *  is another than a moment ago. */
  constructor(core, { send, told, say, renewed }) {
    Object.assign(this, { core, send, told, say, renewed });
    this.state = "saved";
    this.tries = 0;
    this.refusal = null;
    this.offered = null; // what was kept and does not fit the plan as it is now
    this.tabs = new Tabs(core.plan.id, (others, left) => this.#met(others, left));
    this.leave = () => this.write();
    window.addEventListener("pagehide", this.leave);
    window.addEventListener("online", (this.again = () => this.#post()));
  }

  /** A gesture was finished, taken back or taken again. */
  changed() {
    this.refusal = null;
    this.#be("saving");
    this.#writeSoon();
    clearTimeout(this.posting);
    this.posting = setTimeout(() => this.#post(), COALESCE_MS);
  }

  /** Send what waits at once. */
  hurry() {
    if (this.core.pending(0)) this.#post();
  }

  #writeSoon() {
    if (this.writing) return;
    const idle = window.requestIdleCallback ?? ((action) => setTimeout(action, 0));
    this.writing = idle(() => this.write(), { timeout: WRITE_MS });
  }

  #post() {
    clearTimeout(this.posting);
    clearTimeout(this.waiting);
    const message = this.core.pending(0);
    if (!message) return this.#be("saved");
    if (this.refusal) return undefined; // what was refused is refused again: first a person chooses
    this.tries += 1;
    this.send({ ...message, try: this.tries });
    this.waiting = setTimeout(() => {
      this.#be("offline");
      this.#post();
    }, PATIENCE_MS);
    return undefined;
  }

  /** What the server said: the number of the last gesture it has, the plan's new revision, and why it would have no more. */
  acknowledged({ n, revision, refused }) {
    this.core.acknowledge(n, revision);
    this.refusal = this.core.pending(0) ? (refused ?? null) : null;
    clearTimeout(this.waiting);
    if (this.refusal) this.#be("refused");
    else if (!this.core.pending(0)) this.#be("saved");
    this.#writeSoon();
  }

  /** Keep the history in this browser; of a long one as many steps as it takes. */
  write() {
    window.cancelIdleCallback?.(this.writing);
    this.writing = null;
    if (this.core.painting) return;
    for (const steps of [STEPS, 20, 0]) {
      try {
        localStorage.setItem(this.tabs.key, this.core.savedText(steps));
        this.full = false;
        return;
      } catch {
        // full, or not allowed: try less
      }
    }
    if (!this.full) this.say("storeFull");
    this.full = true;
  }

  /** What this browser kept under a name, or null. */
  kept(name = this.tabs.key) {
    try {
      return JSON.parse(localStorage.getItem(name) ?? "null");
    } catch {
      return null;
    }
  }

  /** Start from what was kept: {undo, redo, pending}, or null with `offered` set when it does not fit the plan as it is now. */
  restore(saved = this.kept()) {
    if (!saved) return null;
    const { plan, base } = this.core;
    if (saved.digest === base.digest && (base.acknowledged != null || saved.revision === plan.revision)) {
      const found = this.core.restore(saved);
      if (this.core.pending(0)) this.changed();
      return found;
    }
    this.#offer(saved);
    return null;
  }

  #offer(saved) {
    if (!saved?.outgoing?.length) return;
    this.offered = saved;
    this.told(this.state);
  }

  /** It is known which tabs are open: of what closed ones left, one is taken up and the rest is dropped when it was all saved. */
  #met(others, left) {
    if (others) this.say("otherTab");
    for (const name of left) {
      const saved = this.kept(name);
      const fresh = !this.core.canUndo && !this.core.pending(0) && !this.offered;
      if (saved?.outgoing?.length && !fresh) continue; // it waits until this one is settled
      if (fresh && saved && this.restore(saved)) this.renewed();
      try {
        localStorage.removeItem(name);
      } catch {
        // it stays
      }
    }
    this.#writeSoon();
  }

  /** Do the offered gestures once more on the plan as it is now. */
  carryOver() {
    const found = this.core.again(this.offered);
    this.offered = null;
    this.renewed();
    this.changed();
    return found;
  }

  forget() {
    this.offered = null;
    this.write();
    this.told(this.state);
  }

  /** What the server would not have is taken off the plan, and offered again unless it is to be dropped. */
  setAside(drop) {
    const saved = this.core.setAside();
    this.refusal = null;
    this.offered = drop ? null : saved;
    this.#be("saved");
    this.write();
    this.renewed();
  }

  /** The plan came anew. What was refused before stays refused only if it is still pending. */
  rebased() {
    if (this.core.pending(0)) return this.changed();
    this.refusal = null;
    this.#writeSoon();
    return this.#be("saved");
  }

  #be(state) {
    if (state === this.state && state !== "refused") return;
    this.state = state;
    this.told(state);
  }

  end() {
    for (const timer of [this.posting, this.waiting]) clearTimeout(timer);
    window.cancelIdleCallback?.(this.writing);
    this.tabs.end();
    window.removeEventListener("pagehide", this.leave);
    window.removeEventListener("online", this.again);
  }
}
