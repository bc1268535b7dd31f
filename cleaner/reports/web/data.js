// What the page carries: json, packed in pieces so that a page of a hundred thousand findings is drawn while they are read.
import { stretch, begun } from "./text.js";

/** @typedef {import("./text.js").Stretch} Stretch */

/**
 * @typedef {{
 *   path: string, row: number | null, encoding: string, sha256: string, before: number, after: number, doubts: string[],
 *   stretches: Stretch[], script: [number, number, string][], reasons: [string, string][], first: number, last: number,
 * }} Doc
 */

/**
 * edits: [start, end, new]. state: a place in STATES. order: its place in the run.
 * @typedef {{
 *   order: number, doc: Doc, id: string, code: string, level: number, fix: string, state: number, start: number, end: number,
 *   line: number, column: number, places: number[], edits: [number, number, string][], why: number,
 *   twin: {path: string, row: number | null, start: number, end: number, similarity: number} | null,
 *   cluster: string | null, fingerprint: string,
 * }} Finding
 */

/**
 * @typedef {{
 *   run: string, created: string, version: string, lang: "zh" | "en", report: string | null, findings: number,
 *   words: Record<string, [string, string]>, rules: Record<string, [string, string]>,
 * }} Head
 */

/** @type {readonly string[]} */
export const STATES = ["applied", "would", "unsafe", "safe", "told"];

/** @returns {Head} */
export function readHead() {
  return JSON.parse(document.getElementById("head")?.textContent ?? "{}");
}

/**
 * The documents of the page, piece by piece.
 * @param {(docs: Doc[], findings: Finding[]) => void} take
 */
export async function read(take) {
  let order = 0;
  for (const element of document.querySelectorAll("script.piece")) {
    const text = await unpacked(element.textContent ?? "");
    element.textContent = ""; // a copy is enough
    /** @type {Doc[]} */
    const docs = [];
    /** @type {Finding[]} */
    const findings = [];
    for (const line of text.split("\n")) {
      if (!line) continue;
      const row = JSON.parse(line);
      for (const key of ["s", "f"]) row[key] = transposed(row[key]);
      const doc = document_(row, order, findings);
      order = doc.last;
      docs.push(doc);
    }
    take(docs, findings);
  }
}

/**
 * Columns as rows.
 * @param {any[][]} columns
 * @returns {any[][]}
 */
function transposed(columns) {
  return (columns[0] ?? []).map((_, n) => columns.map((column) => column[n]));
}

/**
 * base64 of gzip, as text.
 * @param {string} packed
 */
async function unpacked(packed) {
  const binary = atob(packed.trim());
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream).text();
}

/**
 * @param {any} row as carried.py writes it
 * @param {number} order of its first finding
 * @param {Finding[]} findings to add to
 * @returns {Doc}
 */
function document_(row, order, findings) {
  /** @type {Doc} */
  const doc = {
    path: row.p, row: row.r, encoding: row.e, sha256: row.h, before: row.n, after: row.m, doubts: row.d, script: row.s, reasons: row.w,
    stretches: row.t.map((/** @type {[number, number, string]} */ t) => stretch(t[0], t[1], t[2])),
    first: order, last: order + row.f.length,
  };
  for (const f of row.f) {
    const twin = f[12];
    findings.push({
      order: order++, doc, id: f[0], code: f[1], level: f[2], fix: f[3], state: f[4], start: f[5], end: f[6], line: f[7], column: f[8],
      places: f[9],
      edits: f[10] || f[9].map((/** @type {number} */ i) => [doc.script[i][0], doc.script[i][0] + doc.script[i][1], doc.script[i][2]]),
      why: f[11],
      twin: twin ? { path: twin[0] || doc.path, row: twin[0] ? twin[1] || null : doc.row, start: twin[2], end: twin[3], similarity: twin[4] } : null,
      cluster: f[13] || null, fingerprint: f[14],
    });
  }
  return doc;
}

/**
 * The letters of a code.
 * @param {string} code
 */
export function family(code) {
  let letters = FAMILIES.get(code);
  if (letters === undefined) FAMILIES.set(code, (letters = code.replace(/\d+$/, "")));
  return letters;
}

/** @type {Map<string, string>} */
const FAMILIES = new Map();

/**
 * The carried paragraphs that a stretch of a document touches: from where to where, and by their places.
 * @param {Doc} doc
 * @param {number} start
 * @param {number} end
 */
export function around(doc, start, end) {
  const all = doc.stretches;
  const first = Math.max(begun(all, start) - 1, 0);
  const last = Math.max(begun(all, Math.max(end - 1, start)) - 1, first);
  return all.length ? { first, last, start: Math.min(all[first].start, start), end: Math.max(all[last].end, end) } : { first: 0, last: -1, start, end };
}
