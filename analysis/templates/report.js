"use strict";
/* Tables that sort and can be searched, evidence in a panel, figures saved as SVG. Without it, all is still readable. */
const each = (what, act, within = document) => within.querySelectorAll(what).forEach(act);

each("table.sortable", table => {
  const body = table.tBodies[0];
  const worth = (row, column) => row.cells[column].dataset.v ?? row.cells[column].textContent.trim();
  each("thead th", (head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const down = head.classList.contains("n") ? head.ariaSort !== "descending" : head.ariaSort === "ascending";
      each("thead th", other => other.removeAttribute("aria-sort"), table);
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      const absent = value => value === "";
      const rows = [...body.rows].sort((a, b) => {
        const x = worth(a, column), y = worth(b, column);
        if (absent(x) || absent(y)) return absent(x) - absent(y);
        const order = isNaN(x) || isNaN(y) ? x.localeCompare(y, document.documentElement.lang) : x - y;
        return down ? -order : order;
      });
      body.append(...rows);
    });
  }, table);
  if (body.rows.length > 10) {
    const search = document.createElement("input");
    search.type = "search";
    search.className = "search";
    search.placeholder = search.ariaLabel = document.body.dataset.search;
    search.addEventListener("input", () => {
      const wanted = search.value.toLocaleLowerCase();
      for (const row of body.rows) row.hidden = !row.textContent.toLocaleLowerCase().includes(wanted);
    });
    table.parentElement.before(search);
  }
});

const panel = document.createElement("dialog");
const reveal = id => {
  const block = document.getElementById(id)?.closest("details.evidence");
  if (!block) return;
  const close = document.createElement("button");
  close.type = "button";
  close.textContent = "×";
  close.ariaLabel = document.body.dataset.close;
  close.addEventListener("click", () => panel.close());
  const title = document.createElement("h2");
  title.textContent = block.querySelector("summary").textContent;
  const copy = block.querySelector(".shown").cloneNode(true);
  copy.removeAttribute("id");
  panel.setAttribute("aria-label", title.textContent);
  panel.replaceChildren(close, title, copy);
  panel.showModal();
  panel.scrollTop = 0;
};
document.body.append(panel);
panel.addEventListener("click", event => event.target === panel && panel.close());
document.addEventListener("click", event => {
  const link = event.target.closest('a[href^="#ev-"]');
  if (link) {
    event.preventDefault();
    reveal(link.getAttribute("href").slice(1));
  }
});

if (location.hash.startsWith("#ev-")) reveal(location.hash.slice(1));

each("figure button[data-save]", button => button.addEventListener("click", () => {
  const picture = button.closest("figure").querySelector("svg").cloneNode(true);
  const style = getComputedStyle(document.documentElement);
  picture.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  const source = new XMLSerializer().serializeToString(picture)
    .replace(/var\((--[\w-]+)[^)]*\)/g, (_, name) => style.getPropertyValue(name).trim().replaceAll('"', "'"));
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([source], {type: "image/svg+xml"}));
  link.download = button.dataset.save;
  link.click();
  URL.revokeObjectURL(link.href);
}));

const opened = [];
addEventListener("beforeprint", () => each("figure details:not([open])", block => { block.open = true; opened.push(block); }));
addEventListener("afterprint", () => opened.splice(0).forEach(block => { block.open = false; }));
