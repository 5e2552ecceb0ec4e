// The list of works: search, filters, the works behind a number, and downloads. The first titles come with the page
// (window.WERKEN); the other titles, and then the abstracts and the rest of each work, follow in parts, when the first
// results are on the screen.
(function () {
  "use strict";
  var L = window.LEESZAAL, data = window.WERKEN;
  var form = document.getElementById("zoeken"), list = document.getElementById("werken");
  var status = document.getElementById("aantal"), more = document.getElementById("meer");
  if (!L || !data || !form || !list || !status || !more) { return; }
  var PAGE = 50, MOST_AUTHORS = 6;
  var FIELDS = data.velden, MORE = data.meer, works = [];
  var asked = new URLSearchParams(window.location.search);
  var only = null, found = [], shown = 0, loaded = 0;

  function add(rows) {
    rows.forEach(function (row) {
      var work = { index: works.length };
      FIELDS.forEach(function (name, place) { work[name] = row[place]; });
      work.labels = work.labels.map(function (place) { return data.thema[place]; });
      works.push(work);
    });
  }

  add(data.werken);
  data.werken = null;

  function textOf(work) {
    if (!work.text) {
      work.first = L.plain(work.title);
      work.text = work.first + L.plain(work.authors.join(" ")) + L.plain(work.container) + L.plain(work.citekey) + (work.year || "") +
        " " + (work.more ? L.plain(work.more.keywords.join(" ")) + L.plain(work.more.abstract) : "");
    }
    return work.text;
  }

  function make(name, text, className) {
    var element = document.createElement(name);
    if (text) { element.textContent = text; }
    if (className) { element.className = className; }
    return element;
  }

  function link(text, address, label) {
    var element = make("a", text);
    element.href = address;
    if (label) { element.setAttribute("aria-label", label); }
    return element;
  }

  function authors(work) {
    return work.authors.slice(0, MOST_AUTHORS).join("; ") + (work.authors.length > MOST_AUTHORS ? " e.a." : "");
  }

  function stop(text) { return /[.?!…]$/.test(text) ? "" : "."; }

  function entry(work) {
    var item = make("li", "", "werk"), line = make("p"), facts = make("p", "", "feiten");
    item.id = "werk-" + work.citekey.replace(/:/g, "-");
    item.tabIndex = -1;
    var year = work.year || "z.d.", who = authors(work);
    if (who) { line.append(who + " (" + year + "). "); }
    var title = make("strong", work.title);
    if (work.language) { title.lang = work.language; }
    line.append(title, who ? stop(work.title) : stop(work.title) + " (" + year + ").");
    if (work.container) { line.append(" ", make("em", work.container), stop(work.container)); }
    var address = work.doi ? "https://doi.org/" + encodeURI(work.doi) : work.url;
    if (address) { line.append(" ", link(work.doi ? "doi" : "link", address, (work.doi ? "doi: " : "link: ") + work.title)); }
    facts.append(make("span", data.soorten[work.type] || work.type, "soort"), " ");
    work.labels.forEach(function (label) { facts.append(make("span", label[1], "thema"), " "); });
    facts.append(make("span", "@" + work.citekey, "citekey"));
    item.append(line, facts);
    if (work.more && work.more.abstract) { item.append(abstract(work)); }
    return item;
  }

  function abstract(work) {
    var details = make("details"), text = make("p", work.more.abstract);
    if (work.language) { text.lang = work.language; }
    var summary = make("summary", "Samenvatting");
    summary.append(make("span", " van " + work.title, "alleen-horen"));
    details.append(summary, text);
    return details;
  }

  function values() {
    return { q: form.q.value.trim(), thema: form.thema.value, soort: form.soort.value, taal: form.taal.value,
      van: form.van.value, tot: form.tot.value };
  }

  function search() {
    var want = values(), patterns = L.question(want.q), from = parseInt(want.van, 10), to = parseInt(want.tot, 10);
    var scored = [];
    (only ? only.works : works).forEach(function (work) {
      if (want.soort && work.type !== want.soort || want.taal && work.language !== want.taal) { return; }
      if (!isNaN(from) && !(work.year >= from) || !isNaN(to) && !(work.year <= to && work.year !== null)) { return; }
      if (want.thema && !work.labels.some(function (label) { return label[0] === want.thema || label[0].split(".")[0] === want.thema; })) { return; }
      if (!patterns.length) { scored.push([0, work]); return; }
      var text = textOf(work);
      if (L.meets(patterns, text)) { scored.push([patterns.filter(function (one) { return one.test(work.first); }).length, work]); }
    });
    // Words in the title first; within that the order of the list, by author.
    if (patterns.length) { scored.sort(function (a, b) { return b[0] - a[0] || a[1].index - b[1].index; }); }
    found = scored.map(function (pair) { return pair[1]; });
  }

  function told() {
    var all = only ? only.works.length : data.aantal;
    if (works.length < data.aantal) {
      // Not a number yet that a reader could rely on.
      status.textContent = found.length ? "De eerste " + (shown === 1 ? "staat" : L.number(shown) + " staan") + " hieronder; de andere van de " +
        L.number(data.aantal) + " werken worden nog doorzocht." : "De " + L.number(data.aantal) + " werken worden nog doorzocht.";
      return;
    }
    var text = found.length === all ? L.number(all) + (all === 1 ? " werk" : " werken") : L.number(found.length) + " van " + L.number(all) + " werken";
    if (found.length > shown) { text += ", de eerste " + L.number(shown) + " staan hieronder"; }
    if (!found.length) { text += ". Probeer minder woorden of een ander thema"; }
    if (loaded < data.aantal && form.q.value.trim()) { text += ". De samenvattingen worden nog geladen"; }
    status.textContent = text + ".";
  }

  function show(count) {
    var part = document.createDocumentFragment();
    for (; shown < Math.min(count, found.length); shown += 1) { part.append(entry(found[shown])); }
    list.append(part);
    more.hidden = shown >= found.length;
    more.textContent = "Toon de volgende " + Math.min(PAGE, found.length - shown);
    told();
  }

  function refresh(keep) {
    search();
    list.textContent = "";
    shown = 0;
    show(Math.max(keep || 0, PAGE));
    document.getElementById("ophalen").hidden = !found.length;
  }

  function changed() {
    L.remember(Object.assign(values(), only ? { lijst: only.name } : {}));
    refresh();
  }

  // ------------------------------------------------------------ titles, then abstracts and the rest, part by part

  var waiting = [], complete = [];

  // What stands on the screen stays until all titles are there, unless nothing was found so far.
  window.WERKEN_ERBIJ = function (rows) {
    add(rows);
    if (works.length < data.aantal) {
      if (!found.length) { refresh(); }
      return;
    }
    if (!list.contains(document.activeElement)) { refresh(shown); } else { search(); told(); }
    complete.splice(0).forEach(function (next) { next(); });
  };

  // Call `next` when all titles are there.
  function whenComplete(next) {
    if (works.length < data.aantal) { complete.push(next); } else { next(); }
  }

  window.WERKEN_MEER = function (start, rows) {
    rows.forEach(function (row, offset) {
      var work = works[start + offset];
      work.more = {};
      MORE.forEach(function (name, place) { work.more[name] = row[place]; });
      work.text = "";
    });
    loaded += rows.length;
    if (loaded < data.aantal) { return; }
    waiting.splice(0).forEach(function (next) { next(); });
    // What stands on the screen gets its abstract; a question is asked anew, of the abstracts too.
    if (!list.contains(document.activeElement)) { refresh(shown); } else { told(); }
  };

  function load(address, next) {
    var script = document.createElement("script");
    script.src = address;
    script.onload = next;
    document.body.append(script);
  }

  // Load `name`-1.js up to and including `name`-`last`.js, each when the one before has been dealt with.
  function loadParts(name, last, next, number) {
    if ((number || 1) > last) { if (next) { next(); } return; }
    load("downloads/" + name + "-" + (number || 1) + ".js", function () {
      window.setTimeout(function () { loadParts(name, last, next, (number || 1) + 1); }, 0);
    });
  }

  // ------------------------------------------------------------ downloads

  function save(form_) {
    var rows = found.map(function (work) { return Object.assign({}, work, work.more); });
    var kinds = { bib: "application/x-bibtex", ris: "application/x-research-info-systems", csv: "text/csv" };
    var address = URL.createObjectURL(new Blob([window.LEESZAAL_UITVOER.written(rows, form_)], { type: kinds[form_] + ";charset=utf-8" }));
    var anchor = link("", address);
    anchor.download = (only ? only.name.replace(/[^a-z0-9]+/gi, "-") : "werken") + "." + form_;
    document.body.append(anchor);
    anchor.click();
    anchor.remove();
    window.setTimeout(function () { URL.revokeObjectURL(address); }, 1000);
  }

  document.querySelectorAll("#ophalen button").forEach(function (button) {
    button.addEventListener("click", function () {
      var next = function () { save(button.dataset.vorm); };
      if (loaded < data.aantal) { waiting.push(next); } else { next(); }
    });
  });

  // ------------------------------------------------------------ the works behind a number

  function openList(name) {
    var kept = window.LIJSTEN && window.LIJSTEN.namen[name];
    var head = document.getElementById("lijst");
    head.hidden = false;
    only = null;
    if (!kept) {
      head.querySelector(".titel").textContent = "De lijst ‘" + name + "’ bestaat niet meer. Hieronder staan alle werken.";
      return;
    }
    only = { name: name, works: window.LIJSTEN.lijsten[kept[1]].map(function (index) { return works[index]; }) };
    head.querySelector(".titel").textContent = kept[0];
    document.title = kept[0] + " · " + document.title;
  }

  function goTo(id) {
    if (works.length < data.aantal) { whenComplete(function () { goTo(id); }); return; }
    var place = found.findIndex(function (work) { return "werk-" + work.citekey.replace(/:/g, "-") === id; });
    if (place < 0) { return; }
    if (place >= shown) { show(place + 1); }
    document.getElementById(id).scrollIntoView();
    document.getElementById(id).focus();
  }

  function start() {
    form.hidden = false;
    if (asked.get("lijst")) { only = { name: asked.get("lijst"), works: [] }; }
    refresh();
    if (only) { whenComplete(function () { openList(asked.get("lijst")); refresh(); }); }
    if (window.location.hash.indexOf("#werk-") === 0) { goTo(decodeURIComponent(window.location.hash.slice(1))); }
    window.setTimeout(function () {
      loadParts("titels", data.delen - 1, function () { loadParts("werken", data.delen); });
    }, 0);
  }

  asked.forEach(function (value, name) {
    var field = form.elements.namedItem(name);
    if (field && "value" in field) { field.value = value; }
  });
  form.addEventListener("submit", function (event) { event.preventDefault(); changed(); });
  form.addEventListener("change", changed);
  more.addEventListener("click", function () {
    var first = shown;
    show(shown + PAGE);
    list.children[first].focus();
  });
  window.addEventListener("hashchange", function () { goTo(decodeURIComponent(window.location.hash.slice(1))); });

  if (asked.get("lijst")) { load("downloads/lijsten.js", start); } else { start(); }
})();
