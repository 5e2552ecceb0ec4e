// Words of Dutch texts: how they are compared, and how a question is matched. Shared by the pages that search.
// No index is kept: a page's texts are short enough to be read through, and a script beside the page is all that a
// browser may load from a disk (Pagefind fetches its index, which a browser refuses there).
window.LEESZAAL = (function () {
  "use strict";
  var VOWELS = "aeiouy";

  // Small letters without accents, one space between words and one around: " ' " and "-" separate words.
  function plain(text) {
    if (!text) { return " "; }
    var low = text.toLowerCase();
    if (/[^\x00-\x7f]/.test(low)) { low = low.normalize("NFD").replace(/[\u0300-\u036f]/g, ""); }
    return " " + low.replace(/[^a-z0-9\u00df-\uffff]+/g, " ").trim() + " ";
  }

  function isVowel(letter) { return VOWELS.indexOf(letter) >= 0; }

  function undouble(word) { return /(kk|dd|tt)$/.test(word) ? word.slice(0, -1) : word; }

  // Where the region behind the first non-vowel after a vowel begins, looking from `from`.
  function region(word, from) {
    for (var i = from + 1; i < word.length; i += 1) {
      if (!isVowel(word[i]) && isVowel(word[i - 1])) { return i + 1; }
    }
    return word.length;
  }

  // The Dutch stemmer of Snowball (Porter), up to but without its last step, which undoubles vowels.
  function stemmed(given) {
    var word = given.replace(/^y/, "Y").replace(/([aeiouy])y/g, "$1Y").replace(/([aeiouy])i(?=[aeiouy])/g, "$1I");
    var first = region(word, 0), r2 = region(word, first), r1 = Math.max(first, 3);
    var removedE = false;
    function ends(suffix, place) {
      return word.slice(-suffix.length) === suffix && word.length - suffix.length >= place;
    }
    function without(suffix) { word = word.slice(0, -suffix.length); }
    function before(suffix) { return word[word.length - suffix.length - 1] || ""; }
    function enEnding(suffix) {
      var rest = word.slice(0, -suffix.length);
      if (ends(suffix, r1) && !isVowel(rest.slice(-1)) && rest.slice(-3) !== "gem") { word = undouble(rest); }
    }
    // Step 1
    if (ends("heden", 0)) {
      if (ends("heden", r1)) { without("heden"); word += "heid"; }
    } else if (ends("ene", 0)) { enEnding("ene"); } else if (ends("en", 0)) { enEnding("en"); } else if (ends("se", 0)) {
      if (ends("se", r1) && !isVowel(before("se")) && before("se") !== "j") { without("se"); }
    } else if (ends("s", r1) && !isVowel(before("s")) && before("s") !== "j") { without("s"); }
    // Step 2
    function finalE() {
      if (ends("e", r1) && !isVowel(before("e"))) { without("e"); word = undouble(word); removedE = true; }
    }
    finalE();
    // Step 3a
    if (ends("heid", r2) && before("heid") !== "c") { without("heid"); enEnding("en"); }
    // Step 3b
    if (ends("end", r2) || ends("ing", r2)) {
      word = word.slice(0, -3);
      if (ends("ig", r2) && before("ig") !== "e") { without("ig"); } else { word = undouble(word); }
    } else if (ends("ig", r2) && before("ig") !== "e") { without("ig"); } else if (ends("lijk", r2)) {
      without("lijk"); finalE();
    } else if (ends("baar", r2)) { without("baar"); } else if (ends("bar", r2) && removedE) { without("bar"); }
    return word;
  }

  // The last step: straat and strat, gemeen and gemen are one.
  function shortened(word) {
    var found = /^(.*[^aeiouy])(aa|ee|oo|uu)([^aeiouyI])$/.exec(word);
    return found ? found[1] + found[2][0] + found[3] : word;
  }

  // Y and I in capitals are consonants; a reader never sees them.
  function stem(word) { return shortened(stemmed(word)).toLowerCase(); }

  // The ways in which a word may stand in a text: as typed (also inside a longer word), or in another form of its stem.
  function pattern(word) {
    if (word.length < 4 || /\d/.test(word)) { return new RegExp(" " + word + "(?= )"); }
    var root = stemmed(word).toLowerCase(), forms = [root, stem(word)];
    var open = /^(.*[^aeiouy])([aeou])([^aeiouy])$/.exec(stem(word));
    if (open) { forms.push(open[1] + open[2] + open[2] + open[3]); }
    var last = /([kdtlmnprsfgb])$/.exec(root);
    if (last) { forms.push(root + last[1]); }
    forms = forms.filter(function (form, index) { return form.length > 2 && forms.indexOf(form) === index; });
    return new RegExp(word + "|(?:" + forms.join("|") + ")(?:e|en|s|es|t|de|te|den|ten|heid|heden|ing|ingen)?(?= )");
  }

  // A question as a list of patterns: words, and phrases between quotation marks. All must be met.
  function question(text) {
    var patterns = [];
    var rest = (text || "").replace(/["\u201c\u201d\u201e]([^"\u201c\u201d\u201e]+)["\u201c\u201d\u201e]/g, function (_, phrase) {
      var words = plain(phrase);
      if (words.trim()) { patterns.push(new RegExp(words.replace(/ $/, "(?= )"))); }
      return " ";
    });
    plain(rest).trim().split(" ").forEach(function (word) { if (word) { patterns.push(pattern(word)); } });
    return patterns;
  }

  function meets(patterns, text) {
    for (var i = 0; i < patterns.length; i += 1) { if (!patterns[i].test(text)) { return false; } }
    return true;
  }

  function number(n) { return String(n).replace(/\B(?=(\d{3})+$)/g, "."); }

  // Keep the address in step with the form, so that a search can be sent to a colleague; a page from disk may refuse.
  function remember(values) {
    var asked = new URLSearchParams();
    Object.keys(values).forEach(function (name) { if (values[name]) { asked.set(name, values[name]); } });
    var text = asked.toString();
    try { window.history.replaceState(null, "", window.location.pathname + (text ? "?" + text : "") + window.location.hash); } catch (error) {
      if (error.name !== "SecurityError") { throw error; }
    }
  }

  return { plain: plain, stem: stem, question: question, meets: meets, number: number, remember: remember };
})();
