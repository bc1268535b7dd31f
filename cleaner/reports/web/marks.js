// Characters that are not seen, or are not what they look like, drawn as tokens. Whatever a text holds, only text nodes
// come of it: this is the one place where a text of the corpus enters the page.

/** @type {Record<string, string>} */
const NAMES = {
  "\u0009": "TAB", "\u000a": "LINE FEED", "\u000d": "CARRIAGE RETURN", "\u000b": "LINE TABULATION", "\u000c": "FORM FEED", "\u0020": "SPACE",
  "\u0085": "NEXT LINE", "\u00a0": "NO-BREAK SPACE", "\u00ad": "SOFT HYPHEN", "\u200b": "ZERO WIDTH SPACE",
  "\u200c": "ZERO WIDTH NON-JOINER", "\u200d": "ZERO WIDTH JOINER", "\u200e": "LEFT-TO-RIGHT MARK", "\u200f": "RIGHT-TO-LEFT MARK",
  "\u2028": "LINE SEPARATOR", "\u2029": "PARAGRAPH SEPARATOR", "\u202a": "LEFT-TO-RIGHT EMBEDDING", "\u202b": "RIGHT-TO-LEFT EMBEDDING",
  "\u202c": "POP DIRECTIONAL FORMATTING", "\u202d": "LEFT-TO-RIGHT OVERRIDE", "\u202e": "RIGHT-TO-LEFT OVERRIDE",
  "\u2060": "WORD JOINER", "\u2066": "LEFT-TO-RIGHT ISOLATE", "\u2067": "RIGHT-TO-LEFT ISOLATE", "\u2068": "FIRST STRONG ISOLATE",
  "\u2069": "POP DIRECTIONAL ISOLATE", "\u3000": "IDEOGRAPHIC SPACE", "\ufeff": "BYTE ORDER MARK", "\ufffd": "REPLACEMENT CHARACTER",
};
/** @type {Record<string, string>} */
const SHORT = { " ": "␣", "\t": "⇥", "\n": "⏎", "\r": "␍", "\u3000": "□", "\u00a0": "NBSP", "\u200b": "ZWSP", "\u200d": "ZWJ", "\u200c": "ZWNJ", "\ufeff": "BOM" };

// Nothing is drawn for these, or what is drawn belongs elsewhere: controls, formats, lone surrogates, private use, joiners,
// fillers, selectors; and line ends that are none of ours.
const UNSEEN =
  /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0\ufe00-\ufe0f\u2028\u2029\u{e0100}-\u{e01ef}]/u;
const SPACE = /[\p{Zs}\t]/u;
// Characters that stand for another one: radicals, compatibility ideographs, full-width letters and figures, Cyrillic and Greek.
const LIKE = /[\u2e80-\u2fdf\uf900-\ufaff\uff10-\uff19\uff21-\uff3a\uff41-\uff5a\u0370-\u052f\u{2f800}-\u{2fa1f}]/u;
const PLAIN = /^[!-~\u2010-\u2027\u3001-\u303f\u4e00-\u9fff\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff5e]*$/;

/**
 * How much of a text is made visible: what is unseen always; spaces and line ends of what changes; everything when asked.
 * @typedef {"text" | "change" | "all"} Seeing
 */

/**
 * @param {string} char
 * @returns {string} what a reader who hovers over it is told
 */
export function named(char) {
  const point = (char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
  return `U+${point} ${NAMES[char] ?? ""}`.trim();
}

/**
 * Put a text into an element, as text nodes and tokens.
 * @param {Element} into
 * @param {string} text
 * @param {Seeing} seeing
 */
export function put(into, text, seeing = "text") {
  if (PLAIN.test(text)) {
    if (text) into.append(text);
    return;
  }
  let plain = "";
  const flush = () => {
    if (plain) into.append(plain);
    plain = "";
  };
  const chars = Array.from(text.replace(/\r\n/g, "\n"));
  for (let i = 0, run; i < chars.length; i += run) {
    const char = chars[i];
    run = 1;
    const kind = seen(char, seeing);
    if (kind === "") {
      plain += char === "\r" ? "\n" : char;
      continue;
    }
    flush();
    while (chars[i + run] === char) run++;
    const often = run > 4 ? run : 1;
    for (let n = often > 1 ? 1 : run; n > 0; n--) into.append(token(char, kind, often));
    if (char === "\n" || char === "\r") into.append("\n".repeat(often > 1 ? 1 : run));
  }
  flush();
}

/**
 * @param {string} char
 * @param {Seeing} seeing
 * @returns {"" | "seen" | "like"}
 */
function seen(char, seeing) {
  if (char === "\n" || char === "\r") return seeing === "text" ? "" : "seen";
  if (SPACE.test(char)) return seeing === "text" && (char === " " || char === "\u3000" || char === "\t") ? "" : "seen";
  if (UNSEEN.test(char)) return "seen";
  return seeing === "all" && LIKE.test(char) ? "like" : "";
}

/**
 * @param {string} char
 * @param {"seen" | "like"} kind
 * @param {number} often
 */
function token(char, kind, often) {
  const element = document.createElement("span");
  element.className = kind;
  element.title = named(char);
  const label = kind === "like" ? char : (SHORT[char] ?? named(char).split(" ")[0]);
  element.textContent = often > 1 ? `${label}×${often.toLocaleString("en")}` : label;
  return element;
}

/**
 * A text on one line, at most so long: for lists.
 * @param {string} text
 * @param {number} most
 * @param {"head" | "tail"} keep
 */
export function clipped(text, most, keep = "head") {
  const line = text.replace(/[\r\n]+/g, " ");
  const chars = Array.from(line);
  if (chars.length <= most) return line;
  return keep === "head" ? chars.slice(0, most).join("") + "…" : "…" + chars.slice(-most).join("");
}
