/* Search: `/` opens it, and Korean words are looked for without their particles, compounds by their parts. */
const HANGUL = /^[가-힣]+$/;

/* The nouns that words are made of, where the list of the site's nouns has them; the most frequent stand first in it. */
function reduced(query, nouns) {
  const known = new Set(nouns);
  const parts = (word) => {
    if (!HANGUL.test(word) || known.has(word)) return [word];
    const found = [];
    for (let start = 0; start < word.length; ) {
      let end = word.length;
      while (end > start + 1 && !known.has(word.slice(start, end))) end--;
      if (end === start + 1) break; // the rest are particles and endings
      found.push(word.slice(start, end));
      start = end;
    }
    return found.length ? found : [nouns.find((noun) => noun.endsWith(word)) ?? word];
  };
  return query.split(/\s+/).flatMap(parts).join(" ");
}

{
  const bundle = new URL("../../../pagefind/", document.currentScript.src);
  addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select, dialog[open]")) return;
    event.preventDefault();
    event.stopImmediatePropagation(); // the theme has a search of its own for this key
    document.querySelector("pagefind-modal-trigger button").click();
  }, true);
  addEventListener("DOMContentLoaded", () => {
    if (document.documentElement.lang !== "ko" || !globalThis.PagefindComponents) return;
    const instance = PagefindComponents.getInstanceManager().getInstance("default");
    const search = instance.triggerSearch.bind(instance);
    let nouns;
    instance.triggerSearch = async (query) => {
      nouns ??= fetch(new URL("nouns.json", bundle)).then((answer) => answer.json());
      search(reduced(query, await nouns));
    };
  });
}
