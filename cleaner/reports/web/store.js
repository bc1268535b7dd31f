// What was decided: kept in the browser, taken back one step at a time, exported as decisions.json.

import { sliceText } from "./text.js";

/** @typedef {import("./data.js").Finding} Finding */
/** @typedef {"" | "accept" | "reject" | "later"} Decision */

/** @type {readonly Decision[]} */
export const DECISIONS = ["", "accept", "reject", "later"];

/**
 * Where decisions are kept between two visits.
 * @typedef {{load: () => Promise<Kept | null>, save: (kept: Kept) => void}} Keeper
 */

/** @typedef {{decisions: Record<string, Decision>, notes: Record<string, string>}} Kept */

export class Store {
  /**
   * @param {Finding[]} findings all of them; it grows while the page is read
   * @param {Keeper} keeper
   */
  constructor(findings, keeper) {
    this.findings = findings;
    this.keeper = keeper;
    /** @type {Map<string, Decision>} by id */
    this.decided = new Map();
    /** @type {Map<string, string>} */
    this.notes = new Map();
    /** @type {{ids: string[], before: Decision[]}[]} */
    this.past = [];
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.saving = undefined;
    /** @type {() => void} */
    this.changed = () => {};
  }

  /** Take up where the reader left off. */
  async load() {
    const kept = await this.keeper.load();
    for (const [id, decision] of Object.entries(kept?.decisions ?? {})) if (DECISIONS.includes(decision)) this.decided.set(id, decision);
    for (const [id, note] of Object.entries(kept?.notes ?? {})) this.notes.set(id, String(note));
    this.changed();
  }

  /**
   * @param {Finding} finding
   * @returns {Decision}
   */
  of(finding) {
    return this.decided.get(finding.id) ?? "";
  }

  /**
   * Decide on findings, in one step.
   * @param {Finding[]} findings
   * @param {Decision} decision
   */
  decide(findings, decision) {
    const changing = findings.filter((one) => this.of(one) !== decision);
    if (!changing.length) return 0;
    this.past.push({ ids: changing.map((one) => one.id), before: changing.map((one) => this.of(one)) });
    for (const one of changing) this.set(one.id, decision);
    this.keep();
    return changing.length;
  }

  /**
   * Take the last step back.
   * @returns {string[]} whose decision it was
   */
  undo() {
    const step = this.past.pop();
    step?.ids.forEach((id, i) => this.set(id, step.before[i]));
    if (step) this.keep();
    return step?.ids ?? [];
  }

  /**
   * @param {Finding} finding
   * @param {string} note why it was decided so
   */
  note(finding, note) {
    if (note.trim()) this.notes.set(finding.id, note.trim());
    else this.notes.delete(finding.id);
    this.keep();
  }

  /**
   * @param {string} id
   * @param {Decision} decision
   */
  set(id, decision) {
    if (decision) this.decided.set(id, decision);
    else this.decided.delete(id);
  }

  keep() {
    this.changed();
    clearTimeout(this.saving);
    this.saving = setTimeout(() => this.save(), 150);
  }

  /** Write it down now. */
  save() {
    clearTimeout(this.saving);
    this.saving = undefined;
    this.keeper.save({ decisions: Object.fromEntries(this.decided), notes: Object.fromEntries(this.notes) });
  }

  /** @returns {Record<Exclude<Decision, "">, number>} */
  counts() {
    const counts = { accept: 0, reject: 0, later: 0 };
    for (const decision of this.decided.values()) if (decision) counts[decision]++;
    return counts;
  }

  /**
   * decisions.json: what was decided, with the edits and the hash of each file, so that it can be applied without the page.
   * @param {import("./data.js").Head} head
   */
  exported(head) {
    const decided = this.findings.filter((one) => this.of(one));
    /** @type {Map<string, object>} */
    const files = new Map();
    for (const { doc } of decided) files.set(`${doc.path}\0${doc.row}`, { path: doc.path, row: doc.row, encoding: doc.encoding, sha256: doc.sha256 });
    return {
      decisions: 1,
      run: head.run,
      report: head.report,
      files: [...files.values()],
      decided: decided.map((one) => ({
        id: one.id, path: one.doc.path, row: one.doc.row, code: one.code, fingerprint: one.fingerprint.split("-")[0],
        known_as: one.fingerprint, text: sliceText(one.doc.stretches, one.start, Math.min(one.end, one.start + 40)),
        decision: this.of(one), note: this.notes.get(one.id) ?? "", start: one.start, end: one.end,
        edits: one.edits.map(([start, end, new_]) => ({ start, end, new: new_ })),
        twin: one.twin && { path: one.twin.path, row: one.twin.row, start: one.twin.start, end: one.twin.end },
      })),
    };
  }
}

/**
 * Kept in the browser, by the run; where it keeps nothing (some do so for file://), decisions last as long as the page.
 * @param {string} run
 * @returns {Keeper}
 */
export function inBrowser(run) {
  const key = `cleaner:${run}`;
  return {
    async load() {
      try {
        return JSON.parse(localStorage.getItem(key) ?? "null");
      } catch {
        return null;
      }
    },
    save(kept) {
      try {
        localStorage.setItem(key, JSON.stringify(kept));
      } catch {
        // the export stays in sight
      }
    },
  };
}

/**
 * Kept by `cleaner review`, which serves the page: it writes decisions.json itself.
 * @param {string} token
 * @param {() => object} exported
 * @param {(done: boolean) => void} told
 * @returns {Keeper}
 */
export function onServer(token, exported, told) {
  const headers = { "X-Cleaner-Token": token };
  let last = Promise.resolve(); // one behind the other, so that the last to be sent is the last to be written
  return {
    async load() {
      const answer = await fetch("decisions", { headers });
      return answer.ok ? answer.json() : null;
    },
    save() {
      const body = JSON.stringify(exported());
      last = last
        .then(() => fetch("decisions", { method: "POST", headers: { ...headers, "Content-Type": "application/json" }, body, keepalive: body.length < 60_000 }))
        .then((answer) => told(answer.ok))
        .catch(() => told(false));
    },
  };
}
