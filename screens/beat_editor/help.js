// The card of keyboard shortcuts.
import { el } from "../map_host/elements.js";
import { exemplars } from "./exemplars.js";
import { pictured } from "./glyphs.js";
import { SHORTCUTS } from "./keys.js";

export class Help {
  constructor(editor) {
    this.editor = editor;
    this.list = el("dl", {});
    this.title = el("strong", { "data-text-of": "help" });
    this.touch = el("p", { class: "muted", "data-text-of": "touch" });
    this.node = el("div", { class: "help", role: "dialog", "data-says": "help", hidden: true }, el("div", { class: "help-head" }, this.title, pictured("close", "close", () => this.toggle())), this.list, this.touch, el("p", { class: "muted", "data-text-of": "exemplars" }), exemplars());
  }

  get open() {
    return !this.node.hidden;
  }

  toggle() {
    this.node.hidden = !this.node.hidden;
    if (this.open) this.node.querySelector("button").focus();
  }

  say() {
    this.list.replaceChildren(...SHORTCUTS.flatMap(([keys, name]) => [el("dt", {}, ...keys.split(" + ").map((key) => el("kbd", {}, key))), el("dd", {}, this.editor.word(name))]));
  }
}
