// Works as BibTeX, RIS and CSV, as `leeszaal export` writes them.
window.LEESZAAL_UITVOER = (function () {
  "use strict";
  var BIB = { article: "article", chapter: "incollection", book: "book", report: "techreport", thesis: "phdthesis", law: "legislation", "case": "jurisdiction", web: "online", conference: "inproceedings", other: "misc" };
  var BIB_CONTAINER = { article: "journal", chapter: "booktitle", conference: "booktitle", web: "organization" };
  var BIB_PUBLISHER = { report: "institution", thesis: "school" };
  var LANGUAGES = { nl: "dutch", en: "english", de: "german", fr: "french" };
  var SIGNS = { "\\": "\\textbackslash{}", "{": "\\{", "}": "\\}", "~": "\\textasciitilde{}", "^": "\\textasciicircum{}", "%": "\\%", "&": "\\&", "#": "\\#", "_": "\\_", "$": "\\$" };
  var RIS = { article: "JOUR", chapter: "CHAP", book: "BOOK", report: "RPRT", thesis: "THES", law: "STAT", "case": "CASE", web: "ELEC", conference: "CONF", other: "GEN" };
  var RIS_CONTAINER = { article: "JO", book: "T3" };
  var FIELDS = ["citekey", "type", "title", "authors", "editors", "year", "date", "container", "publisher", "volume", "issue", "pages", "doi", "isbn", "url", "language", "keywords", "abstract", "note"];

  function signs(text) { return (text || "").replace(/[\\{}~^%&#_$]/g, function (sign) { return SIGNS[sign]; }); }

  function escaped(text) { return signs(text).replace(/-(?=-)/g, "-{}").replace(/'(?=')/g, "'{}").replace(/`(?=`)/g, "`{}"); }

  function bibName(name) {
    if (name === "et al.") { return "others"; }
    var parts = name.split(",").map(function (part) { return part.trim(); });
    if (parts.length === 1) { return "{" + escaped(name.replace(/\u201a/g, ",")) + "}"; }
    parts = parts.map(escaped).map(function (part) { return /\band\b/i.test(part) ? "{" + part + "}" : part; });
    if (parts.length > 2) { parts = [parts[0], parts.slice(2).join(", "), parts[1]]; }
    return parts.join(", ");
  }

  function bibKeywords(words) {
    if (words.some(function (word) { return word.indexOf(",") >= 0; })) { return words.join("; ") + (words.length === 1 ? ";" : ""); }
    return words.join(", ");
  }

  function bibtex(work) {
    var container = BIB_CONTAINER[work.type] || "series";
    if (work.type === "web" && work.publisher) { container = "series"; }
    var fields = [
      ["title", escaped(work.title).replace(/(^|[^\\\w])(\w*[A-Z]\w*[A-Z]\w*)/g, "$1{$2}")],
      ["author", work.authors.map(bibName).join(" and ")],
      ["editor", work.editors.map(bibName).join(" and ")],
      ["year", String(work.year || "")],
      ["date", work.date && work.date.length > 4 ? work.date : ""],
      [container, escaped(work.container)],
      [BIB_PUBLISHER[work.type] || "publisher", escaped(work.publisher)],
      ["volume", escaped(work.volume)],
      ["number", escaped(work.issue)],
      ["pages", signs(work.pages).replace(/-/g, "--")],
      ["doi", work.doi],
      ["isbn", work.isbn],
      ["url", (work.url || "").replace(/\{/g, "%7B").replace(/\}/g, "%7D").replace(/\\/g, "%5C")],
      ["langid", LANGUAGES[work.language] || work.language],
      ["keywords", escaped(bibKeywords(work.keywords))],
      ["abstract", escaped(work.abstract)],
      ["note", escaped(work.note)]
    ];
    var lines = fields.filter(function (field) { return field[1]; }).map(function (field) { return "  " + field[0] + " = {" + field[1] + "},\n"; });
    return "@" + (BIB[work.type] || "misc") + "{" + work.citekey + ",\n" + lines.join("") + "}\n";
  }

  // A comma at the very end says that a name is not to be turned around.
  function listed(name) { return name.indexOf(",") < 0 && name !== "et al." ? name + "," : name; }

  function ris(work) {
    var pages = /^([^\s-]+)-([^\s-]+)$/.exec(work.pages || "");
    if (pages && pages[1] === pages[2]) { pages = null; }
    var date = (work.date || "").replace(/-/g, "/");
    if (date.length > 4) { date += "/".repeat(3 - (date.match(/\//g) || []).length); } else { date = ""; }
    var tags = [["TY", RIS[work.type] || "GEN"], ["ID", work.citekey], ["DP", "Leeszaal"], ["TI", work.title]];
    work.authors.forEach(function (name) { tags.push(["AU", listed(name)]); });
    work.editors.forEach(function (name) { tags.push(["ED", listed(name)]); });
    tags.push(["PY", String(work.year || "")], ["DA", date], [RIS_CONTAINER[work.type] || "T2", work.container], ["PB", work.publisher],
      ["VL", work.volume], ["IS", work.issue], ["SP", pages ? pages[1] : work.pages], ["EP", pages ? pages[2] : ""],
      ["DO", work.doi], ["SN", work.isbn], ["UR", work.url], ["LA", work.language]);
    work.keywords.forEach(function (word) { tags.push(["KW", word.indexOf(",") >= 0 ? word + ";" : word]); });
    tags.push(["AB", work.abstract], ["N1", work.note]);
    return tags.filter(function (tag) { return tag[1]; }).map(function (tag) { return tag[0] + "  - " + tag[1] + "\n"; }).join("") + "ER  - \n";
  }

  // Semicolons, as Dutch Excel expects; a cell that would run as a formula gets a blank in front.
  function csv(work) {
    return FIELDS.map(function (name) {
      var value = work[name];
      if (Array.isArray(value)) { value = (name === "keywords" ? value : value.map(listed)).join("; "); }
      var cell = value === null || value === undefined ? "" : String(value);
      if (/^[=+\-@]/.test(cell)) { cell = " " + cell; }
      return /[;"\r\n]/.test(cell) ? '"' + cell.replace(/"/g, '""') + '"' : cell;
    }).join(";") + "\r\n";
  }

  function written(works, form) {
    if (form === "bib") { return works.map(bibtex).join("\n"); }
    if (form === "ris") { return works.map(ris).join("\n"); }
    return "\ufeff" + FIELDS.join(";") + "\r\n" + works.map(csv).join("");
  }

  return { written: written };
})();
