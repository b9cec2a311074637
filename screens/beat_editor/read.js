// The editor's base out of what layers/drawing/editor_cells.py packed.
import { inflated } from "../map_host/packed.js";

const KINDS = { i4: Int32Array, u4: Uint32Array, u1: Uint8Array };

/** What `Core` takes, and beside it names, units and rings for the screen. */
export async function readBase(packed) {
  const { buffer } = await inflated(packed);
  const size = new DataView(buffer).getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, size)));
  const arrays = {};
  let at = 4 + size;
  for (const [name, kind, length] of header.arrays) {
    arrays[name] = new KINDS[kind](buffer, at, length);
    at += arrays[name].byteLength;
  }
  const measures = header.measures.map((measure) => ({ ...measure, values: arrays[`measure ${measure.key}`] }));
  const inForce = header.in_force && { ...header.in_force, beatOf: arrays.in_force };
  const { plan, digest, codes, names, names_en: namesEn, units, beats, tolerance, parents, acknowledged } = header;
  const { unit, edges, connected, border, outline, beat_of: beatOf, locked_cells: lockedCells } = arrays;
  const rings = { size: arrays.ring_size, cell: arrays.ring_cell, lon: summed(arrays.lon), lat: summed(arrays.lat) };
  return { plan, digest, codes, names, namesEn, units, unit, edges, connected, border, outline, measures, beats, beatOf, lockedCells, inForce, tolerance, parents, rings, acknowledged, next: acknowledged == null ? 1 : acknowledged + 1 };
}

function summed(steps) {
  const out = new Int32Array(steps.length);
  let value = 0;
  for (let i = 0; i < steps.length; i++) out[i] = value += steps[i];
  return out;
}
