/* An empty cell of a card says what stands above it in the table. The table of conformance can be filtered. */
for (const table of document.querySelectorAll("table.cards")) {
  const above = [];
  for (const row of table.querySelectorAll("tbody tr:not(.area)")) {
    [...row.children].forEach((cell, i) => {
      if (cell.textContent.trim()) above[i] = cell.textContent;
      else cell.dataset.above = above[i] ?? "";
    });
  }
}
for (const table of document.querySelectorAll(".conformance table")) {
  const ko = document.documentElement.lang === "ko";
  const label = Object.assign(document.createElement("label"), { className: "filter", textContent: ko ? "찾기 " : "Filter " });
  const input = Object.assign(document.createElement("input"), { type: "search" });
  input.addEventListener("input", () => {
    const words = input.value.toLowerCase().split(/\s+/);
    for (const body of table.tBodies) {
      const rows = [...body.querySelectorAll("tr:not(.area)")];
      for (const row of rows) row.hidden = !words.every((word) => row.textContent.toLowerCase().includes(word));
      body.hidden = rows.every((row) => row.hidden);
    }
  });
  label.append(input);
  table.before(label);
}
/* What the theme makes after this script has run, and leaves without a name or out of the keyboard's reach. */
addEventListener("load", () => setTimeout(() => {
  for (const table of document.querySelectorAll(".md-typeset__scrollwrap")) table.tabIndex = 0;
  document.querySelectorAll(".md-code__nav").forEach((bar, i) => bar.setAttribute("aria-label", `code ${i + 1}`));
}, 100));

/* The map: a page lights up with those it builds on, and those that build on it. */
for (const map of document.querySelectorAll(".curriculum")) {
  const show = (event) => {
    const page = event.target.closest("li")?.dataset.page;
    const lit = new Set([page]);
    for (const line of map.querySelectorAll("path")) {
      const { from, to } = line.dataset;
      line.classList.toggle("lit", from === page || to === page);
      if (line.matches(".lit")) lit.add(from).add(to);
    }
    for (const item of map.querySelectorAll("li")) item.classList.toggle("lit", page !== undefined && lit.has(item.dataset.page));
  };
  for (const name of ["mouseover", "focusin"]) map.addEventListener(name, show);
}
/* Without a script the link leads to the Markdown. */
for (const link of document.querySelectorAll(".as-markdown a:first-child")) link.addEventListener("click", async (event) => {
  event.preventDefault();
  await navigator.clipboard.writeText(await (await fetch(link.href)).text());
  link.after(Object.assign(document.createElement("span"), { role: "status", textContent: document.documentElement.lang === "ko" ? " 복사했습니다." : " Copied." }));
}, { once: true });

/* A page loads the modules of its own playthings only. */
const playthings = new URL("../play/", document.currentScript.src);
for (const frame of document.querySelectorAll("[data-play]")) import(new URL(`${frame.dataset.play}.js`, playthings));
