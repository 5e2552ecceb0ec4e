// Search in the text of every page and paper of this site (window.ZOEKTEKSTEN), section by section.
(function () {
  "use strict";
  var L = window.LEESZAAL, form = document.getElementById("zoeken"), list = document.getElementById("gevonden");
  var status = document.getElementById("aantal"), texts = window.ZOEKTEKSTEN;
  if (!L || !texts || !form || !list || !status) { return; }
  var MOST = 50, AROUND = 110;

  // page, title of the page, anchor, heading, text
  var parts = texts.map(function (row) {
    return { page: row[0], title: row[1], anchor: row[2], heading: row[3], text: row[4], head: L.plain(row[1] + " " + row[3]), body: L.plain(row[4]) };
  });

  function score(part, patterns) {
    var whole = part.head + part.body;
    if (!L.meets(patterns, whole)) { return 0; }
    return patterns.reduce(function (sum, one) {
      var every = new RegExp(one.source, "g");
      return sum + Math.log(1 + (part.body.match(every) || []).length) + (one.test(part.head) ? 3 : 0);
    }, 0);
  }

  // The words around the first place where the question is met, with what was found marked.
  function snippet(part, patterns) {
    var words = part.text.split(/\s+/), hits = words.map(function (word) {
      var bare = L.plain(word);
      return patterns.some(function (one) { return one.test(bare); });
    });
    var at = Math.max(0, hits.indexOf(true)), start = at, length = 0, paragraph = document.createElement("p");
    while (start > 0 && length < AROUND) { start -= 1; length += words[start].length + 1; }
    var end = at;
    length = 0;
    while (end < words.length && length < 2 * AROUND) { length += words[end].length + 1; end += 1; }
    if (start > 0) { paragraph.append("… "); }
    for (var i = start; i < end; i += 1) {
      if (hits[i]) {
        var mark = document.createElement("mark");
        mark.textContent = words[i];
        paragraph.append(mark, " ");
      } else { paragraph.append(words[i] + " "); }
    }
    if (end < words.length) { paragraph.append("…"); }
    return paragraph;
  }

  function show() {
    var query = form.q.value.trim(), patterns = L.question(query);
    list.textContent = "";
    L.remember({ q: query });
    if (!patterns.length) { status.textContent = ""; return; }
    var found = parts.map(function (part, index) { return [score(part, patterns), index, part]; })
      .filter(function (one) { return one[0] > 0; })
      .sort(function (a, b) { return b[0] - a[0] || a[1] - b[1]; });
    status.textContent = found.length === 0 ? "Niets gevonden. Probeer minder of andere woorden." :
      L.number(found.length) + (found.length === 1 ? " plaats gevonden" : " plaatsen gevonden") +
      (found.length > MOST ? ", de beste " + MOST + " staan hieronder." : ".");
    found.slice(0, MOST).forEach(function (one) {
      var part = one[2], item = document.createElement("li"), link = document.createElement("a"), head = document.createElement("p");
      link.href = part.page + (part.anchor ? "#" + part.anchor : "");
      link.textContent = part.heading || part.title;
      head.append(link);
      if (part.heading && part.heading !== part.title) {
        var place = document.createElement("span");
        place.className = "feiten";
        place.textContent = " · " + part.title;
        head.append(place);
      }
      item.append(head, snippet(part, patterns));
      list.append(item);
    });
  }

  var asked = new URLSearchParams(window.location.search).get("q");
  if (asked) { form.q.value = asked; }
  form.addEventListener("submit", function (event) { event.preventDefault(); show(); });
  form.hidden = false;
  show();
})();
