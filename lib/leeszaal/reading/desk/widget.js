// The reading widget: draws the view that Python made, and sends what the reader does. It decides nothing itself.

const SIDES = { include: "vóór", exclude: "tegen", theme: "thema" };
const PATIENCE = 4000; // milliseconds before the reader hears that Python does not answer

function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === false || value === null || value === undefined) continue;
    element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child !== null && child !== ""));
  return element;
}

// JupyterLab would take a letter for one of its own keys; this attribute tells it not to.
function quiet(element) {
  element.setAttribute("data-lm-suppress-shortcuts", "true");
  return element;
}

function button(label, key, action, kind = "") {
  const cap = key ? [make("kbd", { "aria-hidden": "true" }, key)] : [];
  const element = quiet(make("button", { type: "button", class: kind, "aria-keyshortcuts": key }, label, ...cap));
  element.addEventListener("click", action);
  return element;
}

function pieces(parts, marking) {
  return parts.map(([text, kind, theme, why]) => {
    if (!kind || !marking) return document.createTextNode(text);
    return make("mark", { class: `is-${kind} ${theme ? `theme-${theme}` : ""}`.trim(), title: why }, text);
  });
}

class Desk {
  constructor(model, root) {
    this.model = model;
    this.root = root;
    this.panel = null; // "reasons", "note", "help" or null
    this.why = false;
    this.asked = 0;
    this.timer = null;
    this.shown = null; // id of the work on screen
    this.build();
    this.draw(true);
  }

  get view() {
    return this.model.get("view");
  }

  build() {
    const id = `lz-${Math.random().toString(36).slice(2, 8)}`;
    this.heading = make("p", { class: "heading", id: `${id}-name` });
    this.counts = make("p", { class: "counts" });
    this.bar = make("span", { class: "bar", "aria-hidden": "true" }, make("i"));
    this.standing = make("p", { class: "standing" });
    this.title = quiet(make("h3", { class: "title", tabindex: "-1" }));
    this.meta = make("p", { class: "meta" });
    this.abstract = quiet(make("div", { class: "abstract", tabindex: "0", role: "region", "aria-label": "Samenvatting" }));
    this.side = quiet(make("div", { class: "side", tabindex: "0", role: "region", "aria-label": "Bij dit werk" }));
    this.status = make("p", { class: "status", role: "status" });
    this.buttons = {
      include: button("Opnemen", "V", () => this.send("include"), "include"),
      exclude: button("Uitsluiten", "X", () => this.open("reasons"), "exclude"),
      maybe: button("Twijfel", "T", () => this.send("maybe")),
      undo: button("Terug", "Z", () => this.send("undo")),
      note: button("Notitie", "N", () => this.open("note")),
      why: button("Waarom", "W", () => this.explain()),
      marking: button("Markering", "H", () => this.mark()),
      help: button("Toetsen", "?", () => this.open("help")),
    };
    this.bottom = make("div", { class: "buttons", role: "group", "aria-label": "Beslissen" }, ...Object.values(this.buttons));
    this.root.append(
      make("div", { class: "top" }, this.heading, this.counts, this.bar),
      this.standing,
      make("div", { class: "middle" }, make("div", { class: "work" }, this.title, this.meta, this.abstract), this.side),
      this.bottom,
      this.status,
    );
    this.root.setAttribute("role", "group");
    this.root.setAttribute("aria-labelledby", `${id}-name`);
    this.root.setAttribute("lang", "nl");
    this.root.addEventListener("keydown", (event) => this.press(event));
    this.root.addEventListener("mousedown", (event) => {
      // A click on plain text gives the keys to the widget.
      if (!event.target.closest("button, input, a, [tabindex]")) setTimeout(() => this.title.focus({ preventScroll: true }));
    });
  }

  // ---- what the reader does

  press(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Tab") return;
    if (event.key === "Escape") {
      if (this.panel) {
        event.stopPropagation();
        this.close();
      }
      return; // without a panel it goes to JupyterLab, which takes the keys back
    }
    event.stopPropagation();
    const field = event.target.closest("input");
    if (field) {
      if (event.key === "Enter") {
        event.preventDefault();
        this.enter(field);
      }
      return;
    }
    const key = event.key.length === 1 ? event.key.toUpperCase() : event.key;
    if ((key === "Enter" || key === " ") && event.target.closest("button, a, summary")) return;
    if (event.repeat && !/^(Arrow|Page)/.test(key)) return; // a key held down is not ten decisions
    if (this.act(key)) event.preventDefault();
  }

  act(key) {
    if (/^[0-9]$/.test(key)) return this.digit(Number(key));
    const act = {
      V: () => this.send("include"),
      X: () => this.open("reasons"),
      T: () => this.send("maybe"),
      Z: () => this.send("undo"),
      N: () => this.open("note"),
      W: () => this.explain(),
      H: () => this.mark(),
      "?": () => this.open("help"),
      ArrowDown: () => this.scroll(48),
      ArrowUp: () => this.scroll(-48),
      PageDown: () => this.scroll(this.abstract.clientHeight * 0.9),
      PageUp: () => this.scroll(-this.abstract.clientHeight * 0.9),
      " ": () => this.scroll(this.abstract.clientHeight * 0.9),
    }[key];
    if (!act) return false;
    act();
    return true;
  }

  digit(number) {
    if (this.panel === "reasons") {
      const reasons = this.view.criteria.exclude;
      if (number === 0) this.send("exclude", { reason: "" });
      else if (number <= reasons.length) this.send("exclude", { reason: reasons[number - 1] });
      return true;
    }
    const label = number && this.view.work ? this.view.work.labels[number - 1] : null;
    if (label) this.send("tag", { label: label.id });
    return Boolean(label);
  }

  enter(field) {
    if (this.panel === "note") this.send("note", { text: field.value });
    else if (this.panel === "reasons" && field.value.trim()) this.send("exclude", { reason: field.value });
  }

  scroll(by) {
    this.abstract.scrollBy({ top: by });
  }

  explain() {
    this.why = !this.why;
    this.drawSide();
    if (this.why) this.side.scrollTo({ top: 0 });
  }

  mark() {
    this.model.set("marking", !this.model.get("marking"));
    this.model.save_changes();
  }

  open(panel) {
    if (panel === this.panel) return this.close();
    if (panel !== "help" && !this.view.work) return;
    this.panel = panel;
    this.drawSide();
    const first = panel === "note" ? this.side.querySelector("input") : this.side.querySelector("h4, button, input");
    (first || this.side).focus({ preventScroll: true });
    this.side.scrollTo({ top: 0 });
  }

  close() {
    const panel = this.panel;
    this.panel = null;
    this.drawSide();
    const opener = { reasons: "exclude", note: "note", help: "help" }[panel];
    (this.view.work ? this.title : this.buttons[opener]).focus({ preventScroll: true });
  }

  send(what, more = {}) {
    if (this.timer) return; // one step at a time: the answer to the last one must come first
    if (what !== "undo" && !this.view.work) return;
    this.asked += 1;
    this.model.send({ do: what, ask: this.asked, version: this.view.version, ...more });
    this.root.setAttribute("aria-busy", "true");
    this.timer = setTimeout(() => {
      this.timer = null;
      this.root.removeAttribute("aria-busy");
      this.say("Python antwoordt niet: deze beslissing is misschien NIET bewaard. Is de kernel nog bezig, wacht dan even; anders voert u de cel opnieuw uit.", true);
    }, PATIENCE);
  }

  // ---- what the reader sees

  draw(first = false) {
    const view = this.view;
    const answered = view.answer === this.asked && this.asked > 0;
    if (answered && this.timer) {
      clearTimeout(this.timer);
      this.timer = null;
      this.root.removeAttribute("aria-busy");
    }
    const id = view.work ? view.work.id : "";
    const moved = id !== this.shown;
    const mine = this.root.contains(document.activeElement);
    if (answered && this.panel && !view.status.failed && view.version !== this.version) this.panel = null;
    this.version = view.version;
    this.shown = id;
    this.heading.textContent = view.heading;
    this.counts.textContent = view.counts.join(" · ");
    this.bar.firstChild.style.width = `${view.size ? (100 * view.read) / view.size : 0}%`;
    this.standing.replaceChildren(...this.sentences(view));
    this.drawWork(moved);
    this.drawSide(moved);
    for (const [name, element] of Object.entries(this.buttons)) {
      const off = (name === "undo" && !view.undo) || (!view.work && ["include", "exclude", "maybe", "note", "why"].includes(name));
      element.setAttribute("aria-disabled", String(off));
    }
    this.buttons.marking.setAttribute("aria-pressed", String(this.model.get("marking")));
    if (!this.timer || answered) this.say(view.status.text, view.status.failed);
    if (!first && answered && (moved || !this.root.contains(document.activeElement)) && mine) {
      this.title.focus({ preventScroll: true });
    }
  }

  sentences(view) {
    const lines = [...view.standing, ...(view.standing.length ? [] : [view.remark])].filter(Boolean);
    return lines.slice(0, 3).map((line, place) => make(place ? "span" : "strong", {}, `${line} `));
  }

  say(text, failed) {
    this.status.textContent = text;
    this.status.classList.toggle("failed", Boolean(failed));
  }

  drawWork(moved) {
    const { work, end } = this.view;
    const marking = this.model.get("marking");
    if (!work) {
      this.title.removeAttribute("lang");
      this.title.textContent = end[0] || "";
      this.meta.textContent = "";
      this.abstract.removeAttribute("lang");
      this.abstract.replaceChildren(...end.slice(1).map((line) => make("p", {}, line)));
      return;
    }
    for (const element of [this.title, this.abstract]) {
      if (work.lang) element.setAttribute("lang", work.lang);
      else element.removeAttribute("lang");
    }
    this.title.replaceChildren(...pieces(work.title, marking));
    this.meta.replaceChildren(work.meta);
    if (work.link) {
      const link = quiet(make("a", { href: work.link, target: "_blank", rel: "noopener noreferrer" }, "bron"));
      link.append(make("span", { class: "hidden" }, " (opent een nieuw venster)"));
      this.meta.append(work.meta ? " · " : "", link);
    }
    const text = work.abstract.map(([part]) => part).join("");
    this.abstract.replaceChildren(
      ...(text ? pieces(work.abstract, marking) : [make("p", { class: "none", lang: "nl" }, "Van dit werk is geen samenvatting bekend.")]),
    );
    if (moved) this.abstract.scrollTo({ top: 0 });
  }

  drawSide(moved = false) {
    const held = this.held();
    const { work } = this.view;
    const parts = { reasons: () => this.reasons(), note: () => this.note(), help: () => this.help() };
    if (this.panel && (parts[this.panel] && (work || this.panel === "help"))) {
      if (this.drawn !== `${this.panel} ${this.shown}`) this.side.replaceChildren(...parts[this.panel]());
      this.drawn = `${this.panel} ${this.shown}`;
    } else {
      this.drawn = null;
      this.side.replaceChildren(...(work ? this.about(work) : []));
    }
    this.buttons.why.setAttribute("aria-expanded", String(this.why));
    for (const [name, panel] of [["exclude", "reasons"], ["note", "note"], ["help", "help"]]) {
      this.buttons[name].setAttribute("aria-expanded", String(this.panel === panel));
    }
    this.side.hidden = !this.side.childNodes.length;
    if (moved && !this.panel) this.side.scrollTo({ top: 0 });
    if (held) this.side.querySelector(`[data-name="${held}"]`)?.focus({ preventScroll: true });
  }

  held() {
    const active = document.activeElement;
    return this.side.contains(active) ? active.getAttribute("data-name") : null;
  }

  about(work) {
    const out = [];
    if (work.others) out.push(make("p", { class: "others" }, work.others));
    if (work.before) out.push(make("p", { class: "before" }, work.before));
    // The first line tells of the order as a whole, the second of this work; where there is no second, the first says it.
    const why = this.why ? [...work.why, ...this.found(work)] : work.why.slice(0, 2).slice(-1);
    if (work.why.length || this.why) {
      out.push(make("h4", {}, "Waarom bovenaan?"), ...why.map((line) => (typeof line === "string" ? make("p", { class: "line" }, line) : line)));
    }
    const { include, exclude } = this.view.criteria;
    if (include.length) {
      out.push(make("h4", {}, "Opnemen als het"), make("ul", { class: "for" }, ...include.map((text) => make("li", {}, text))));
    }
    out.push(make("h4", {}, "Labels"), this.labels(work));
    if (exclude.length) {
      out.push(make("h4", {}, "Uitsluiten als het"), make("ul", { class: "against" }, ...exclude.map((text) => make("li", {}, text))));
    }
    if (work.notes.length) {
      out.push(make("h4", {}, "Notities"), make("ul", {}, ...work.notes.map((text) => make("li", {}, text))));
    }
    return out;
  }

  found(work) {
    if (!work.terms.length) return [make("p", { class: "line" }, "Er staan geen woorden van een thema of criterium in.")];
    const rows = work.terms.map((term) =>
      make("li", {},
        make("span", { class: `key is-${term.kind} ${term.theme ? `theme-${term.theme}` : ""}` }, term.text),
        ` ${term.times > 1 ? `${term.times}× ` : ""}(${SIDES[term.kind]}: ${term.why})`,
      ),
    );
    return [make("ul", { class: "terms" }, ...rows)];
  }

  labels(work) {
    const rows = work.labels.map((label, place) => {
      const key = place < 9 ? String(place + 1) : null;
      const element = quiet(make("button", {
        type: "button", class: "label", "aria-pressed": String(label.on), "aria-keyshortcuts": key, title: label.why,
        "data-name": label.id,
      }, make("kbd", { "aria-hidden": "true" }, key || "·"), make("span", { class: "box", "aria-hidden": "true" }, label.on ? "✓" : ""), label.name));
      element.addEventListener("click", () => this.send("tag", { label: label.id }));
      return make("li", {}, element);
    });
    return make("ul", { class: "labels" }, ...rows);
  }

  reasons() {
    const rows = this.view.criteria.exclude.map((text, place) => {
      const element = button(text, place < 9 ? String(place + 1) : null, () => this.send("exclude", { reason: text }), "choice");
      return make("li", {}, element);
    });
    const none = button("zonder reden", "0", () => this.send("exclude", { reason: "" }), "choice");
    const field = quiet(make("input", { type: "text", "aria-label": "Een andere reden, dan Enter", placeholder: "een andere reden, dan Enter" }));
    return [
      make("h4", { tabindex: "-1" }, "Waarom uitsluiten?"),
      make("ul", { class: "choices" }, ...rows, make("li", {}, none)),
      field,
      button("Annuleren", "Esc", () => this.close(), "plain"),
    ];
  }

  note() {
    const field = quiet(make("input", { type: "text", "aria-label": "Notitie bij dit werk, dan Enter", placeholder: "één regel, dan Enter" }));
    return [
      make("h4", {}, "Notitie bij dit werk"),
      field,
      make("div", { class: "row" }, button("Bewaren", "Enter", () => this.enter(field)), button("Annuleren", "Esc", () => this.close(), "plain")),
    ];
  }

  help() {
    const rows = this.model.get("shortcuts").flatMap(([key, does]) => [make("dt", {}, make("kbd", {}, key)), make("dd", {}, does)]);
    return [
      make("h4", { tabindex: "-1" }, "Toetsen"),
      make("p", { class: "line" }, "Ze werken als u in dit vak staat: klik op de titel, of ga er met Tab naartoe."),
      make("dl", {}, ...rows),
      button("Sluiten", "Esc", () => this.close(), "plain"),
    ];
  }
}

function render({ model, el }) {
  const root = make("div", { class: "lz-read" });
  el.append(root);
  const desk = new Desk(model, root);
  const redraw = () => desk.draw();
  model.on("change:view", redraw);
  model.on("change:marking", redraw);
  model.send({ do: "arrived" });
  return () => {
    model.off("change:view", redraw);
    model.off("change:marking", redraw);
  };
}

export default { render };
