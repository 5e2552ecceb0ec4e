// A list in the page that can be searched and filtered: papers, the reading list. Without this script it is simply whole.
(function () {
  "use strict";
  var L = window.LEESZAAL, form = document.querySelector("form[data-lijst]");
  if (!L || !form) { return; }
  var list = document.getElementById(form.dataset.lijst), status = document.getElementById("aantal");
  var items = Array.prototype.slice.call(list.querySelectorAll("[data-item]"));
  var texts = items.map(function (item) { return L.plain(item.textContent); });
  var one = form.dataset.een, many = form.dataset.meer;

  function show() {
    var patterns = form.q ? L.question(form.q.value) : [], count = 0, kept = form.q ? { q: form.q.value.trim() } : {};
    var selects = Array.prototype.slice.call(form.querySelectorAll("select"));
    selects.forEach(function (select) { kept[select.name] = select.value; });
    items.forEach(function (item, index) {
      var fits = L.meets(patterns, texts[index]) && selects.every(function (select) {
        return !select.value || (" " + item.dataset[select.name] + " ").indexOf(" " + select.value + " ") >= 0;
      });
      item.hidden = !fits;
      if (fits) { count += 1; }
    });
    // A heading above nothing says nothing.
    list.querySelectorAll("section:not([data-item])").forEach(function (section) {
      section.hidden = !section.querySelector("[data-item]:not([hidden])");
    });
    status.textContent = count === items.length ? L.number(count) + " " + (count === 1 ? one : many) + "." :
      L.number(count) + " van " + L.number(items.length) + " " + many + (count ? "." : ". Probeer minder woorden of een andere keuze.");
    L.remember(kept);
  }

  new URLSearchParams(window.location.search).forEach(function (value, name) {
    var field = form.elements.namedItem(name);
    if (field && "value" in field) { field.value = value; }
  });
  form.addEventListener("submit", function (event) { event.preventDefault(); show(); });
  form.addEventListener("change", show);
  form.hidden = false;
  show();
})();
