/* Annotated code: point at an equation, its note or its line, and all of them light up; at a symbol, and it shows wherever it
   stands. One Tab stop for the block, arrow keys inside. Buttons run through the statements with the page's own numbers. */
const STYLE = /\bsymbol-\d+/;

function light(block, number) {
  for (const part of block.querySelectorAll("[data-eq]")) part.classList.toggle("lit", part.dataset.eq === number);
}

function showSymbol(block, symbol) {
  const style = symbol?.className.match(STYLE)?.[0];
  for (const part of block.querySelectorAll(".symbol")) part.classList.toggle("same", part.classList.contains(style));
}

function moveByArrows(block) {
  const links = [...block.querySelectorAll(".annotated-number")];
  const focusable = block.querySelectorAll(".annotated-line a, .annotated-code pre, .math-block");
  for (const other of focusable) other.tabIndex = other.scrollWidth > other.clientWidth + 1 && other.matches("pre, .math-block") ? 0 : -1;
  links.forEach((link, i) => (link.tabIndex = i ? -1 : 0));
  block.addEventListener("keydown", (event) => {
    const place = links.indexOf(event.target);
    const goal = { ArrowDown: place + 1, ArrowRight: place + 1, ArrowUp: place - 1, ArrowLeft: place - 1, Home: 0, End: links.length - 1 }[event.key];
    if (place < 0 || !links[goal]) return;
    event.preventDefault();
    links[place].tabIndex = -1;
    links[goal].tabIndex = 0;
    links[goal].focus();
  });
}

function valueOf(name, value, style) {
  const part = document.createElement("span");
  const label = Object.assign(document.createElement("span"), { className: style ? `symbol ${style}` : "", textContent: name });
  part.append(label, ` = ${value}`);
  return part;
}

function stepThrough(block, pair, data) {
  const { words, steps } = JSON.parse(data.textContent);
  const styles = Object.fromEntries([...pair.querySelectorAll("code .symbol")].map((s) => [s.textContent, s.className.match(STYLE)[0]]));
  const bar = Object.assign(document.createElement("div"), { className: "annotated-steps" });
  const place = Object.assign(document.createElement("span"), { role: "status" });
  const values = Object.assign(document.createElement("div"), { className: "annotated-values" });
  const button = (text, act) => Object.assign(document.createElement("button"), { type: "button", textContent: text, onclick: act });
  let now = -1;
  const show = (to) => {
    now = to;
    const running = now >= 0;
    for (const part of [back, next, close]) part.hidden = !running;
    start.hidden = running;
    back.disabled = now === 0;
    next.disabled = now === steps.length - 1;
    values.remove();
    if (!running) return (place.textContent = ""), light(block, undefined);
    const { number, inputs, target, result } = steps[now];
    place.textContent = words.place.replace("{0}", now + 1).replace("{1}", steps.length);
    const before = Object.entries(inputs).filter(([name]) => name !== target).map(([name, value]) => valueOf(name, value, styles[name]));
    const after = document.createElement("strong");
    const change = inputs[target] ? `${inputs[target]} → ${result}` : result;
    after.append(valueOf(target || `(${number})`, change || "…", styles[target]));
    values.replaceChildren(...before, after);
    pair.querySelector(`.annotated-row[data-eq="${number}"]`).append(values);
    light(block, String(number));
    values.scrollIntoView({ block: "nearest" });
  };
  const start = button(words.start, () => { show(0); next.focus(); });
  const back = button(words.back, () => show(now - 1));
  const next = button(words.next, () => show(now + 1));
  const close = button(words.close, () => { show(-1); start.focus(); });
  bar.append(start, back, next, close, place);
  data.parentElement.replaceWith(bar);
  show(-1);
}

for (const block of document.querySelectorAll(".annotated")) {
  const point = (event) => {
    if (event.target.closest(".annotated-steps")) return;
    light(block, event.target.closest("[data-eq]")?.dataset.eq);
    showSymbol(block, event.target.closest(".symbol"));
  };
  for (const name of ["mouseover", "focusin", "click"]) block.addEventListener(name, point);
  block.addEventListener("mouseleave", () => { light(block, undefined); showSymbol(block); });
  moveByArrows(block);
  for (const data of block.querySelectorAll("script[type='application/json']")) stepThrough(block, data.closest(".annotated-pair"), data);
}
