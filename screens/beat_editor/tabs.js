// Several tabs of one browser on one draft: each keeps its unsaved gestures under a name of its own, so none writes over another's.
const NAME = "jingge.draft.";
const TAB = "jingge.tab";
const ANSWER_MS = 300;

export class Tabs {
  /** `met(others, left)` is called once it is known how many other tabs draw this plan, with the names of what closed tabs left. */
  constructor(plan, met) {
    this.start = `${NAME}${plan}`;
    this.me = ownName();
    this.others = new Set();
    this.channel = typeof BroadcastChannel === "undefined" ? null : new BroadcastChannel(this.start);
    this.birth = Math.random();
    if (this.channel) this.channel.onmessage = ({ data }) => this.#heard(data);
    this.channel?.postMessage({ ask: true, me: this.me, birth: this.birth });
    this.waiting = setTimeout(() => met(this.others.size, this.#left()), ANSWER_MS);
  }

  get key() {
    return `${this.start}.${this.me}`;
  }

  #heard({ ask, me, birth }) {
    if (birth === this.birth) return;
    if (ask) this.channel.postMessage({ me: this.me, birth: this.birth });
    else if (me === this.me) this.me = renamed(); // this tab is a copy of that one
    this.others.add(me);
  }

  /** Names under which tabs that are gone kept something of this plan. */
  #left() {
    try {
      const names = Object.keys(localStorage).filter((name) => name === this.start || name.startsWith(`${this.start}.`));
      return names.filter((name) => name !== this.key && !this.others.has(name.slice(this.start.length + 1)));
    } catch {
      return [];
    }
  }

  end() {
    clearTimeout(this.waiting);
    this.channel?.close();
  }
}

function ownName() {
  try {
    return sessionStorage.getItem(TAB) ?? renamed();
  } catch {
    return renamed();
  }
}

function renamed() {
  const name = `${Date.now().toString(36)}${Math.random().toString(36).slice(2, 8)}`;
  try {
    sessionStorage.setItem(TAB, name);
  } catch {
    // it lasts as long as the page
  }
  return name;
}
