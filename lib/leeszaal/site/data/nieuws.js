// Only in the preview: wait for news, and then load the page again or show what is wrong (window.NIEUWS: what it knows).
(function () {
  "use strict";
  var version = window.NIEUWS.version;
  function show(problems) {
    var old = document.getElementById("lz-voorbeeld");
    if (old) { old.remove(); }
    if (!problems.length) { return; }
    var box = document.createElement("div"), list = document.createElement("ul"), head = document.createElement("strong");
    box.id = "lz-voorbeeld";
    box.setAttribute("role", "alert");
    box.style.cssText = "position:sticky;top:0;z-index:9;background:#fff;border-bottom:4px solid #b3470b;" +
      "padding:.8rem 1.6rem;font:16px/1.5 system-ui,sans-serif";
    head.textContent = "Dit moet eerst worden verbeterd. Hieronder staat de vorige versie.";
    problems.forEach(function (problem) {
      var item = document.createElement("li");
      item.textContent = problem;
      list.append(item);
    });
    box.append(head, list);
    document.body.prepend(box);
  }
  function ask() {
    fetch("/-/nieuws?na=" + version).then(function (answer) { return answer.json(); }).then(function (news) {
      if (news.version !== version && !news.problems.length) { window.location.reload(); return; }
      version = news.version;
      show(news.problems);
      ask();
    }).catch(function () { window.setTimeout(ask, 1000); });
  }
  show(window.NIEUWS.problems);
  ask();
})();
