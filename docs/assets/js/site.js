/* What the theme makes after this script has run, and leaves without a name or out of the keyboard's reach. */
addEventListener("load", () => setTimeout(() => {
  for (const table of document.querySelectorAll(".md-typeset__scrollwrap")) table.tabIndex = 0;
  document.querySelectorAll(".md-code__nav").forEach((bar, i) => bar.setAttribute("aria-label", `code ${i + 1}`));
}, 100));
