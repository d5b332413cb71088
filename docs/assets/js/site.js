/* Annotated code: point at an equation, its note or its line of code, and all three light up. */
for (const block of document.querySelectorAll(".annotated")) {
  const light = (event) => {
    const number = event.target.closest("[data-eq]")?.dataset.eq;
    for (const part of block.querySelectorAll("[data-eq]")) {
      part.classList.toggle("lit", part.dataset.eq === number);
    }
  };
  for (const name of ["mouseover", "focusin", "click"]) block.addEventListener(name, light);
}
/* What the theme makes after this script has run, and leaves without a name or out of the keyboard's reach. */
addEventListener("load", () => setTimeout(() => {
  for (const table of document.querySelectorAll(".md-typeset__scrollwrap")) table.tabIndex = 0;
  document.querySelectorAll(".md-code__nav").forEach((bar, i) => bar.setAttribute("aria-label", `code ${i + 1}`));
}, 100));
