// Positions in a report are code points of the original; a browser's strings count UTF-16 units. This is the bridge.

/**
 * A stretch of a document's text: text[start:end] in code points. wide: some characters take two units.
 * @typedef {{start: number, end: number, line: number, text: string, wide: boolean}} Stretch
 */

const PAIR = /[\ud800-\udbff][\udc00-\udfff]/;

/**
 * @param {number} start
 * @param {number} line
 * @param {string} text
 * @returns {Stretch}
 */
export function stretch(start, line, text) {
  const wide = PAIR.test(text);
  return { start, end: start + (wide ? Array.from(text).length : text.length), line, text, wide };
}

/**
 * Code points of a string from one place to another.
 * @param {Stretch} of
 * @param {number} start in the document
 * @param {number} end in the document
 */
export function part(of, start, end) {
  const from = start - of.start;
  const to = end - of.start;
  return of.wide ? Array.from(of.text).slice(from, to).join("") : of.text.slice(from, to);
}

/**
 * How many of the sorted stretches begin at a place or before it.
 * @param {{start: number}[]} stretches
 * @param {number} place
 */
export function begun(stretches, place) {
  let low = 0;
  let high = stretches.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (stretches[middle].start <= place) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * A stretch of a document as it is carried: texts, and gaps of so many characters that are not.
 * @param {Stretch[]} stretches
 * @param {number} start
 * @param {number} end
 * @returns {{start: number, end: number, text: string | null}[]}
 */
export function sliced(stretches, start, end) {
  /** @type {{start: number, end: number, text: string | null}[]} */
  const parts = [];
  let at = start;
  for (let i = Math.max(begun(stretches, start) - 1, 0); i < stretches.length && at < end; i++) {
    const one = stretches[i];
    if (one.end <= at) continue;
    if (one.start >= end) break;
    if (one.start > at) parts.push({ start: at, end: one.start, text: null });
    const from = Math.max(one.start, at);
    const to = Math.min(one.end, end);
    const last = parts.at(-1);
    const text = part(one, from, to);
    if (last && last.text !== null && last.end === from) parts[parts.length - 1] = { start: last.start, end: to, text: last.text + text };
    else parts.push({ start: from, end: to, text });
    at = to;
  }
  if (at < end) parts.push({ start: at, end, text: null });
  return parts;
}

/**
 * The same as one string, with `⋯` for what is not carried.
 * @param {Stretch[]} stretches
 * @param {number} start
 * @param {number} end
 */
export function sliceText(stretches, start, end) {
  return sliced(stretches, start, end).map((one) => one.text ?? "⋯").join("");
}

/**
 * @param {string} text
 * @returns {number} its code points
 */
export function size(text) {
  return PAIR.test(text) ? Array.from(text).length : text.length;
}
