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
  // Of several words, one of a single syllable that is no noun of its own says too little to be looked for.
  const words = query.split(/\s+/);
  const telling = words.filter((word) => word.length > 1 || !HANGUL.test(word) || known.has(word));
  return (telling.length ? telling : words).flatMap(parts).join(" ");
}

{
  const ko = document.documentElement.lang === "ko";
  const bundle = new URL(ko ? "../../../pagefind/" : "../../pagefind/", document.currentScript.src);
  const button = document.querySelector(".search button");
  /* What is typed until the dialog is there goes into this field, a syllable that is being composed included. */
  const field = Object.assign(document.createElement("input"), { type: "search", ariaLabel: ko ? "검색" : "Search" });
  let loading, composing, opening;

  const added = (name, attributes) => new Promise((resolve, reject) => {
    document.head.append(Object.assign(document.createElement(name), attributes, { onload: resolve, onerror: reject }));
  });

  async function load() {
    await Promise.all([
      added("link", { rel: "stylesheet", href: new URL("pagefind-component-ui.css", bundle) }),
      added("script", { src: new URL("pagefind-component-ui.js", bundle) }),
    ]);
    const instance = PagefindComponents.getInstanceManager().getInstance("default", { bundlePath: bundle.pathname });
    if (ko) {
      const search = instance.triggerSearch.bind(instance);
      let nouns;
      instance.triggerSearch = async (query) => {
        nouns ??= fetch(new URL("nouns.json", bundle)).then((answer) => answer.json());
        search(reduced(query, await nouns));
      };
    }
    const modal = document.createElement("pagefind-modal");
    button.after(modal);
    modal.querySelector("dialog").addEventListener("close", () => button.focus());
    return modal;
  }

  const show = (waiting) => {
    opening = waiting;
    button.hidden = waiting;
    waiting ? button.after(field) : field.remove();
    (waiting ? field : button).focus();
  };

  async function open() {
    if (opening) return;
    show(true);
    try {
      const modal = await (loading ??= load());
      await composing;
      if (!opening) return; // given up
      const typed = field.value;
      show(false);
      modal.open();
      const input = modal.querySelector("input");
      input.focus();
      if (!typed) return;
      input.value = typed;
      input.dispatchEvent(new Event("input", { bubbles: true }));
    } catch {
      loading = undefined; // another try may succeed
      show(false);
    } finally {
      field.value = "";
    }
  }

  field.addEventListener("compositionstart", () => (composing = new Promise((end) => field.addEventListener("compositionend", end, { once: true }))));
  field.addEventListener("keydown", ({ key }) => key === "Escape" && show(false));
  button.addEventListener("click", open);
  addEventListener("keydown", (event) => {
    const typing = event.target.closest?.("input, textarea, select");
    const slash = event.key === "/" && !event.ctrlKey && !event.metaKey && !typing;
    const controlK = event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey) && !event.shiftKey;
    if (event.altKey || !(slash || controlK) || document.querySelector("dialog[open]")) return;
    event.preventDefault();
    event.stopImmediatePropagation(); // the theme has a search of its own for `/`
    open();
  }, true);
}
