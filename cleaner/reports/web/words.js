// The page's own words, in the two languages that reports speak.

/** @typedef {"zh" | "en"} Lang */

/** @type {{lang: Lang, words: Record<string, [string, string]>, rules: Record<string, [string, string]>}} */
const speech = { lang: "en", words: {}, rules: {} };

/**
 * @param {Lang} lang
 * @param {Record<string, [string, string]>} words key -> Chinese, English
 * @param {Record<string, [string, string]>} rules code -> Chinese, English
 */
export function speak(lang, words, rules) {
  Object.assign(speech, { lang, words, rules });
}

/** @returns {Lang} */
export function language() {
  return speech.lang;
}

/**
 * Change the language, here and in what was drawn when the page was written.
 * @param {Lang} lang
 */
export function turnTo(lang) {
  speech.lang = lang;
  document.documentElement.lang = lang === "zh" ? "zh-CN" : "en";
  document.title = say("title");
  for (const element of document.querySelectorAll("[data-zh]")) element.textContent = element.getAttribute(`data-${lang}`);
}

/**
 * A word or phrase, filled in; of two forms, the first where the first fact is 1.
 * @param {string} key
 * @param {...(string | number)} facts
 */
export function say(key, ...facts) {
  const both = speech.words[key];
  if (!both) return key;
  const [one, many] = both[speech.lang === "zh" ? 0 : 1].split("|");
  const form = many !== undefined && facts[0] !== 1 ? many : one;
  let next = 0;
  return form.replace(/\{(\d*)\}/g, (_, place) => shown(facts[place === "" ? next++ : Number(place)]));
}

/**
 * What a rule finds.
 * @param {string} code
 */
export function title(code) {
  return (speech.rules[code]?.[speech.lang === "zh" ? 0 : 1] ?? code).replace(/[.。]$/, "");
}

const FIGURES = new Intl.NumberFormat("en");

/** @param {string | number} fact */
function shown(fact) {
  return typeof fact === "number" ? FIGURES.format(fact) : fact;
}

/** @returns {Record<string, [string, string]>} */
export function words() {
  return speech.words;
}
