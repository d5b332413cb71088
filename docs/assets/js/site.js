/* An empty cell of a card says what stands above it in the table. The tables of conformance can be filtered. */
for (const table of document.querySelectorAll("table.cards")) {
  const above = [];
  for (const row of table.querySelectorAll("tbody tr")) {
    [...row.children].forEach((cell, i) => {
      if (cell.textContent.trim()) above[i] = cell.textContent;
      else cell.dataset.above = above[i] ?? "";
    });
  }
}
for (const tables of document.querySelectorAll(".conformance")) {
  const ko = document.documentElement.lang === "ko";
  const label = Object.assign(document.createElement("label"), { className: "filter", textContent: ko ? "찾기 " : "Filter " });
  const input = Object.assign(document.createElement("input"), { type: "search" });
  input.addEventListener("input", () => {
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    for (const area of tables.querySelectorAll("details")) {
      const rows = [...area.querySelectorAll("tbody tr")];
      for (const row of rows) row.hidden = !words.every((word) => row.textContent.toLowerCase().includes(word));
      area.hidden = rows.every((row) => row.hidden);
      area.open = words.length > 0 && !area.hidden;
    }
  });
  label.append(input);
  tables.querySelector("details").before(label);
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

/* A page loads the modules of its own playthings: when a reader comes near, or the address holds the state of one. */
const playthings = new URL("../play/", document.currentScript.src);
const load = (frame) => import(new URL(`${frame.dataset.play}.js`, playthings));
const near = new IntersectionObserver((entries) => {
  for (const { target, isIntersecting } of entries) {
    if (!isIntersecting) continue;
    near.unobserve(target);
    load(target);
  }
}, { rootMargin: "100%" });
for (const frame of document.querySelectorAll("[data-play]")) {
  if (new URLSearchParams(location.hash.slice(1)).get("play") === frame.dataset.play) load(frame);
  else near.observe(frame);
}
