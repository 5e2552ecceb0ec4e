// Search and filter the list of works; without this script the list is simply whole.
(function () {
  "use strict";
  var form = document.getElementById("zoeken");
  var status = document.getElementById("aantal");
  var works = Array.prototype.slice.call(document.querySelectorAll("#werken > .werk"));
  if (!form || !status) { return; }

  function plain(text) {
    return text.toLowerCase().normalize("NFD").replace(/[\u0300-\u036f]/g, "");
  }
  var texts = works.map(function (work) { return plain(work.textContent); });

  function show() {
    var words = plain(form.q.value).split(/\s+/).filter(Boolean);
    var from = parseInt(form.van.value, 10), to = parseInt(form.tot.value, 10);
    var count = 0;
    works.forEach(function (work, index) {
      var data = work.dataset, year = parseInt(data.jaar, 10);
      var fits = words.every(function (word) { return texts[index].indexOf(word) >= 0; }) &&
        (!form.thema.value || data.thema.split(" ").indexOf(form.thema.value) >= 0) &&
        (!form.soort.value || data.soort === form.soort.value) &&
        (!form.taal.value || data.taal === form.taal.value) &&
        (isNaN(from) || year >= from) && (isNaN(to) || year <= to);
      work.hidden = !fits;
      if (fits) { count += 1; }
    });
    status.textContent = count === works.length ? count + " werken" :
      count + " van " + works.length + " werken" + (count ? "" : ". Probeer minder woorden of een ander thema.");
  }

  var asked = new URLSearchParams(window.location.search);
  asked.forEach(function (value, name) {
    var field = form.elements.namedItem(name);
    if (field && "value" in field) { field.value = value; }
  });
  form.addEventListener("submit", function (event) { event.preventDefault(); show(); });
  form.addEventListener("change", show);
  form.hidden = false;
  show();
})();
