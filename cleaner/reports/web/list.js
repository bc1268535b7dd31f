// The middle pane: as many rows as fit, however many findings there are.
import { say } from "./words.js";

/** @typedef {import("./data.js").Finding} Finding */

const ROW = 60; // pixels; page.css says the same
const BEYOND = 8; // rows drawn above and below what is seen

export class List {
  /**
   * @param {HTMLElement} frame scrolls; it has the focus
   * @param {(row: HTMLElement, finding: Finding) => void} fill draws a finding into its row
   * @param {(finding: Finding) => void} picked
   */
  constructor(frame, fill, picked) {
    this.frame = frame;
    this.fill = fill;
    this.picked = picked;
    /** @type {Finding[]} */
    this.findings = [];
    this.at = -1;
    this.room = document.createElement("div");
    this.room.className = "room";
    this.room.setAttribute("role", "presentation");
    frame.replaceChildren(this.room);
    /** @type {Map<number, HTMLElement>} */
    this.rows = new Map();
    this.waiting = false;
    frame.addEventListener("scroll", () => this.soon(), { passive: true });
    new ResizeObserver(() => this.soon()).observe(frame);
    this.room.addEventListener("click", (event) => {
      const row = event.target instanceof Element ? event.target.closest("[data-n]") : null;
      if (row instanceof HTMLElement) this.go(Number(row.dataset.n));
    });
  }

  /** @returns {Finding | undefined} */
  get current() {
    return this.findings[this.at];
  }

  /**
   * Show other findings; the one that was looked at stays so, if it is among them.
   * @param {Finding[]} findings in order
   */
  show(findings) {
    const current = this.current;
    this.findings = findings;
    this.room.style.height = `${findings.length * ROW}px`;
    this.at = current ? findings.indexOf(current) : -1;
    if (this.at < 0) this.at = findings.length ? Math.max(0, current ? this.after(current) : 0) : -1;
    this.anew();
    this.bring();
  }

  /**
   * The place of the first finding that comes after one that is not there any more.
   * @param {Finding} finding
   */
  after(finding) {
    const place = this.findings.findIndex((one) => one.order >= finding.order);
    return place < 0 ? this.findings.length - 1 : place;
  }

  /**
   * @param {number} to
   */
  go(to) {
    if (!this.findings.length) return;
    const was = this.at;
    this.at = Math.max(0, Math.min(to, this.findings.length - 1));
    this.bring();
    this.draw();
    for (const n of [was, this.at]) this.mark(n);
    if (this.current) this.picked(this.current);
  }

  /** Bring the current row into view. */
  bring() {
    const top = this.at * ROW;
    const { scrollTop, clientHeight } = this.frame;
    if (top < scrollTop) this.frame.scrollTop = top;
    else if (top + ROW > scrollTop + clientHeight) this.frame.scrollTop = top + ROW - clientHeight;
  }

  soon() {
    if (this.waiting) return;
    this.waiting = true;
    requestAnimationFrame(() => {
      this.waiting = false;
      this.draw();
    });
  }

  /** Draw every row again: what they say has changed. */
  anew() {
    for (const row of this.rows.values()) row.remove();
    this.rows.clear();
    this.draw();
  }

  draw() {
    const first = Math.max(0, Math.floor(this.frame.scrollTop / ROW) - BEYOND);
    const last = Math.min(this.findings.length - 1, Math.ceil((this.frame.scrollTop + this.frame.clientHeight) / ROW) + BEYOND);
    for (const [n, row] of this.rows)
      if (n < first || n > last) {
        row.remove();
        this.rows.delete(n);
      }
    /** @type {HTMLElement | null} */
    let next = null;
    for (let n = last; n >= first; n--) {
      let row = this.rows.get(n);
      if (!row) {
        row = this.row(n);
        this.rows.set(n, row);
        this.room.insertBefore(row, next);
      }
      next = row;
    }
    if (this.at >= first && this.at <= last) this.frame.setAttribute("aria-activedescendant", `row${this.at}`);
    else this.frame.removeAttribute("aria-activedescendant");
    this.frame.setAttribute("aria-label", say("list of", this.findings.length));
  }

  /** @param {number} n */
  row(n) {
    const row = document.createElement("div");
    row.className = "row";
    row.id = `row${n}`;
    row.dataset.n = String(n);
    row.setAttribute("role", "option");
    row.setAttribute("aria-posinset", String(n + 1));
    row.setAttribute("aria-setsize", String(this.findings.length));
    row.setAttribute("aria-selected", String(n === this.at));
    row.style.top = `${n * ROW}px`;
    this.fill(row, this.findings[n]);
    return row;
  }

  /** @param {number} n */
  mark(n) {
    this.rows.get(n)?.setAttribute("aria-selected", String(n === this.at));
  }
}
