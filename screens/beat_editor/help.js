// The help card: how it goes, what stands on the map, every key.
import { el } from "../map_host/elements.js";
import { exemplars } from "./exemplars.js";
import { pictured } from "./glyphs.js";
import { SHORTCUTS } from "./keys.js";
import { HATCHES } from "./sheet.js";

const SIGNS = { unassigned: "unassigned", locked: "lockedSign", moved: "movedSign" }; // picture -> wording

export class Help {
  constructor(editor) {
    this.editor = editor;
    this.list = el("dl", {});
    this.signs = el("div", { class: "signs" }, ...Object.entries(SIGNS).map(([name, text]) => sign(name, text)));
    const text = (name) => el("p", { class: "muted", "data-text-of": name });
    const head = el("div", { class: "help-head" }, el("strong", { "data-text-of": "help" }), pictured("close", "close", () => this.toggle()));
    this.node = el("div", { class: "help", role: "dialog", "data-says": "help", hidden: true }, head, el("p", { "data-text-of": "begin" }), text("touch"), this.signs, this.list, text("exemplars"), exemplars());
  }

  get open() {
    return !this.node.hidden;
  }

  toggle() {
    this.node.hidden = !this.node.hidden;
    if (this.open) this.node.querySelector("button").focus();
    else this.editor.host?.canvas.focus({ preventScroll: true });
  }

  say() {
    const row = ([keys, name]) => el("div", {}, el("dt", {}, ...keys.split(" + ").map((key) => el("kbd", {}, key))), el("dd", {}, this.editor.word(name)));
    this.list.replaceChildren(...SHORTCUTS.map(row));
  }
}

/** What a picture over cells means. */
function sign(name, text) {
  const picture = el("i", {});
  picture.style.backgroundImage = `url(${HATCHES[name]().toDataURL()})`;
  return el("span", { class: "sign" }, picture, el("span", { "data-text-of": text }));
}
