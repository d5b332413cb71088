/* The frame of every plaything: controls make the state, the state is in the address and is drawn. A plaything gives `words` in
   both languages, `first(start)`: its first state, `controls`, `presets`, perhaps by start: the changes of the first state with
   their name and reason, and `draw(parts, state, words, shown, set)`, which returns the readout. Where they are needed,
   `change(state, key)` says what else a change changes, and `length(state)` how far Run counts. */

const WORDS = {
  en: { try: "Try this:", run: "Run", reset: "Start again", move: "Drag it, or move it with the arrow keys." },
  ko: { try: "해 보기:", run: "실행", reset: "처음으로", move: "끌거나 화살표 키로 옮깁니다." },
};
/* A slider runs over places; its value is a round number. `memory` is a decay β by the logarithm of 1 − β. */
const SCALES = {
  linear: { place: (value) => value, value: (place) => Number(place.toFixed(6)), step: 1 },
  log: { place: Math.log10, value: (place) => Number((10 ** place).toPrecision(2)), step: 0.05 },
  memory: { place: (value) => -Math.log10(1 - value), value: (place) => Number((1 - (10 ** -place).toPrecision(2)).toFixed(9)), step: 0.05 },
};
const calm = matchMedia("(prefers-reduced-motion: reduce)");

export function element(name, attributes = {}, ...children) {
  const made = Object.assign(document.createElement(name), attributes);
  made.append(...children);
  return made;
}

const XML = "http://www.w3.org/2000/svg";
export function svg(name, attributes = {}, ...children) {
  const made = document.createElementNS(XML, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

export function number(value) {
  if (!Number.isFinite(value)) return "∞";
  const size = Math.abs(value);
  const text = size && (size < 1e-3 || size >= 1e5) ? value.toExponential(1).replace("e+", "e").replace(".0e", "e") : String(Number(value.toPrecision(4)));
  return text.replace(/-/g, "−");
}

/* What the address asks for, as far as the controls allow it. */
function asked(name, controls, first) {
  const found = new URLSearchParams(location.hash.slice(1));
  if (found.get("play") !== name) return null;
  const state = { ...first };
  for (const { key, options, min, max } of controls) {
    const text = found.get(key);
    if (text === null) continue;
    if (options) state[key] = options(state).includes(text) ? text : state[key];
    else if (typeof first[key] === "boolean") state[key] = text === "true";
    else if (text && Number.isFinite(Number(text))) state[key] = Math.min(Math.max(Number(text), min), max);
  }
  return state;
}

export function play(name, { words: both, first: start, controls, presets, change = (state) => state, length, draw }) {
  const frame = document.querySelector(`.play[data-play="${name}"]`);
  const language = document.documentElement.lang;
  const words = { ...WORDS[language], ...both[language] };
  const first = start(frame.dataset.start);
  let state = asked(name, controls, first) ?? first;
  let shown = null; // how many steps Run has come to
  let timer = 0;

  const parts = { plot: element("div", { className: "play-plot" }), second: element("div", { className: "play-second" }) };
  const readout = element("div", { className: "play-readout" });
  readout.setAttribute("role", "status");
  readout.ariaBusy = "false";
  const panel = element("div", { className: "play-panel" });
  const why = element("p", { className: "play-why" });
  frame.append(element("div", { className: "play-body" }, parts.plot, readout, panel, parts.second));

  const redraw = () => {
    for (const update of updates) update();
    readout.replaceChildren(...draw(parts, state, words, shown ?? length?.(state), set));
  };
  const address = () => {
    const changed = Object.keys(first).filter((key) => state[key] !== first[key]).map((key) => [key, state[key]]);
    history.replaceState(history.state, "", `#${new URLSearchParams([["play", name], ...changed])}`);
  };
  const stop = () => { cancelAnimationFrame(timer); shown = null; readout.ariaBusy = "false"; };
  /* `settled` is false while a slider or a finger moves: browsers allow few changes of the address. */
  const set = (changes, settled = true) => {
    stop();
    for (const [key, value] of Object.entries(changes)) state = change({ ...state, [key]: value }, key);
    if (settled) address();
    readout.ariaBusy = String(!settled);
    redraw();
  };
  const run = () => {
    stop();
    const whole = length(state), began = performance.now();
    readout.ariaBusy = "true";
    const tick = (now) => {
      shown = Math.min(whole, Math.max(0, Math.floor(((now - began) / 3000) * whole))); // a frame may have begun before
      if (shown === whole) stop();
      else timer = requestAnimationFrame(tick);
      redraw();
    };
    timer = requestAnimationFrame(tick);
  };

  const widgets = { choice, switch: tick, slider, press };
  const updates = controls.filter((control) => !control.hidden).map((control) => {
    const [widget, update] = widgets[control.options ? "choice" : control.scale ? "slider" : control.press ? "press" : "switch"](control);
    panel.append(widget);
    return () => { widget.hidden = control.when && !control.when(state); update(); };
  });

  function choice({ key, options, third = false }) {
    const select = element("select", { onchange: () => set({ [key]: select.value }) });
    const update = () => {
      const names = options(state);
      if (names.join() !== Array.from(select.options, (option) => option.value).join()) {
        select.replaceChildren(...names.map((value) => element("option", { value, textContent: words.options[value] })));
      }
      select.value = state[key];
    };
    return [element("label", { className: third ? "play-third" : "" }, element("span", { textContent: words[key] }), select), update];
  }
  function tick({ key }) {
    const box = element("input", { type: "checkbox", onchange: () => set({ [key]: box.checked }) });
    return [element("label", { className: "play-switch" }, box, element("span", { textContent: words[key] })), () => (box.checked = state[key])];
  }
  /* A button that changes numbers by what `press(state)` returns. */
  function press({ key, press: changes }) {
    return [element("button", { type: "button", textContent: words[key], onclick: () => set(changes(state)) }), () => {}];
  }
  function slider({ key, scale, min, max, step = SCALES[scale].step, third = false }) {
    const { place, value } = SCALES[scale];
    const move = (settled) => set({ [key]: Math.min(Math.max(value(Number(range.value)), min), max) }, settled);
    const range = element("input", { type: "range", step, min: place(min), max: place(max), oninput: () => move(false), onchange: () => move(true) });
    const label = element("span"), shows = element("output");
    const update = () => {
      label.textContent = typeof words[key] === "function" ? words[key](state) : words[key];
      if (place(state[key]) !== Number(range.value)) range.value = place(state[key]);
      range.setAttribute("aria-valuetext", (shows.textContent = number(state[key])));
    };
    return [element("label", { className: third ? "play-third" : "" }, element("span", {}, label, shows), range), update]; // three in a row
  }

  const buttons = (presets[frame.dataset.start] ?? presets).map(([chosen, { [language]: [title, reason] }]) =>
    element("button", { type: "button", textContent: title, onclick: () => {
      stop();
      state = { ...first, ...chosen };
      why.textContent = reason;
      address();
      if (calm.matches || !length) redraw();
      else run();
    } }));
  const again = element("button", { type: "button", className: "play-again", textContent: words.reset, onclick: () => { stop(); state = first; why.textContent = ""; address(); redraw(); } });
  panel.prepend(
    element("div", { className: "play-presets" }, element("strong", { textContent: words.try }), ...buttons, why),
    element("div", { className: "play-buttons" }, ...(length ? [element("button", { type: "button", className: "play-run", textContent: words.run, onclick: run })] : []), again),
  );

  addEventListener("hashchange", () => {
    const wanted = asked(name, controls, first);
    if (wanted) { stop(); state = wanted; redraw(); }
  });
  new ResizeObserver(redraw).observe(parts.plot);
  redraw();
  if (new URLSearchParams(location.hash.slice(1)).get("play") === name) frame.scrollIntoView();
}

/* Makes `handle` move a point: dragging it, arrow keys on it (ten times as far with Shift), and a click on `plot` if it is alone there. */
export function movable(plot, handle, { place, point, step, move, alone = true }) {
  const at = (event) => {
    const box = plot.getBoundingClientRect();
    return point(event.clientX - box.left, event.clientY - box.top);
  };
  handle.onpointerdown = (event) => handle.setPointerCapture(event.pointerId);
  handle.onpointermove = (event) => handle.hasPointerCapture(event.pointerId) && move(at(event), false);
  handle.onpointerup = (event) => move(at(event), true);
  handle.onclick = (event) => event.stopPropagation();
  if (alone) plot.onclick = (event) => move(at(event), true);
  handle.onkeydown = (event) => {
    const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
    if (!way) return;
    event.preventDefault();
    const far = step * (event.shiftKey ? 10 : 1);
    move(place.map((value, i) => value + way[i] * far), true);
  };
}
