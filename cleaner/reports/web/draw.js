// A stretch of a document with changes drawn into it: what goes in <del>, what comes in <ins>, what is pointed at in <mark>.
import { put } from "./marks.js";
import { begun, sliced, sliceText, size } from "./text.js";
import { say } from "./words.js";

/** @typedef {import("./data.js").Doc} Doc */
/** @typedef {import("./data.js").Finding} Finding */
/** @typedef {import("./difference.js").Bit} Bit */

/**
 * A bit of a drawing. text null: so many characters are not carried. mine: of the finding that is looked at.
 * @typedef {{kind: "same" | "del" | "ins", text: string | null, size: number, mine: boolean, lit: boolean, start: number}} Piece
 */

const KEPT = 28; // characters beside a change that are not folded
const LEAST = 40; // fewer characters than these are not worth a fold
const PIECES = 2000; // that are drawn at a time, and so many characters where nothing is folded
const ROOM = 40_000;
const ENDS = 60; // of a long deletion, its first and last characters are never folded

/**
 * text[start:end] of a document with the edits that were made there, and those of a finding, in pieces.
 * @param {Doc} doc
 * @param {number} start
 * @param {number} end
 * @param {Finding | null} finding
 * @param {boolean} alone only the finding's own edits
 * @returns {Piece[]}
 */
export function pieces(doc, start, end, finding, alone = false) {
  /** @type {{start: number, end: number, text: string, mine: boolean}[]} */
  const mine = (finding?.edits ?? []).map(([from, to, text]) => ({ start: from, end: to, text, mine: true }));
  mine.sort((a, b) => a.start - b.start || a.end - b.end);
  const changes = [...mine];
  const own = finding ? new Set(finding.places) : new Set();
  for (let i = alone ? doc.script.length : 0; i < doc.script.length; i++) {
    const [from, length, text] = doc.script[i];
    if (from > end) break;
    if (from + length < start || own.has(i)) continue;
    const near = mine[begun(mine, from + length) - 1];
    if (!near || near.end < from) changes.push({ start: from, end: from + length, text, mine: false });
  }
  changes.sort((a, b) => a.start - b.start || a.end - b.end);
  const lit = finding && !finding.edits.length ? { start: finding.start, end: Math.max(finding.end, finding.start) } : null;
  /** @type {Piece[]} */
  const out = [];
  let at = start;
  const keep = (/** @type {number} */ to) => {
    const edges = [at, ...(lit ? [lit.start, lit.end] : []).filter((edge) => edge > at && edge < to), to];
    for (let i = 0; i + 1 < edges.length; i++) {
      const inside = lit !== null && edges[i] >= lit.start && edges[i + 1] <= lit.end;
      for (const part of sliced(doc.stretches, edges[i], edges[i + 1]))
        out.push({ kind: "same", text: part.text, size: part.end - part.start, mine: inside, lit: inside, start: part.start });
    }
    at = Math.max(at, to);
  };
  for (const change of changes) {
    // of what reaches beyond the stretch, the part inside; what begins at its end belongs to what follows
    const from = Math.max(change.start, at);
    const to = Math.min(change.end, end);
    if (to < from || (change.end === change.start ? change.start < at : to === from) || (change.start === end && end < doc.before)) continue;
    keep(from);
    for (const part of to > from ? sliced(doc.stretches, from, to) : [])
      out.push({ kind: "del", text: part.text, size: part.end - part.start, mine: change.mine, lit: false, start: part.start });
    if (change.text && change.start >= start)
      out.push({ kind: "ins", text: change.text, size: size(change.text), mine: change.mine, lit: false, start: to });
    at = to;
  }
  if (at < end) keep(end);
  return out;
}

/**
 * Pieces of a comparison of two texts, drawn as changes from the one to the other.
 * @param {Bit[]} bits
 * @returns {Piece[]}
 */
export function compared(bits) {
  return bits.flatMap((bit) => {
    if (bit.old === bit.new) return [piece("same", bit.old)];
    return [...(bit.old ? [piece("del", bit.old)] : []), ...(bit.new ? [piece("ins", bit.new)] : [])];
  });
}

/**
 * @param {"same" | "del" | "ins"} kind
 * @param {string} text
 * @returns {Piece}
 */
export function piece(kind, text) {
  return { kind, text, size: size(text), mine: true, lit: false, start: 0 };
}

/**
 * Draw pieces into an element.
 * @param {HTMLElement} into
 * @param {Piece[]} drawn
 * @param {{fold?: boolean, seeing?: import("./marks.js").Seeing, figures?: (text: string) => boolean}} how
 */
export function draw(into, drawn, how = {}) {
  const { fold = true, seeing = "text", figures = () => false } = how;
  let room = ROOM;
  drawn.forEach((one, i) => {
    if (i === PIECES) into.append(note("gap", say("not drawn", drawn.slice(i).reduce((sum, rest) => sum + rest.size, 0))));
    if (i >= PIECES) return;
    if (one.text === null) {
      into.append(note("gap", say("not carried", one.size)));
      return;
    }
    const place = one.kind === "same" && !one.lit ? into : document.createElement(one.lit ? "mark" : one.kind);
    if (place !== into) {
      place.className = one.mine ? "mine" : "other";
      if (one.kind !== "same" && figures(one.text)) place.classList.add("figure");
      into.append(place);
    }
    const seen = seeing === "all" ? "all" : one.kind !== "same" ? "change" : "text";
    const [head, tail] = one.kind !== "same" ? [ENDS, ENDS] : [i === 0 ? LEAST : KEPT, i === drawn.length - 1 ? KEPT / 2 : KEPT];
    if (fold && one.size > head + tail + LEAST) folded(place, one, head, tail, seen);
    else if (fold && one.kind === "same") lines(place, one.text, seen);
    else if (one.size <= room) put(place, one.text, seen);
    else {
      put(place, Array.from(one.text).slice(0, room).join(""), seen);
      place.append(note("gap", say("not drawn", one.size - room)));
    }
    if (!fold) room = Math.max(room - one.size, 0);
  });
}

/**
 * A text that stays, its many blank lines told in one.
 * @param {HTMLElement} into
 * @param {string} text
 * @param {import("./marks.js").Seeing} seen
 */
function lines(into, text, seen) {
  text.split(/((?:\r?\n[^\S\n]*){3,})/).forEach((part, i) => {
    if (i % 2) into.append("\n", note("seen", `⏎×${part.split("\n").length - 1}`), "\n");
    else put(into, part, seen);
  });
}

/**
 * @param {HTMLElement} into
 * @param {Piece} one
 * @param {number} head
 * @param {number} tail
 * @param {import("./marks.js").Seeing} seen
 */
function folded(into, one, head, tail, seen) {
  const chars = Array.from(one.text ?? "");
  const middle = chars.slice(head, chars.length - tail).join("");
  put(into, chars.slice(0, head).join(""), seen);
  const button = document.createElement("button");
  button.type = "button";
  button.className = "fold";
  button.textContent = say(one.kind === "del" ? "folded gone" : "folded", chars.length - head - tail);
  button.title = say("unfold");
  button.addEventListener("click", () => {
    const open = document.createElement("span");
    put(open, middle, seen);
    open.tabIndex = -1;
    button.replaceWith(open);
    open.focus({ preventScroll: true });
  });
  into.append(button);
  put(into, chars.slice(chars.length - tail).join(""), seen);
}

/**
 * @param {string} kind
 * @param {string} text
 */
export function note(kind, text) {
  const element = document.createElement("span");
  element.className = kind;
  element.textContent = text;
  return element;
}

/**
 * What a finding changes, in a line: a few characters before it, what goes and comes, a few after it.
 * @param {Finding} finding
 * @param {number} room characters
 */
export function excerpt(finding, room = 22) {
  const { doc } = finding;
  const first = finding.edits[0];
  const start = first ? first[0] : finding.start;
  const end = first ? first[1] : finding.end;
  return {
    before: sliceText(doc.stretches, Math.max(0, start - room), start),
    old: sliceText(doc.stretches, start, Math.min(end, start + 400)),
    size: end - start,
    new: first ? first[2] : "",
    after: sliceText(doc.stretches, end, Math.min(doc.before, end + room * 2)),
    more: Math.max(finding.edits.length - 1, 0),
  };
}
