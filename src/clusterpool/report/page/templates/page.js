"use strict";
// Sorting and filtering of tables; without this script they are plain tables in the order of the files.
for (const table of document.querySelectorAll("main table[id]")) {
  const body = table.tBodies[0], heads = [...table.tHead.rows[0].cells], rows = [...body.rows];
  if (rows.length < 2) continue;
  const key = (row, column) => row.cells[column].dataset.v;
  const compare = (column) => (a, b) => {
    const one = key(a, column), other = key(b, column);
    if (one === undefined && other === undefined)
      return a.cells[column].textContent.localeCompare(b.cells[column].textContent, document.documentElement.lang, {numeric: true});
    if (one === undefined) return 1;
    if (other === undefined) return -1;
    return isNaN(one) ? one.localeCompare(other) : one - other;
  };
  heads.forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const numeric = head.classList.contains("num"), now = head.getAttribute("aria-sort");
      const down = now ? now === "ascending" : numeric;
      heads.forEach((other) => other.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      const order = compare(column), known = (row) => row.cells[column].querySelector(".none") === null;
      body.append(...[...rows].sort((a, b) => known(b) - known(a) || (down ? order(b, a) : order(a, b))));
    });
  });
  if (!("long" in table.dataset)) continue;
  const bar = document.createElement("div"), label = document.createElement("label");
  const input = document.createElement("input"), count = document.createElement("output");
  bar.className = "filter";
  input.type = "search";
  label.append(document.body.dataset.filter + " ", input);
  label.title = table.caption.textContent;
  bar.append(label, count);
  table.closest(".box").before(bar);
  const fold = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  const texts = rows.map((row) => fold(row.textContent));
  input.addEventListener("input", () => {
    const wanted = fold(input.value).split(/\s+/).filter(Boolean);
    let shown = 0;
    rows.forEach((row, place) => {
      row.hidden = !wanted.every((word) => texts[place].includes(word));
      shown += row.hidden ? 0 : 1;
    });
    if (table.tFoot) table.tFoot.hidden = wanted.length > 0;
    count.textContent = wanted.length ? document.body.dataset.shown.replace("%1", shown).replace("%2", rows.length) : "";
  });
}
