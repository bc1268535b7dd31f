// The right pane: one finding, in the four ways to look at it; with its like where it repeats something.
import { around, STATES } from "./data.js";
import { difference, figures } from "./difference.js";
import { compared, draw, note, piece, pieces } from "./draw.js";
import { put } from "./marks.js";
import { sliceText } from "./text.js";
import { language, say, title } from "./words.js";

/** @typedef {import("./data.js").Doc} Doc */
/** @typedef {import("./data.js").Finding} Finding */
/** @typedef {import("./draw.js").Piece} Piece */
/** @typedef {"inline" | "side" | "visible" | "whole"} View */

/** @type {readonly View[]} */
export const VIEWS = ["inline", "side", "visible", "whole"];

const WHOLE = 120; // paragraphs of a document that are drawn at a time
const MEMBERS = 40;
const CHANGES = 4000; // and pieces of text, drawn of a document at a time
const SENTENCES = 200; // that are drawn side by side
const BRIEF = 60; // characters of a paragraph that is shown with those beside it
const LONG = 4000; // characters of a text that is compared character by character
const LEVELS = ["NOTE", "WARNING", "ERROR"];

/**
 * A finding, told and drawn.
 * @param {Finding} finding
 * @param {View} view
 * @param {{find: (path: string, row: number | null) => Doc | undefined, cluster: (name: string) => Finding[], go: (finding: Finding) => void}} corpus
 */
export function detail(finding, view, corpus) {
  const parts = [what(finding)];
  if (view === "inline" || view === "visible") parts.push(inline(finding, view === "visible"));
  else if (view === "side") parts.push(side(finding));
  else parts.push(whole(finding));
  if (finding.code.startsWith("LOOP") && finding.edits.length && view !== "whole") parts.push(loop(finding));
  if (finding.twin && view !== "whole") parts.push(repeats(finding, corpus));
  return parts;
}

/** @param {Finding} finding */
function what(finding) {
  const box = element("header", "what");
  const name = element("h2");
  const code = element("code");
  code.textContent = finding.code;
  name.append(code, " ", title(finding.code));
  const facts = element("p", "facts");
  const state = note("state", say(STATES[finding.state]));
  state.dataset.state = STATES[finding.state];
  const level = note("level", say(LEVELS[finding.level]));
  level.dataset.level = LEVELS[finding.level];
  const place = element("span", "place");
  const path = element("bdi", "path");
  put(path, finding.doc.path);
  place.append(path, `:${finding.line}:${finding.column}`);
  facts.append(state, level, place);
  const why = element("p", "why");
  put(why, finding.doc.reasons[finding.why]?.[language() === "zh" ? 1 : 0] ?? "");
  box.append(name, facts, why);
  for (const doubt of finding.doc.doubts) box.append(note("notice", say(doubt)));
  return box;
}

/**
 * @param {Finding} finding
 * @param {boolean} visible
 */
function inline(finding, visible) {
  const box = texts();
  const { start, end } = company(finding.doc, around(finding.doc, ...span(finding)));
  const drawn = pieces(finding.doc, start, end, finding);
  const last = drawn.at(-1);
  if (!visible && last?.kind === "same" && !last.lit && last.text) last.text = last.text.replace(/[\r\n]+$/, "");
  draw(box, drawn, { fold: !visible, seeing: visible ? "all" : "text" });
  return visible ? section(say("visible"), [hint(say("visible how")), box]) : section(say("inline"), [box]);
}

/**
 * A short paragraph says little by itself: those beside it are shown, too.
 * @param {Doc} doc
 * @param {{first: number, last: number, start: number, end: number}} here
 */
function company(doc, here) {
  let { first, last, start, end } = here;
  const all = doc.stretches;
  for (let n = 0; n < 3 && end - start < BRIEF; n++) {
    if (all[first - 1]?.end === start) start = all[--first].start;
    if (all[last + 1]?.start === end) end = all[++last].end;
  }
  return { start, end };
}

/**
 * What is to be seen of a finding: all it edits; of one that only tells, its beginning.
 * @param {Finding} finding
 * @returns {[number, number]}
 */
function span(finding) {
  const start = Math.min(finding.start, ...finding.edits.map((edit) => edit[0]));
  const end = Math.max(finding.end, ...finding.edits.map((edit) => edit[1]));
  return [start, finding.edits.length ? end : Math.min(end, start + 2000)];
}

/**
 * Sentence beside sentence: those that change, and one on either side.
 * @param {Finding} finding
 */
function side(finding) {
  const { start, end } = around(finding.doc, ...span(finding));
  /** @type {{left: Piece[], right: Piece[], changes: boolean}[]} */
  const rows = [{ left: [], right: [], changes: false }];
  for (const one of pieces(finding.doc, start, end, finding, true)) {
    if (one.kind !== "same" || one.lit) {
      const row = rows[rows.length - 1];
      row.changes = true;
      if (one.kind !== "ins") row.left.push(one);
      if (one.kind !== "del") row.right.push(one);
      continue;
    }
    const sentences = one.text === null ? [null] : (one.text.match(/[^。！？；!?;\n]*[。！？；!?;\n]+[”’」』）)]*|[^。！？；!?;\n]+$/g) ?? []);
    for (const sentence of sentences) {
      const part = { ...one, text: sentence, size: sentence === null ? one.size : sentence.length };
      const row = rows[rows.length - 1];
      row.left.push(part);
      row.right.push(part);
      if (sentence === null || /[。！？；!?;\n][”’」』）)]*$/.test(sentence)) rows.push({ left: [], right: [], changes: false });
    }
  }
  const table = element("table", "side");
  const head = document.createElement("thead");
  const heads = element("tr");
  for (const word of ["was", "becomes"]) {
    const cell = document.createElement("th");
    cell.scope = "col";
    cell.textContent = say(word);
    heads.append(cell);
  }
  head.append(heads);
  const body = document.createElement("tbody");
  let skipped = 0;
  rows.forEach((row, i) => {
    if ((!row.left.length && !row.right.length) || body.rows.length > SENTENCES) return;
    if (!(row.changes || rows[i - 1]?.changes || rows[i + 1]?.changes)) {
      skipped++;
      return;
    }
    if (skipped) body.append(between(skipped));
    skipped = 0;
    const line = element("tr");
    for (const half of [row.left, row.right]) {
      const cell = document.createElement("td");
      cell.lang = "zh-CN";
      draw(cell, half, { fold: true });
      line.append(cell);
    }
    body.append(line);
  });
  if (skipped) body.append(between(skipped));
  table.append(head, body);
  return section(say("side"), [table]);
}

/** @param {number} sentences */
function between(sentences) {
  const row = element("tr", "between");
  const cell = document.createElement("td");
  cell.colSpan = 2;
  cell.textContent = say("sentences between", sentences);
  row.append(cell);
  return row;
}

/** @param {Finding} finding */
function whole(finding) {
  const { doc } = finding;
  const here = around(doc, finding.start, finding.end).first;
  const box = texts();
  box.classList.add("document");
  let from = Math.max(0, here - WHOLE / 3);
  let to = from;
  const fill = (/** @type {number} */ first, /** @type {number} */ last) => {
    const lines = document.createDocumentFragment();
    let room = CHANGES;
    for (let i = first; i < last; i++) {
      const one = doc.stretches[i];
      const before = doc.stretches[i - 1];
      if (before && before.end < one.start) lines.append(gap(one.start - before.end));
      const line = element("div", i === here ? "line here" : "line");
      const number = element("span", "at");
      number.textContent = before && before.line === one.line ? "" : String(one.line);
      number.setAttribute("aria-hidden", "true");
      const text = element("div");
      const drawn = room > 0 ? pieces(doc, one.start, one.end, finding) : [];
      room -= drawn.length;
      if (drawn.length) draw(text, drawn, { fold: false });
      else text.append(note("gap", say("not drawn", one.end - one.start)));
      line.append(number, text);
      lines.append(line);
    }
    return lines;
  };
  const more = (/** @type {boolean} */ below) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "more";
    const label = () => {
      const left = below ? doc.stretches.length - to : from;
      button.textContent = say(below ? "further on" : "before that", left);
      button.hidden = left <= 0;
    };
    button.addEventListener("click", () => {
      if (below) {
        const next = Math.min(doc.stretches.length, to + WHOLE);
        button.before(fill(to, next));
        to = next;
      } else {
        const next = Math.max(0, from - WHOLE);
        button.after(fill(next, from));
        from = next;
      }
      label();
    });
    return { button, label };
  };
  const above = more(false);
  const below = more(true);
  to = Math.min(doc.stretches.length, from + WHOLE);
  box.append(above.button, fill(from, to), below.button);
  above.label();
  below.label();
  return section(say("whole"), [hint(say("whole how", doc.before, doc.after)), box]);
}

/** @param {number} size */
function gap(size) {
  const line = element("div", "line");
  line.append(element("span", "at"), note("gap", say("not carried", size)));
  return line;
}

/**
 * One copy of a loop, how often it stood, and the seam where the text reads on.
 * @param {Finding} finding
 */
function loop(finding) {
  const { doc, edits } = finding;
  const text = sliceText(doc.stretches, finding.start, finding.end);
  const gone = edits.reduce((sum, [from, to]) => sum + to - from, 0);
  const period = text.includes("⋯") ? 0 : unit(text);
  const chars = Array.from(text);
  const length = period || Math.max(1, finding.end - finding.start - gone);
  const times = Math.floor((finding.end - finding.start) / length);
  const copy = texts();
  put(copy, chars.slice(0, length).join(""));
  const count = note("times", `×${times}`);
  const copies = element("ol", "copies");
  for (let n = 0; n * length < chars.length && n < 12; n++) {
    const item = element("li");
    item.lang = "zh-CN";
    const one = chars.slice(n * length, (n + 1) * length);
    put(item, one.length > 48 ? `${one.slice(0, 30).join("")}…${one.slice(-14).join("")}` : one.join(""));
    if (one.length < length) item.append(" ", note("quiet", say("broken off", one.length)));
    copies.append(item);
  }
  const first = edits[0];
  const last = edits[edits.length - 1];
  const seam = texts();
  put(seam, sliceText(doc.stretches, Math.max(0, first[0] - 20), first[0]));
  seam.append(note("seam", "┊"));
  put(seam, (first[2] + sliceText(doc.stretches, last[1], Math.min(doc.before, last[1] + 20))).split(/[\r\n]/)[0]);
  return section(say("loop"), [
    labelled(say("one copy", length), [count, copy]),
    labelled(say("copies"), [copies]),
    labelled(say("seam"), [seam]),
  ]);
}

/**
 * The shortest stretch that a text repeats; 0 where it repeats none exactly.
 * @param {string} text
 */
export function unit(text) {
  const chars = Array.from(text);
  const back = new Int32Array(chars.length);
  for (let i = 1, k = 0; i < chars.length; i++) {
    while (k && chars[i] !== chars[k]) k = back[k - 1];
    if (chars[i] === chars[k]) k++;
    back[i] = k;
  }
  const period = chars.length - back[chars.length - 1];
  return period * 2 <= chars.length ? period : 0;
}

/**
 * What stays, and what is like it: members of a group that say the same are one row.
 * @param {Finding} finding
 * @param {{find: (path: string, row: number | null) => Doc | undefined, cluster: (name: string) => Finding[], go: (finding: Finding) => void}} corpus
 */
function repeats(finding, corpus) {
  const twin = finding.twin;
  if (!twin) return element("div");
  const keeper = corpus.find(twin.path, twin.row);
  const stays = keeper ? sliceText(keeper.stretches, twin.start, twin.end) : "";
  const known = stays.replace(/⋯/g, "") !== "";
  const where = element("p", "place");
  const path = element("bdi", "path");
  put(path, twin.path);
  where.append(path);
  if (keeper && known) where.append(`:${keeper.stretches[Math.max(around(keeper, twin.start, twin.end).first, 0)]?.line ?? ""}`);
  const text = texts();
  text.classList.add("keeper");
  if (known) draw(text, [piece("same", stays)]);
  else text.append(note("gap", say("text elsewhere")));
  const goes = finding.state < 2;
  const parts = [labelled(say(goes ? "stays" : "like"), [
      where,
      ...(goes ? [hint(say(twin.path === finding.doc.path ? "stays first" : "stays earlier"))] : []),
      text,
    ])];
  const group = (finding.cluster ? corpus.cluster(finding.cluster) : [finding]).filter((one) => one.twin);
  if (!group.includes(finding)) group.unshift(finding);
  /** @type {Map<string, Finding[]>} */
  const variants = new Map();
  for (const one of group) {
    const variant = sliceText(one.doc.stretches, one.start, one.end);
    variants.set(variant, [...(variants.get(variant) ?? []), one]);
  }
  const list = element("ol", "members");
  let left = MEMBERS;
  for (const [variant, members] of variants) {
    if (left-- <= 0) break;
    const item = element("li");
    const head = element("p", "place");
    for (const one of members.slice(0, 6)) {
      const link = document.createElement("button");
      link.type = "button";
      link.className = "link";
      if (one === finding) link.setAttribute("aria-current", "true");
      put(link, `${one.doc.path === finding.doc.path ? "" : one.doc.path}:${one.line}`);
      link.addEventListener("click", () => corpus.go(one));
      head.append(link, " ");
    }
    if (members.length > 6) head.append(note("quiet", `… ×${members.length}`), " ");
    const percent = members[0].twin ? Math.round(members[0].twin.similarity * 1000) / 10 : 0;
    head.append(note("quiet", say("alike", String(percent))));
    const body = texts();
    const bits = known && Math.max(variant.length, stays.length) <= LONG ? difference(stays.trim(), variant.trim()) : null;
    if (bits) {
      const changed = bits.filter((bit) => bit.old !== bit.new);
      if (!changed.length) head.append(" ", note("quiet", say("word for word")));
      else if (changed.some(figures)) head.append(" ", note("warn", say("figures differ")));
      draw(body, compared(bits), { figures: (drawn) => figures({ old: drawn, new: "" }) });
    } else draw(body, [piece("same", variant)]);
    item.append(head, body);
    list.append(item);
  }
  parts.push(labelled(say("members", group.length), [list]));
  if (variants.size > MEMBERS) parts.push(hint(say("more variants", variants.size - MEMBERS)));
  return section(say("repeats"), parts);
}

// --- small parts ----------------------------------------------------------------------------------

/**
 * @param {string} tag
 * @param {string} kind
 */
export function element(tag, kind = "") {
  const made = document.createElement(tag);
  if (kind) made.className = kind;
  return made;
}

function texts() {
  const box = element("div", "text");
  box.lang = "zh-CN";
  return box;
}

/** @param {string} text */
function hint(text) {
  const line = element("p", "hint");
  line.textContent = text;
  return line;
}

/**
 * @param {string} heading
 * @param {HTMLElement[]} parts
 */
function section(heading, parts) {
  const box = element("section");
  const head = element("h3");
  head.textContent = heading;
  box.append(head, ...parts);
  return box;
}

/**
 * @param {string} label
 * @param {HTMLElement[]} parts
 */
function labelled(label, parts) {
  const box = element("div", "labelled");
  const head = element("h4");
  head.textContent = label;
  box.append(head, ...parts);
  return box;
}
