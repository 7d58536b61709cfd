
(function () {
  "use strict";
  var data = JSON.parse(document.getElementById("data").textContent);

  function element(tag, name, text) {
    var made = document.createElement(tag);
    if (name) { made.className = name; }
    if (text !== undefined && text !== null) { made.textContent = text; }
    return made;
  }

  // A table that shows a page of rows at a time: only what is seen is in the document.
  function table(id, size, columns, rows, textOf) {
    var root = document.getElementById(id);
    var grid = element("table", "index grid");
    var head = grid.appendChild(element("thead")).appendChild(element("tr"));
    var body = grid.appendChild(element("tbody"));
    var output = root.querySelector("output");
    var back = root.querySelector(".back");
    var on = root.querySelector(".on");
    var search = root.querySelector("input[type=search]");
    var texts = null;
    var state = { page: 0, by: -1, down: false, rows: rows, fits: null };

    columns.forEach(function (column, number) {
      var cell = head.appendChild(element("th", column.number ? "num" : ""));
      cell.scope = "col";
      var button = cell.appendChild(element("button", "", column.title));
      button.type = "button";
      button.addEventListener("click", function () {
        state.down = state.by === number ? !state.down : !!column.number;
        state.by = number;
        Array.prototype.forEach.call(head.children, function (c) { c.removeAttribute("aria-sort"); });
        cell.setAttribute("aria-sort", state.down ? "descending" : "ascending");
        apply();
      });
    });
    root.querySelector(".wide").appendChild(grid);

    function words() { return search ? search.value.trim().toLowerCase().split(/\s+/).filter(Boolean) : []; }

    function apply() {
      var wanted = words();
      if (wanted.length && !texts) { texts = rows.map(function (row) { return textOf(row).toLowerCase(); }); }
      var kept = [];
      rows.forEach(function (row, i) {
        if (state.fits && !state.fits(row)) { return; }
        for (var w = 0; w < wanted.length; w++) { if (texts[i].indexOf(wanted[w]) < 0) { return; } }
        kept.push(row);
      });
      if (state.by >= 0) {
        var column = columns[state.by];
        var sign = state.down ? -1 : 1;
        kept = kept.map(function (row, i) { return [column.value(row), i, row]; }).sort(function (a, b) {
          var order = column.number ? a[0] - b[0] : String(a[0]).localeCompare(String(b[0]), "zh-CN");
          return order ? sign * order : a[1] - b[1];
        }).map(function (item) { return item[2]; });
      }
      state.rows = kept;
      state.page = 0;
      draw();
    }

    function draw() {
      var pages = Math.max(1, Math.ceil(state.rows.length / size));
      var from = state.page * size;
      var made = document.createDocumentFragment();
      state.rows.slice(from, from + size).forEach(function (row) {
        var line = made.appendChild(element("tr"));
        columns.forEach(function (column) {
          var cell = line.appendChild(element("td", column.number ? "num" : column.long ? "long" : column.name ? "name" : ""));
          if (column.draw) { column.draw(cell, row); return; }
          var value = column.value(row);
          cell.textContent = value === null ? "" : value;
          if (column.number && !value) { cell.classList.add("zero"); }
        });
      });
      body.replaceChildren(made);
      var all = state.rows.length === rows.length;
      output.textContent = (all ? "共" + rows.length + "行" : "筛选出" + state.rows.length + "行（共" + rows.length + "行）") +
        (pages > 1 ? "，第" + (state.page + 1) + "/" + pages + "页" : "");
      back.disabled = state.page === 0;
      on.disabled = state.page >= pages - 1;
      back.hidden = on.hidden = pages < 2;
    }

    back.addEventListener("click", function () { state.page -= 1; draw(); });
    on.addEventListener("click", function () { state.page += 1; draw(); });
    if (search) {
      var waiting = 0;
      search.addEventListener("input", function () { clearTimeout(waiting); waiting = setTimeout(apply, 120); });
    }
    draw();
    return {
      filter: function (fits) { state.fits = fits; apply(); },
      search: function (text) { if (search) { search.value = text; } apply(); },
      show: function () { root.scrollIntoView({ block: "start" }); }
    };
  }

  function plain(title, place, number) {
    return { title: title, number: number, value: function (row) { return row[place]; } };
  }

  function fixed(title, place) {
    var column = plain(title, place, true);
    column.draw = function (cell, row) { cell.textContent = row[place].toFixed(1); };
    return column;
  }

  function fileCell(cell, number) {
    var file = data.files[number];
    if (file[10]) {
      var link = cell.appendChild(element("a", "", file[0]));
      link.href = file[10];
    } else { cell.textContent = file[0]; }
  }

  // Units: a name narrows the findings to that unit.
  var chosen = { unit: -1, code: -1, on: [true, true, true] };
  var unitNames = data.units.map(function (row) { return row[0]; });
  table("units", 20, [
    { title: "单位", name: true, value: function (row) { return row[0]; }, draw: function (cell, row) {
      var button = cell.appendChild(element("button", "link", row[0]));
      button.type = "button";
      button.addEventListener("click", function () { narrow(unitNames.indexOf(row[0]), -1); });
    } },
    plain("文件", 1, true), plain("表", 2, true), plain(data.severities[0], 3, true), plain(data.severities[1], 4, true),
    plain(data.severities[2], 5, true), fixed("每表必须修改", 6), plain("无须修改", 7, true), plain("优", 8, true),
    plain("良", 9, true), plain("中", 10, true), plain("差", 11, true), plain("未评", 12, true), data.units.some(function (row) { return row[13]; }) && plain("部分未读", 13, true),
    { title: "最常见的问题", long: true, value: function (row) { return row[14]; } }
  ].filter(Boolean), data.units, function (row) { return row[0] + " " + row[14]; });

  table("filelist", 20, [
    { title: "文件", long: true, value: function (row) { return row[0]; }, draw: function (cell, row) { fileCell(cell, data.files.indexOf(row)); } },
    plain("单位", 1), plain("年度", 2), plain("领域", 3), plain("情况", 4), plain("表", 5, true), plain(data.severities[0], 6, true),
    plain(data.severities[1], 7, true), plain(data.severities[2], 8, true), plain("初评", 9)
  ], data.files, function (row) { return row.slice(0, 5).join(" ") + " " + row[9]; });

  var findings = table("findings", 50, [
    { title: "级别", value: function (row) { return row[3]; }, draw: function (cell, row) {
      cell.appendChild(element("span", "sev " + data.kinds[row[3]], data.signs[row[3]] + " " + data.severities[row[3]]));
    } },
    { title: "问题", value: function (row) { return data.codes[row[2]][1]; }, draw: function (cell, row) {
      cell.appendChild(document.createTextNode(data.codes[row[2]][1] + " "));
      cell.appendChild(element("code", "", data.codes[row[2]][0]));
    } },
    { title: "单位", value: function (row) { return unitNames[row[1]]; } },
    { title: "文件", value: function (row) { return data.files[row[0]][0]; }, draw: function (cell, row) { fileCell(cell, row[0]); } },
    plain("位置", 4), plain("指标值", 6),
    { title: "意见", long: true, value: function (row) { return row[7]; } }
  ], data.findings, function (row) {
    return data.codes[row[2]].join(" ") + " " + unitNames[row[1]] + " " + data.files[row[0]][0] + " " + row.slice(4).join(" ");
  });

  var chip = document.getElementById("chip");
  var rule = document.getElementById("rule");
  var toggles = Array.prototype.slice.call(document.querySelectorAll("#findings .toggle"));

  function apply() {
    findings.filter(function (row) {
      return chosen.on[row[3]] && (chosen.unit < 0 || row[1] === chosen.unit) && (chosen.code < 0 || row[2] === chosen.code);
    });
    chip.hidden = chosen.unit < 0;
    chip.textContent = chosen.unit < 0 ? "" : "单位：" + unitNames[chosen.unit] + " ✕";
  }

  function narrow(unit, code) {
    chosen.unit = unit;
    chosen.code = code;
    rule.value = code < 0 ? "" : String(code);
    apply();
    findings.show();
  }

  toggles.forEach(function (toggle, number) {
    toggle.addEventListener("click", function () {
      chosen.on[number] = !chosen.on[number];
      toggle.setAttribute("aria-pressed", String(chosen.on[number]));
      apply();
    });
  });
  rule.addEventListener("change", function () { chosen.code = rule.value === "" ? -1 : Number(rule.value); apply(); });
  chip.addEventListener("click", function () { chosen.unit = -1; apply(); });
  document.querySelectorAll("[data-code]").forEach(function (button) {
    var number = data.codes.findIndex(function (item) { return item[0] === button.dataset.code; });
    button.addEventListener("click", function () { narrow(-1, number); });
  });
})();
