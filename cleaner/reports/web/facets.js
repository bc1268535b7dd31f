// The left pane: what the list is narrowed to, and how many findings each choice would leave.
import { STATES, family } from "./data.js";
import { put } from "./marks.js";
import { DECISIONS } from "./store.js";
import { say, title } from "./words.js";

/** @typedef {import("./data.js").Finding} Finding */
/** @typedef {import("./store.js").Store} Store */
/** @typedef {"decision" | "state" | "rule" | "file"} Dimension */

/** @type {readonly Dimension[]} */
const DIMENSIONS = ["decision", "state", "rule", "file"];
const FILES = 12; // rows before the rest is folded
const MOST_FILES = 200;

export class Facets {
  /**
   * @param {HTMLElement} pane
   * @param {Store} store
   * @param {() => void} narrowed
   */
  constructor(pane, store, narrowed) {
    this.pane = pane;
    this.store = store;
    this.narrowed = narrowed;
    /** @type {Record<Dimension, Set<string>>} nothing chosen: everything */
    this.chosen = { decision: new Set(), state: new Set(), rule: new Set(), file: new Set() };
    this.similarity = 0;
    /** @type {Set<Finding> | null} what the search found; null: nothing is searched for */
    this.found = null;
    this.allFiles = false;
    /** @type {Record<Dimension, Map<string, number>>} */
    this.counts = { decision: new Map(), state: new Map(), rule: new Map(), file: new Map() };
    this.similar = 0;
  }

  /**
   * A finding's value in each dimension; a rule is counted under its family, too.
   * @param {Finding} finding
   * @param {Dimension} dimension
   * @returns {string}
   */
  value(finding, dimension) {
    if (dimension === "decision") return this.store.of(finding);
    if (dimension === "state") return STATES[finding.state];
    return dimension === "rule" ? finding.code : finding.doc.path;
  }

  /**
   * @param {Finding} finding
   * @param {Dimension} dimension
   */
  holds(finding, dimension) {
    const chosen = this.chosen[dimension];
    if (!chosen.size) return true;
    const value = this.value(finding, dimension);
    return chosen.has(value) || (dimension === "rule" && chosen.has(family(value)));
  }

  /**
   * The findings that are left, with the counts of every choice worked out on the way.
   * @param {Finding[]} findings
   */
  narrow(findings) {
    for (const dimension of DIMENSIONS) this.counts[dimension] = new Map();
    /** @type {Finding[]} */
    const left = [];
    this.similar = 0;
    for (const finding of findings) {
      if (finding.twin) this.similar++;
      if (this.similarity && !(finding.twin && finding.twin.similarity * 100 >= this.similarity)) continue;
      if (this.found && !this.found.has(finding)) continue;
      /** @type {Dimension | ""} */
      let failing = "";
      let failures = 0;
      for (const dimension of DIMENSIONS)
        if (!this.holds(finding, dimension)) {
          failing = dimension;
          failures++;
        }
      if (!failures) left.push(finding);
      if (failures > 1) continue;
      for (const dimension of failing ? [failing] : DIMENSIONS) {
        const counts = this.counts[dimension];
        const value = this.value(finding, dimension);
        counts.set(value, (counts.get(value) ?? 0) + 1);
        if (dimension === "rule") counts.set(family(value), (counts.get(family(value)) ?? 0) + 1);
      }
    }
    return left;
  }

  /** Is anything chosen at all? */
  get any() {
    return this.similarity > 0 || this.found !== null || DIMENSIONS.some((dimension) => this.chosen[dimension].size > 0);
  }

  clear() {
    for (const dimension of DIMENSIONS) this.chosen[dimension].clear();
    this.similarity = 0;
  }

  /**
   * Choose one value alone.
   * @param {Dimension} dimension
   * @param {string} value
   */
  only(dimension, value) {
    this.clear();
    this.chosen[dimension].add(value);
  }

  draw() {
    const focused = document.activeElement instanceof HTMLElement && this.pane.contains(document.activeElement) ? document.activeElement.dataset.at : undefined;
    const parts = [
      this.group("decision", DECISIONS.map((value) => [value, say(value ? `was ${value}` : "undecided")])),
      this.group("state", STATES.map((value) => [value, say(value)])),
      this.rules(),
      this.similarities(),
      this.files(),
    ];
    const clear = this.button("clear", say("show all"), () => {
      this.clear();
      this.narrowed();
    });
    clear.className = "clear";
    clear.disabled = !this.any;
    this.pane.replaceChildren(clear, ...parts.filter((part) => part !== null));
    if (focused) /** @type {HTMLElement | null} */ (this.pane.querySelector(`[data-at="${CSS.escape(focused)}"]`))?.focus();
  }

  /**
   * @param {Dimension} dimension
   * @param {[string, string][]} values value, label
   */
  group(dimension, values) {
    const shown = values.filter(([value]) => this.counts[dimension].has(value) || this.chosen[dimension].has(value));
    return shown.length ? this.fieldset(say(`facet ${dimension}`), shown.map(([value, label]) => this.choice(dimension, value, label))) : null;
  }

  rules() {
    const codes = new Set([...this.counts.rule.keys(), ...this.chosen.rule]);
    const families = [...new Set([...codes].map(family))].sort();
    const rows = families.flatMap((letters) => {
      const head = this.choice("rule", letters, say(letters), letters);
      head.classList.add("family");
      const own = [...codes].filter((code) => code !== letters && family(code) === letters).sort();
      return [head, ...own.map((code) => this.choice("rule", code, title(code), code))];
    });
    return rows.length ? this.fieldset(say("facet rule"), rows) : null;
  }

  files() {
    const paths = [...new Set([...this.counts.file.keys(), ...this.chosen.file])];
    if (paths.length < 2 && !this.chosen.file.size) return null;
    paths.sort((a, b) => (this.counts.file.get(b) ?? 0) - (this.counts.file.get(a) ?? 0) || (a < b ? -1 : 1));
    const most = this.allFiles ? MOST_FILES : FILES;
    const rows = paths.slice(0, most).map((path) => this.choice("file", path, path));
    if (paths.length > rows.length) {
      const more = this.button("more", say("more files", paths.length - rows.length), () => {
        this.allFiles = true;
        this.draw();
      });
      more.className = "more";
      more.disabled = this.allFiles; // beyond that, search for the name
      rows.push(more);
    }
    return this.fieldset(say("facet file"), rows);
  }

  similarities() {
    if (!this.similar) return null;
    const input = document.createElement("input");
    Object.assign(input, { type: "range", min: "0", max: "100", step: "1", value: String(this.similarity) });
    input.dataset.at = "similarity";
    const label = document.createElement("label");
    const output = document.createElement("output");
    const told = () => (output.textContent = this.similarity ? say("at least", this.similarity) : say("any"));
    input.setAttribute("aria-label", say("facet similarity"));
    input.addEventListener("input", () => {
      this.similarity = Number(input.value);
      told();
    });
    input.addEventListener("change", () => this.narrowed());
    told();
    label.append(input, output);
    label.className = "slider";
    return this.fieldset(say("facet similarity"), [label]);
  }

  /**
   * @param {string} legend
   * @param {HTMLElement[]} rows
   */
  fieldset(legend, rows) {
    const group = document.createElement("fieldset");
    const head = document.createElement("legend");
    head.textContent = legend;
    group.append(head, ...rows);
    return group;
  }

  /**
   * @param {Dimension} dimension
   * @param {string} value
   * @param {string} label
   * @param {string} code
   */
  choice(dimension, value, label, code = "") {
    const chosen = this.chosen[dimension];
    const button = this.button(`${dimension} ${value}`, "", () => {
      if (!chosen.delete(value)) chosen.add(value);
      this.narrowed();
    });
    button.setAttribute("aria-pressed", String(chosen.has(value)));
    button.className = "choice";
    const name = document.createElement("span");
    name.className = dimension === "file" ? "name path" : "name";
    put(name, label);
    if (dimension === "file" || dimension === "rule") button.title = name.textContent ?? "";
    if (dimension === "decision") button.dataset.decision = value || "none";
    if (dimension === "state") button.dataset.state = value;
    if (code && code !== family(code)) {
      const badge = document.createElement("code");
      badge.textContent = code;
      button.append(badge);
    }
    const count = document.createElement("span");
    count.className = "number";
    count.textContent = (this.counts[dimension].get(value) ?? 0).toLocaleString("en");
    button.append(name, count);
    return button;
  }

  /**
   * @param {string} at names it, so that it keeps the focus when the pane is drawn anew
   * @param {string} label
   * @param {() => void} pressed
   */
  button(at, label, pressed) {
    const button = document.createElement("button");
    button.type = "button";
    button.dataset.at = at;
    button.textContent = label;
    button.addEventListener("click", pressed);
    return button;
  }
}
