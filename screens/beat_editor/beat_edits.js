// Edits of the list of beats: each gives a new state {beats, order}, or {refused: key} and nothing has changed.
export const NAME_LENGTH = 100; // the server refuses more; a label on the map holds about 20
export const CODE_LENGTH = 40;
export const BEATS = 1000;
const FORBIDDEN = /[\p{Cc}\p{Cs}\u2028-\u202e\u2066-\u2069]/u; // control characters, half characters, turned writing
const FIELDS = ["code", "name", "name_en", "lead", "colour", "locked"];

const fine = (text, longest, shortest = 0) =>
  typeof text === "string" && [...text].length >= shortest && [...text].length <= longest && !FORBIDDEN.test(text);

/** The state of a plan's beats: slot = place in the list. */
export function stateOf(beats) {
  return { beats: beats.map((beat) => Object.freeze(cleaned(beat))), order: beats.map((_, slot) => slot) };
}

const cleaned = (beat) => ({
  code: beat.code,
  name: beat.name ?? "",
  name_en: beat.name_en ?? "",
  lead: beat.lead || null,
  colour: beat.colour || null,
  locked: Boolean(beat.locked),
});

/** Beats in the plan's order. */
export const listed = (state) => state.order.map((slot) => state.beats[slot]);

/** Are these beats, in this order, those of the state? */
export function same(state, beats) {
  const mine = listed(state);
  return mine.length === beats.length && mine.every((beat, i) => FIELDS.every((field) => beat[field] === cleaned(beats[i])[field]));
}

/** The kind of the gesture: what a change of these fields is called. */
export function kindOf(fields) {
  if ("lead" in fields) return "lead";
  return "colour" in fields && !("name" in fields || "name_en" in fields) ? "recolour" : "rename";
}

function wrong(beat) {
  if (!fine(beat.code, CODE_LENGTH, 1) || beat.code.trim() !== beat.code) return "badCode";
  if (!fine(beat.name, NAME_LENGTH) || !fine(beat.name_en, NAME_LENGTH)) return "badName";
  if (beat.lead !== null && !fine(beat.lead, CODE_LENGTH, 1)) return "badLead";
  return beat.colour !== null && !/^#[0-9a-f]{6}$/.test(beat.colour) ? "badColour" : null;
}

function replaced(state, changes) {
  const beats = [...state.beats];
  for (const [slot, beat] of changes) {
    const key = wrong(beat);
    if (key) return { refused: key };
    beats[slot] = Object.freeze(beat);
  }
  const after = { beats, order: state.order };
  const codes = listed(after).map((beat) => beat.code);
  return new Set(codes).size < codes.length ? { refused: "taken" } : after;
}

/** The next free number, as wide as the others. */
export function freeCode(state) {
  const codes = listed(state).map((beat) => beat.code).filter((code) => /^\d{1,9}$/.test(code));
  const widest = Math.max(2, ...codes.map((code) => code.length));
  return String(Math.max(0, ...codes.map(Number)) + 1).padStart(widest, "0");
}

/** One more beat, at the end, unlocked; its slot is `beats.length` of the state before. */
export function added(state, fields) {
  const code = fields.code ?? freeCode(state);
  const beat = { ...cleaned({ name: code, ...fields, code }), locked: false };
  if (state.order.length >= BEATS) return { refused: "tooMany" };
  const slot = state.beats.length;
  return replaced({ beats: [...state.beats, null], order: [...state.order, slot] }, [[slot, beat]]);
}

/** A beat with other words, lead or colour. A locked one may: a lock keeps its cells. */
export function edited(state, slot, fields) {
  const old = state.beats[slot];
  if (!old) return { refused: "noBeat" };
  const beat = cleaned({ ...old, ...fields, code: old.code, locked: old.locked });
  return FIELDS.every((field) => beat[field] === old[field]) ? { refused: "nothing" } : replaced(state, [[slot, beat]]);
}

/** Without these beats. Refused: locked ones. */
export function without(state, slots) {
  if (!slots.every((slot) => state.beats[slot])) return { refused: "noBeat" };
  if (slots.some((slot) => state.beats[slot].locked)) return { refused: "locked" };
  return {
    beats: state.beats.map((beat, slot) => (slots.includes(slot) ? null : beat)),
    order: state.order.filter((slot) => !slots.includes(slot)),
  };
}

/** Other numbers, {slot: code}; two may be swapped. */
export function renumbered(state, codes) {
  const slots = Object.keys(codes).map(Number).filter((slot) => state.beats[slot]?.code !== codes[slot]);
  if (!slots.length) return { refused: "nothing" };
  if (!slots.every((slot) => state.beats[slot])) return { refused: "noBeat" };
  return replaced(state, slots.map((slot) => [slot, { ...state.beats[slot], code: codes[slot] }]));
}

/** These beats locked or unlocked. */
export function locked(state, slots, value) {
  const turned = slots.filter((slot) => state.beats[slot] && state.beats[slot].locked !== value);
  if (!turned.length) return { refused: "nothing" };
  return replaced(state, turned.map((slot) => [slot, { ...state.beats[slot], locked: value }]));
}
