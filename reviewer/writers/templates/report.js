
(function () {
  "use strict";
  var notes = Array.prototype.slice.call(document.querySelectorAll(".note"));
  var marks = Array.prototype.slice.call(document.querySelectorAll(".mark"));
  var forms = Array.prototype.slice.call(document.querySelectorAll(".form"));
  var toggles = Array.prototype.slice.call(document.querySelectorAll(".toggle"));
  var rule = document.getElementById("rule");
  var search = document.getElementById("search");
  var output = document.getElementById("shown");
  var texts = null;
  var visible = notes;
  var current = -1;

  // Read once, at the first search: a note is found by its own words, its row's, and its form's title.
  function readTexts() {
    texts = notes.map(function (note) {
      var row = note.closest("tr");
      var form = note.closest(".form");
      var title = form ? form.querySelector("h3").textContent : "";
      return ((row || note).textContent + " " + title).toLowerCase();
    });
  }

  function apply() {
    var on = {};
    toggles.forEach(function (t) { on[t.dataset.severity] = t.getAttribute("aria-pressed") === "true"; });
    var code = rule.value;
    var words = search.value.trim().toLowerCase().split(/\s+/).filter(Boolean);
    if (words.length && !texts) { readTexts(); }
    function fits(element) {
      return on[element.dataset.severity] && (!code || element.dataset.code === code);
    }
    var anchors = {};
    visible = notes.filter(function (note, i) {
      var shown = fits(note) && words.every(function (w) { return texts[i].indexOf(w) >= 0; });
      note.hidden = !shown;
      if (shown) { anchors["#" + note.id] = true; }
      return shown;
    });
    marks.forEach(function (mark) { mark.hidden = !anchors[mark.getAttribute("href")]; });
    document.querySelectorAll(".flaw, .was-flaw").forEach(function (cell) {
      var any = cell.querySelector(".mark:not([hidden])") !== null;
      cell.classList.toggle("flaw", any);
      cell.classList.toggle("was-flaw", !any);
    });
    var narrowed = visible.length !== notes.length;
    forms.forEach(function (form) {
      form.hidden = narrowed && form.querySelector(".note:not([hidden])") === null;
    });
    current = visible.indexOf(document.activeElement);
    tell();
  }

  function tell() {
    var place = current >= 0 ? "第" + (current + 1) + "条，" : "";
    output.textContent = visible.length === notes.length ? place + "共" + notes.length + "条"
      : place + "显示" + visible.length + "条（共" + notes.length + "条）";
  }

  function step(by) {
    if (!visible.length) { return; }
    current = current < 0 ? (by > 0 ? 0 : visible.length - 1) : (current + by + visible.length) % visible.length;
    var note = visible[current];
    note.focus({ preventScroll: true });
    note.scrollIntoView({ block: "center" });
    tell();
  }

  toggles.forEach(function (t) {
    t.addEventListener("click", function () {
      t.setAttribute("aria-pressed", t.getAttribute("aria-pressed") === "true" ? "false" : "true");
      apply();
    });
  });
  rule.addEventListener("change", apply);
  var waiting = 0;
  search.addEventListener("input", function () { clearTimeout(waiting); waiting = setTimeout(apply, 150); });
  document.getElementById("next").addEventListener("click", function () { step(1); });
  document.getElementById("previous").addEventListener("click", function () { step(-1); });
  document.getElementById("print").addEventListener("click", function () { window.print(); });
  document.addEventListener("focusin", function (event) {
    var note = event.target.closest ? event.target.closest(".note") : null;
    if (note) { current = visible.indexOf(note); tell(); }
  });
  document.addEventListener("keydown", function (event) {
    if (event.ctrlKey || event.metaKey || event.altKey) { return; }
    if (event.key === "Escape" && event.target === search) { search.value = ""; apply(); search.blur(); return; }
    if (/^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName)) { return; }
    if (event.key === "j") { step(1); } else if (event.key === "k") { step(-1); }
    else if (event.key === "/") { event.preventDefault(); search.focus(); }
  });
  // A link to a note or a cell must not end at something that a filter hides.
  window.addEventListener("hashchange", function () {
    var target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (target && target.classList.contains("note")) { target.focus({ preventScroll: true }); }
  });
  tell();
})();
