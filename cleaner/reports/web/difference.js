// The differences of two texts, character by character: the greedy O(ND) walk of Myers (1986).

/**
 * A bit of two texts: what both have, or what only the first has (old) or the second (new).
 * @typedef {{old: string, new: string}} Bit
 */

const MOST = 1200; // differences that are looked for; texts further apart are shown one above the other
const FIGURE = /[0-9０-９〇零二三四五六七八九十百千万亿两%％‰]/;

/**
 * The bits of two texts in order; null where they have too little in common.
 * @param {string} first
 * @param {string} second
 * @returns {Bit[] | null}
 */
export function difference(first, second) {
  const a = Array.from(first);
  const b = Array.from(second);
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head++;
  let tail = 0;
  while (tail < a.length - head && tail < b.length - head && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail++;
  const pairs = walk(a.slice(head, a.length - tail), b.slice(head, b.length - tail));
  if (!pairs) return null;
  /** @type {Bit[]} */
  const bits = [];
  const add = (/** @type {string} */ old, /** @type {string} */ new_) => {
    if (!old && !new_) return;
    const last = bits.at(-1);
    if (last && (last.old === last.new) === (old === new_)) bits[bits.length - 1] = { old: last.old + old, new: last.new + new_ };
    else bits.push({ old, new: new_ });
  };
  const common = a.slice(0, head).join("");
  add(common, common);
  for (const [old, new_] of pairs) add(old, new_);
  const ending = a.slice(a.length - tail).join("");
  if (tail) add(ending, ending);
  return joined(bits);
}

/**
 * Does a difference touch a figure? Then the two may say different things.
 * @param {Bit} bit
 */
export function figures(bit) {
  return bit.old !== bit.new && (FIGURE.test(bit.old) || FIGURE.test(bit.new));
}

/**
 * Two changes with a single character between them read better as one.
 * @param {Bit[]} bits
 */
function joined(bits) {
  /** @type {Bit[]} */
  const out = [];
  bits.forEach((bit, i) => {
    const last = out.at(-1);
    const between = bit.old === bit.new && bit.old.length === 1 && i > 0 && i < bits.length - 1;
    if (last && last.old !== last.new && (between || bit.old !== bit.new)) out[out.length - 1] = { old: last.old + bit.old, new: last.new + bit.new };
    else out.push(bit);
  });
  return out;
}

/**
 * @param {string[]} a
 * @param {string[]} b
 * @returns {[string, string][] | null}
 */
function walk(a, b) {
  const n = a.length;
  const m = b.length;
  const most = Math.min(n + m, MOST);
  const offset = most + 1;
  const reach = new Int32Array(2 * most + 3);
  /** @type {Int32Array[]} */
  const trace = [];
  for (let d = 0; d <= most; d++) {
    trace.push(reach.slice(offset - d - 1, offset + d + 2));
    for (let k = -d; k <= d; k += 2) {
      let x = k === -d || (k !== d && reach[offset + k - 1] < reach[offset + k + 1]) ? reach[offset + k + 1] : reach[offset + k - 1] + 1;
      while (x < n && x - k < m && a[x] === b[x - k]) x++;
      reach[offset + k] = x;
      if (x >= n && x - k >= m) return back(a, b, trace, d);
    }
  }
  return null;
}

/**
 * From the end of a walk to its beginning.
 * @param {string[]} a
 * @param {string[]} b
 * @param {Int32Array[]} trace
 * @param {number} d
 */
function back(a, b, trace, d) {
  /** @type {[string, string][]} */
  const pairs = [];
  let x = a.length;
  let y = b.length;
  for (; d > 0; d--) {
    const reach = trace[d]; // before step d; diagonal k stands at k + d + 1
    const k = x - y;
    const down = k === -d || (k !== d && reach[k + d] < reach[k + d + 2]);
    const from = down ? k + 1 : k - 1;
    const fromX = reach[from + d + 1];
    const fromY = fromX - from;
    while (x > fromX && y > fromY) pairs.push([a[--x], b[--y]]);
    if (down) pairs.push(["", b[--y]]);
    else pairs.push([a[--x], ""]);
  }
  while (x > 0 && y > 0) pairs.push([a[--x], b[--y]]);
  return pairs.reverse();
}
