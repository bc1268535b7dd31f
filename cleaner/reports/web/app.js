// The page: overview and review, the keys, and what ties the panes together.
import { around, family, read, readHead, STATES } from "./data.js";
import { detail, element, VIEWS } from "./detail.js";
import { excerpt } from "./draw.js";
import { Facets } from "./facets.js";
import { List } from "./list.js";
import { clipped, put } from "./marks.js";
import { inBrowser, onServer, Store } from "./store.js";
import { sliceText } from "./text.js";
import { language, say, speak, title, turnTo, words } from "./words.js";

/** @typedef {import("./data.js").Doc} Doc */
/** @typedef {import("./data.js").Finding} Finding */
/** @typedef {import("./store.js").Decision} Decision */
/** @typedef {"this" | "like" | "rule" | "file" | "cluster" | "list"} Scope */

/** @type {readonly Scope[]} */
const SCOPES = ["this", "like", "cluster", "rule", "file", "list"];
const MANY = 20; // findings: deciding on more than these at once is asked about
const PRINTED = 2000;
/** @type {Record<string, string>} */
const GLYPHS = { "": "", accept: "✓", reject: "✕", later: "◷" };

function start() {
  const head = readHead();
  speak(head.lang, head.words, head.rules);
  /** @type {Finding[]} */
  const findings = [];
  /** @type {Map<string, Doc>} */
  const docs = new Map();
  /** @type {Map<string, Finding[]>} */
  const clusters = new Map();
  /** @type {Map<string, Finding[]>} */
  const rules = new Map();
  const token = new URLSearchParams(location.search).get("token");
  const served = token !== null && location.protocol === "http:";
  const keeper = served ? onServer(token, () => store.exported(head), (done) => tell(say(done ? "saved" : "not saved"))) : inBrowser(head.run);
  const store = new Store(findings, keeper);
  let view = VIEWS[0];
  /** @type {Scope} */
  let scope = "this";
  let ready = false;

  // --- the frame ---

  const app = element("div", "app");
  app.id = "app";
  const bar = element("header", "topbar");
  const brand = element("p", "brand");
  brand.append(worded("strong", "title"));
  const tabs = element("nav", "tabs");
  const toOverview = action("overview", () => show("overview"));
  const toReview = action("review", () => show("review"));
  tabs.append(toOverview, toReview);
  const progress = element("div", "progress");
  const track = document.createElement("progress");
  track.max = Math.max(head.findings, 1);
  const told = element("span", "told");
  told.setAttribute("role", "status");
  progress.append(track, told);
  const search = document.createElement("input");
  search.type = "search";
  search.id = "search";
  search.spellcheck = false;
  const tools = element("div", "tools");
  const turn = action("other language", () => {
    turnTo(language() === "zh" ? "en" : "zh");
    redraw();
  });
  turn.lang = "";
  tools.append(turn, action("export", () => exporting()), action("help", () => help.showModal()));
  bar.append(brand, tabs, progress, search, tools);

  const overview = document.getElementById("overview") ?? element("section");
  const review = element("main", "review");
  const side = element("aside", "facets");
  const frame = element("div", "list");
  const pane = element("article", "detail");
  frame.tabIndex = 0;
  frame.setAttribute("role", "listbox");
  pane.tabIndex = 0;
  side.tabIndex = -1;
  const filters = action("filters", () => side.classList.toggle("open"));
  filters.classList.add("filters");
  const middle = element("div", "middle");
  const summary = element("p", "matches");
  middle.append(filters, summary, frame);
  review.append(worded("h1", "review", "unseen"), side, middle, pane);
  const toast = element("p", "toast");
  toast.setAttribute("role", "status");
  const main = element("main", "over");
  overview.replaceWith(app);
  main.append(overview);
  app.append(bar, main, review, toast);
  document.getElementById("plain")?.remove();

  const list = new List(frame, fill, () => drawDetail());
  const facets = new Facets(side, store, narrow);
  store.changed = () => decidedNow();

  // --- what is shown ---

  /** @param {"overview" | "review"} which */
  function show(which) {
    app.dataset.shown = which;
    main.hidden = which !== "overview";
    review.hidden = which !== "review";
    toOverview.setAttribute("aria-current", String(which === "overview"));
    toReview.setAttribute("aria-current", String(which === "review"));
    if (which === "review") {
      list.draw();
      frame.focus({ preventScroll: true });
    }
  }

  function narrow() {
    const left = facets.narrow(findings);
    facets.draw();
    list.show(left);
    summary.textContent = facets.any ? say("matches", left.length, findings.length) : say("all findings", findings.length);
    frame.classList.toggle("none", !left.length);
    drawDetail();
  }

  function redraw() {
    search.placeholder = say("search");
    search.setAttribute("aria-label", say("search"));
    side.setAttribute("aria-label", say("filters"));
    pane.setAttribute("aria-label", say("finding"));
    tabs.setAttribute("aria-label", say("parts"));
    track.setAttribute("aria-label", say("decided"));
    narrow();
    decidedNow();
  }

  function decidedNow() {
    const { accept, reject, later } = store.counts();
    track.value = accept + reject;
    told.textContent = say("progress", accept + reject, head.findings) + (later ? ` · ${say("put off", later)}` : "");
    if (!ready) return;
    list.anew();
    drawActions();
    clearTimeout(recount); // a hundred thousand are not counted at every key
    recount = setTimeout(() => {
      facets.narrow(findings);
      facets.draw();
    }, 150);
  }
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let recount;

  /**
   * @param {HTMLElement} row
   * @param {Finding} finding
   */
  function fill(row, finding) {
    const decision = store.of(finding);
    row.dataset.decision = decision || "none";
    const glyph = element("span", "glyph");
    glyph.textContent = GLYPHS[decision];
    glyph.title = say(decision || "undecided");
    const top = element("span", "top");
    const code = element("code");
    code.textContent = finding.code;
    code.dataset.family = family(finding.code);
    const name = element("span", "name");
    name.textContent = title(finding.code);
    const place = element("span", "at");
    if (docs.size > 1) {
      const file = element("bdi");
      put(file, clipped((finding.doc.path.split("/").at(-1) ?? "").replace(/\.[^.]*$/, ""), 14, "tail"));
      place.append(file);
    }
    place.append(`:${finding.line}`);
    const state = element("span", "dot");
    state.dataset.state = STATES[finding.state];
    state.title = say(STATES[finding.state]);
    top.append(state, code, name, place);
    const bottom = element("span", "bottom");
    bottom.lang = "zh-CN";
    const cut = excerpt(finding);
    put(bottom, clipped(cut.before, 12, "tail"));
    const change = (/** @type {string} */ tag, /** @type {string} */ text) => {
      const part = element(tag);
      put(part, clipped(text, 24), tag === "mark" ? "text" : "change");
      bottom.append(part);
    };
    if (finding.edits.length) {
      if (cut.old) change("del", cut.old);
      if (cut.new) change("ins", cut.new);
    } else change("mark", cut.old);
    put(bottom, clipped(cut.after, 40));
    if (cut.more) {
      const more = element("span", "times");
      more.textContent = `×${cut.more + 1}`;
      top.insertBefore(more, place);
    }
    row.append(glyph, top, bottom);
    if (decision) row.setAttribute("aria-description", say(decision));
  }

  // --- the finding that is looked at ---

  const actions = element("div", "actions");
  const views = element("div", "views");
  const body = element("div", "body");

  function drawDetail() {
    const finding = list.current;
    scope = "this";
    if (!finding) {
      pane.replaceChildren(hollow(!ready ? "reading" : findings.length ? "nothing matches" : "nothing"));
      return;
    }
    drawActions();
    drawViews();
    drawBody(finding);
    pane.replaceChildren(actions, views, body);
    pane.scrollTop = 0;
  }

  /** @param {Finding} finding */
  function drawBody(finding) {
    const corpus = {
      find: (/** @type {string} */ path, /** @type {number | null} */ row) => docs.get(`${path}\0${row}`),
      cluster: (/** @type {string} */ name) => clusters.get(name) ?? [],
      go: (/** @type {Finding} */ other) => {
        if (!list.findings.includes(other)) {
          clear();
          narrow();
        }
        list.go(list.findings.indexOf(other));
      },
    };
    body.replaceChildren(...detail(finding, view, corpus));
  }

  function drawViews() {
    views.replaceChildren(
      ...VIEWS.map((one, i) => {
        const button = action(one, () => {
          view = one;
          drawDetail();
        });
        button.setAttribute("aria-pressed", String(one === view));
        button.append(key(String(i + 1)));
        return button;
      }),
    );
    views.setAttribute("role", "group");
    views.setAttribute("aria-label", say("views"));
  }

  function drawActions() {
    const finding = list.current;
    if (!finding) return;
    const decision = store.of(finding);
    const focused = document.activeElement instanceof HTMLElement && actions.contains(document.activeElement) ? document.activeElement.dataset.at : "";
    const buttons = /** @type {[Decision, string][]} */ ([["accept", "a"], ["reject", "r"], ["later", "l"]]).map(([what, letter]) => {
      const button = action(what, () => decide(what));
      button.className = `decide ${what}`;
      button.dataset.at = what;
      button.setAttribute("aria-pressed", String(decision === what));
      button.append(key(letter));
      return button;
    });
    const select = document.createElement("select");
    select.dataset.at = "scope";
    select.setAttribute("aria-label", say("scope"));
    for (const one of SCOPES) {
      const size = inScope(one, finding).length;
      if (one !== "this" && size < 2) continue;
      const option = document.createElement("option");
      option.value = one;
      option.textContent = say(`scope ${one}`, size);
      option.selected = one === scope;
      select.append(option);
    }
    select.addEventListener("change", () => (scope = /** @type {Scope} */ (select.value)));
    select.disabled = select.options.length < 2;
    const note = document.createElement("input");
    note.type = "text";
    note.dataset.at = "note";
    note.placeholder = say("note");
    note.setAttribute("aria-label", say("note"));
    note.value = store.notes.get(finding.id) ?? "";
    note.addEventListener("change", () => store.note(finding, note.value));
    actions.replaceChildren(...buttons, select, note);
    if (focused) /** @type {HTMLElement | null} */ (actions.querySelector(`[data-at="${focused}"]`))?.focus();
  }

  /**
   * @param {Scope} which
   * @param {Finding} finding
   * @returns {Finding[]}
   */
  function inScope(which, finding) {
    if (which === "this") return [finding];
    if (which === "list") return facets.any ? list.findings : [];
    if (which === "file") return findings.slice(finding.doc.first, finding.doc.last);
    if (which === "cluster") return finding.cluster ? (clusters.get(finding.cluster) ?? []) : [];
    const same = rules.get(finding.code) ?? [];
    return which === "rule" ? same : like(finding, same);
  }

  /** @type {Map<string, Map<string, Finding[]>>} */
  const alike = new Map();
  /**
   * Those of a rule that are like a finding; worked out once for a rule, when it is first asked for.
   * @param {Finding} finding
   * @param {Finding[]} same all of its rule
   */
  function like(finding, same) {
    let groups = alike.get(finding.code);
    if (!groups) {
      groups = new Map();
      for (const one of same) {
        const group = groups.get(likeness(one));
        if (group) group.push(one);
        else groups.set(likeness(one), [one]);
      }
      if (ready) alike.set(finding.code, groups);
    }
    return groups.get(likeness(finding)) ?? [finding];
  }

  /**
   * What "all like this" means: one rule, and the same texts that become the same.
   * @param {Finding} finding
   */
  function likeness(finding) {
    const stretches = finding.doc.stretches;
    const spans = finding.edits.length ? finding.edits : /** @type {[number, number, string][]} */ ([[finding.start, finding.end, ""]]);
    return [...new Set(spans.map(([from, to, text]) => `${sliceText(stretches, from, to)}\0${text}`))].sort().join("\u0001");
  }

  // --- deciding ---

  /** @param {Decision} decision */
  async function decide(decision) {
    const finding = list.current;
    if (!finding) return;
    const which = inScope(scope, finding);
    const again = which.length === 1 && store.of(finding) === decision; // pressed twice: it is open again
    if (which.length > MANY && !(await sure(decision, which.length))) return;
    const many = store.decide(which, again ? "" : decision);
    if (which.length > 1) {
      tell(say(`done ${decision}`, many));
      scope = "this";
      drawActions();
    } else if (!again) list.go(list.at + 1);
  }

  /** @param {Decision} decision */
  async function decideList(decision) {
    if (!list.findings.length || !(await sure(decision, list.findings.length))) return;
    tell(say(`done ${decision}`, store.decide(list.findings, decision)));
  }

  function undo() {
    const ids = new Set(store.undo());
    if (!ids.size) return tell(say("nothing to undo"));
    const place = list.findings.findIndex((one) => ids.has(one.id));
    if (place >= 0) list.go(place);
    tell(say("undone", ids.size));
  }

  /**
   * @param {Decision} decision
   * @param {number} many
   * @returns {Promise<boolean>}
   */
  function sure(decision, many) {
    const question = element("p");
    question.textContent = say(`sure ${decision}`, many);
    return new Promise((resolve) => {
      const dialog = dialogue("sure", [question]);
      const yes = action("yes", () => dialog.close("yes"));
      yes.className = "primary";
      dialog.querySelector("footer")?.prepend(yes);
      dialog.addEventListener("close", () => {
        resolve(dialog.returnValue === "yes");
        dialog.remove();
      });
      app.append(dialog);
      dialog.showModal();
      yes.focus();
    });
  }

  function exporting() {
    const counts = store.counts();
    const facts = element("p");
    facts.textContent = say("export counts", counts.accept, counts.reject, counts.later);
    const how = element("p", "hint");
    how.textContent = say("export how");
    const command = element("pre");
    command.textContent = `cleaner apply decisions.json${head.report ? ` --report ${quoted(head.report)}` : ""}`;
    const dialog = dialogue("export", [facts, how, command]);
    const download = action("download", () => {
      const link = document.createElement("a");
      link.href = URL.createObjectURL(new Blob([JSON.stringify(store.exported(head), null, 1), "\n"], { type: "application/json" }));
      link.download = "decisions.json";
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 1000);
    });
    download.className = "primary";
    download.disabled = counts.accept + counts.reject + counts.later === 0;
    dialog.querySelector("footer")?.prepend(download);
    dialog.addEventListener("close", () => dialog.remove());
    app.append(dialog);
    dialog.showModal();
  }

  // --- searching ---

  let later = 0;
  search.addEventListener("input", () => {
    clearTimeout(later);
    later = setTimeout(seek, 160);
  });

  function seek() {
    const wanted = search.value.trim().toLowerCase();
    if (!wanted) facets.found = null;
    else {
      facets.found = new Set();
      for (const doc of docs.values()) seekIn(doc, wanted, facets.found);
    }
    if (ready && app.dataset.shown !== "review") {
      show("review");
      search.focus();
    }
    narrow();
  }

  /**
   * @param {Doc} doc
   * @param {string} wanted
   * @param {Set<Finding>} found
   */
  function seekIn(doc, wanted, found) {
    const named = doc.path.toLowerCase().includes(wanted);
    const standing = doc.stretches.map((one) => one.text.toLowerCase().includes(wanted));
    const anywhere = standing.includes(true);
    for (let i = doc.first; i < doc.last; i++) {
      const one = findings[i];
      let hit = named || one.code.toLowerCase().includes(wanted) || one.edits.some((edit) => edit[2].toLowerCase().includes(wanted));
      hit ||= title(one.code).toLowerCase().includes(wanted) || doc.reasons[one.why].some((reason) => reason.toLowerCase().includes(wanted));
      if (!hit && anywhere) {
        const { first, last } = around(doc, one.start, one.end);
        for (let n = first; n <= last && !hit; n++) hit = standing[n];
      }
      if (hit) found.add(one);
    }
  }

  function clear() {
    facets.clear();
    facets.found = null;
    search.value = "";
  }

  // --- keys ---

  /** @type {Record<string, () => unknown>} */
  const keys = {
    j: () => list.go(list.at + 1),
    k: () => list.go(list.at - 1),
    ArrowDown: () => list.go(list.at + 1),
    ArrowUp: () => list.go(list.at - 1),
    PageDown: () => list.go(list.at + 10),
    PageUp: () => list.go(list.at - 10),
    J: () => otherFile(1),
    K: () => otherFile(-1),
    n: () => undecided(1),
    p: () => undecided(-1),
    g: () => list.go(0),
    G: () => list.go(list.findings.length - 1),
    a: () => decide("accept"),
    r: () => decide("reject"),
    l: () => decide("later"),
    A: () => decideList("accept"),
    R: () => decideList("reject"),
    u: () => undo(),
    e: () => body.querySelectorAll("button.fold").forEach((one) => one instanceof HTMLElement && one.click()),
    c: () => /** @type {HTMLElement | null} */ (actions.querySelector("input"))?.focus(),
    s: () => /** @type {HTMLElement | null} */ (actions.querySelector("select"))?.focus(),
    f: () => {
      side.classList.add("open");
      /** @type {HTMLElement | null} */ (side.querySelector("button:not(:disabled)"))?.focus();
    },
    o: () => show(app.dataset.shown === "overview" ? "review" : "overview"),
    "/": () => search.focus(),
    "?": () => help.showModal(),
  };
  VIEWS.forEach((one, i) => {
    keys[String(i + 1)] = () => {
      view = one;
      drawDetail();
    };
  });
  const OF_BOTH = new Set(["o", "/", "?", "u", "f"]);

  document.addEventListener("keydown", (event) => {
    const target = event.target instanceof HTMLElement ? event.target : document.body;
    const typing = target.matches("input:not([type=range]), textarea, select");
    if (event.key === "Escape" && typing) {
      if (target === search && search.value) {
        search.value = "";
        seek();
      }
      frame.focus();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    if (typing && event.key === "Enter") frame.focus();
    if (typing) return;
    const scrolls = event.key.startsWith("Arrow") || event.key.startsWith("Page");
    if (scrolls && target !== frame && target !== document.body) return;
    const perform = keys[event.key];
    if (!perform || (app.dataset.shown === "overview" && !OF_BOTH.has(event.key))) return;
    event.preventDefault();
    perform();
  });

  /** @param {1 | -1} step */
  function undecided(step) {
    for (let n = list.at + step; n >= 0 && n < list.findings.length; n += step) if (!store.of(list.findings[n])) return list.go(n);
    return tell(say("none undecided"));
  }

  /** @param {1 | -1} step */
  function otherFile(step) {
    const doc = list.current?.doc;
    for (let n = list.at; n >= 0 && n < list.findings.length; n += step)
      if (list.findings[n].doc !== doc) {
        while (step < 0 && n > 0 && list.findings[n - 1].doc === list.findings[n].doc) n--;
        return list.go(n);
      }
    return undefined;
  }

  // --- small parts ---

  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let quiet;
  /** @param {string} what */
  function tell(what) {
    toast.textContent = what;
    toast.classList.add("shown");
    clearTimeout(quiet);
    quiet = setTimeout(() => toast.classList.remove("shown"), 2600);
  }

  const keyList = element("dl", "keys");
  for (const [letters, what] of /** @type {[string, string][]} */ ([
    ["j k", "key move"], ["J K", "key file"], ["n p", "key undecided"], ["a r l", "key decide"], ["A R", "key list"], ["u", "key undo"],
    ["1 2 3 4", "key views"], ["e", "unfold"], ["s", "scope"], ["c", "note"], ["/", "search"], ["f", "filters"], ["g G", "key ends"], ["o", "key overview"], ["?", "help"],
  ])) {
    const term = element("dt");
    term.append(...letters.split(" ").map((letter) => key(letter)));
    keyList.append(term, worded("dd", what));
  }
  const help = dialogue("help", [keyList]);
  app.append(help);

  addEventListener("pagehide", () => store.saving !== undefined && store.save());
  addEventListener("beforeprint", () => {
    const printed = element("section", "printed");
    printed.id = "printed";
    for (const finding of list.findings.slice(0, PRINTED)) {
      const row = element("div", "row");
      fill(row, finding);
      printed.append(row);
    }
    app.append(printed);
  });
  addEventListener("afterprint", () => document.getElementById("printed")?.remove());

  for (const part of overview.querySelectorAll("[data-facet]")) {
    const [dimension, ...value] = (part.getAttribute("data-facet") ?? "").split(":");
    const button = document.createElement("button");
    button.type = "button";
    button.className = "link";
    button.append(...part.childNodes);
    part.append(button);
    button.addEventListener("click", () => {
      clear();
      facets.only(/** @type {"rule" | "file"} */ (dimension), value.join(":"));
      narrow();
      show("review");
    });
  }

  turnTo(head.lang);
  show("overview");
  redraw();
  read((more, found) => {
    for (const doc of more) docs.set(`${doc.path}\0${doc.row}`, doc);
    for (const finding of found) {
      findings.push(finding);
      for (const [groups, name] of /** @type {[Map<string, Finding[]>, string | null][]} */ ([[rules, finding.code], [clusters, finding.cluster]])) {
        if (name === null) continue;
        const group = groups.get(name);
        if (group) group.push(finding);
        else groups.set(name, [finding]);
      }
    }
  })
    .then(() => store.load())
    .catch((error) => tell(`${say("cannot read")} ${error}`))
    .finally(() => {
      ready = true;
      narrow();
      decidedNow();
      document.documentElement.dataset.ready = "true";
    });

  /** @param {string} word */
  function hollow(word) {
    return worded("p", word, "hollow");
  }
}

/**
 * An element that says a word of the page, in whichever language it is turned to.
 * @param {string} tag
 * @param {string} word
 * @param {string} kind
 */
function worded(tag, word, kind = "") {
  const made = element(tag, kind);
  const now = language();
  speakBoth(made, word);
  made.textContent = made.getAttribute(`data-${now}`);
  return made;
}

/**
 * @param {HTMLElement} made
 * @param {string} word
 */
function speakBoth(made, word) {
  const both = words()[word] ?? [word, word];
  made.setAttribute("data-zh", both[0]);
  made.setAttribute("data-en", both[1]);
}

/**
 * @param {string} word
 * @param {() => void} pressed
 */
function action(word, pressed) {
  const button = document.createElement("button");
  button.type = "button";
  button.append(worded("span", word));
  button.addEventListener("click", pressed);
  return button;
}

/** @param {string} letter */
function key(letter) {
  const made = element("kbd");
  made.textContent = letter;
  made.setAttribute("aria-hidden", "true");
  return made;
}

/**
 * @param {string} heading
 * @param {HTMLElement[]} parts
 */
function dialogue(heading, parts) {
  const dialog = document.createElement("dialog");
  const head = worded("h2", heading);
  head.id = `dialog-${heading}`;
  dialog.setAttribute("aria-labelledby", head.id);
  const foot = element("footer");
  foot.append(action("close", () => dialog.close("")));
  dialog.append(head, ...parts, foot);
  return dialog;
}

/**
 * A path as a shell takes it.
 * @param {string} path
 */
function quoted(path) {
  return /^[\w./\-\u4e00-\u9fff]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}

start();
