"use strict";
const root = document.documentElement;
const boxes = [...document.querySelectorAll(".plot")];
// The page's policy allows no style in the HTML.
boxes.forEach(({ style, dataset: { height, width = 0 } }) => { style.cssText = `height:${height}px;min-width:${width}px`; });
const touch = matchMedia("(pointer: coarse)").matches;
const korean = {
  moduleType: "locale",
  name: "ko",
  dictionary: {
    "Download plot as a PNG": "PNG로 저장",
    "Zoom in": "확대",
    "Zoom out": "축소",
    "Reset axes": "처음 범위로",
    "Double-click to zoom back out": "두 번 누르면 처음 범위로 돌아갑니다",
  },
  format: {},
};

function read(box) {
  return JSON.parse(document.getElementById(box.id + "-data").textContent);
}

// Parallel coordinates: on each axis that was dragged over, only the lines through one of these places stay.
function brush(box, selections) {
  const dragged = new Map();
  for (const { x0, x1, y0, y1 } of selections) {
    const [low, high] = [Math.min(y0, y1), Math.max(y0, y1)];
    for (let axis = Math.ceil(Math.min(x0, x1)); axis <= Math.max(x0, x1); axis++) {
      dragged.set(axis, [...(dragged.get(axis) ?? []), (y) => low <= y && y <= high]);
    }
  }
  const y = read(box).data.map((lines) => {
    const length = lines.y.indexOf(null) + 1;
    const misses = (start) => [...dragged].some(([axis, inside]) => !inside.some((each) => each(lines.y[start + axis])));
    return lines.y.map((at, i) => (misses(i - (i % length)) ? null : at));
  });
  Plotly.restyle(box, { y });
}

// A finger scrolls the page, or drags over axes: a button decides.
for (const button of document.querySelectorAll(".brush")) {
  button.addEventListener("click", () => {
    const box = document.getElementById(button.dataset.chart);
    box.dataset.brushed = box.dataset.brushed ? "" : "yes";
    button.ariaPressed = Boolean(box.dataset.brushed);
    draw(box); // with all lines
  });
}

function draw(box) {
  const figure = read(box);
  for (const [path, texts] of figure.words) {
    const last = path.pop();
    path.reduce((place, key) => place[key], figure)[last] = texts[root.lang === "ko" ? 1 : 0];
  }
  if (touch && !box.dataset.brushed) figure.layout.dragmode = false; // a finger scrolls the page
  Plotly.react(box, figure.data, figure.layout, {
    responsive: true,
    displaylogo: false,
    showSendToCloud: false, // a button that uploads the chart
    displayModeBar: touch ? false : "hover",
    modeBarButtonsToRemove: ["zoom2d", "pan2d", "select2d", "lasso2d", "autoScale2d"],
    locale: root.lang,
    locales: { ko: korean },
  });
  if (!box.dataset.drawn) {
    box.on("plotly_selected", () => brush(box, box.layout.selections ?? []));
    box.on("plotly_deselect", () => brush(box, []));
    box.on("plotly_click", ({ points: [{ customdata }] }) => customdata !== undefined && go([customdata].flat()[0]));
  }
  box.dataset.drawn = "yes";
  if (box.tabIndex === 0) {
    const caption = box.closest("figure").querySelector("figcaption").innerText;
    box.ariaLabel = caption || box.closest("section").querySelector("h2").innerText;
    box.role = "application"; // its arrow keys are its own
  }
}

// With the keyboard: arrows go from trial to trial of a chart, Enter leads to the table.
function dots(box) {
  const last = new Map(); // of a line its end
  box._fullData.forEach(({ customdata, x, y, xaxis, yaxis }, curveNumber) => {
    for (const [pointNumber, data] of [...(customdata ?? [])].entries()) {
      if (y[pointNumber] === null || Number.isNaN(y[pointNumber])) continue;
      const [number, reason] = [data].flat();
      const subplot = xaxis + yaxis; // trials that failed stand on an axis of their own
      last.set(number, { number, reason, x: x[pointNumber], y: y[pointNumber], curveNumber, pointNumber, subplot });
    }
  });
  return [...last.values()].sort((a, b) => a.x - b.x || a.number - b.number);
}

function step(box, key) {
  if (!box.dataset.drawn) draw(box);
  const all = dots(box);
  const here = all.findIndex((dot) => dot.number === Number(box.dataset.at));
  const to = { ArrowRight: here + 1, ArrowLeft: here < 0 ? 0 : here - 1, Home: 0, End: all.length - 1 }[key];
  const dot = all[Math.min(Math.max(to, 0), all.length - 1)];
  box.dataset.at = dot.number;
  Plotly.Fx.hover(box, [{ curveNumber: dot.curveNumber, pointNumber: dot.pointNumber }], dot.subplot);
  said.textContent = `#${dot.number}: ${dot.reason ?? Number(dot.y.toPrecision(5))}`;
}

const said = document.body.appendChild(document.createElement("p"));
said.role = "status";
said.className = "visually-hidden";
for (const box of boxes.filter((box) => box.tabIndex === 0)) {
  box.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && box.dataset.at) go(box.dataset.at);
    else if (["ArrowRight", "ArrowLeft", "Home", "End"].includes(event.key)) step(box, event.key);
    else return;
    event.preventDefault();
  });
}

// The table of all trials.
const table = document.querySelector(".trials table");
const heads = table ? [...table.tHead.rows[0].cells] : [];
const rows = table ? [...table.tBodies[0].rows] : [];
const input = document.querySelector(".trials input");
const collator = new Intl.Collator();
const text = (cell) => (cell.querySelector(`[lang=${root.lang}]`) ?? cell).textContent;

function compare(a, b) {
  const [x, y] = [parseFloat(a), parseFloat(b)];
  return Number.isNaN(x) || Number.isNaN(y) ? collator.compare(a, b) : x - y;
}

function sort(head) {
  const down = head.ariaSort === "ascending";
  heads.forEach((each) => { each.ariaSort = "none"; });
  head.ariaSort = down ? "descending" : "ascending";
  const keys = new Map(rows.map((row) => [row, text(row.cells[head.cellIndex])]));
  rows.sort((a, b) => {
    const [x, y] = [keys.get(a), keys.get(b)];
    return x && y ? (down ? compare(y, x) : compare(x, y)) : !x - !y; // what is empty stays last
  });
  table.tBodies[0].append(...rows);
}

// A word that is in a row, or a condition on a column, such as layers=2.
function condition(word) {
  const [, name, sign, value] = word.match(/^(.+?)(<=|>=|=|<|>)(.+)$/) ?? [];
  const column = heads.findIndex((head) => text(head).toLowerCase() === name);
  if (column < 0) return (row) => [...row.cells].some((cell) => text(cell).toLowerCase().includes(word));
  return (row) => {
    const found = text(row.cells[column]).toLowerCase();
    const order = compare(found, value);
    return found && { "=": order === 0, "<": order < 0, ">": order > 0, "<=": order <= 0, ">=": order >= 0 }[sign];
  };
}

function filter() {
  const wanted = input.value.toLowerCase().split(/\s+/).filter(Boolean).map(condition);
  rows.forEach((row) => { row.hidden = !wanted.every((holds) => holds(row)); });
  document.querySelector(".trials output").textContent = `${rows.filter((row) => !row.hidden).length} / ${rows.length}`;
}

function go(number) {
  const hash = `#trial-${number}`;
  if (location.hash === hash) reveal();
  else location.hash = hash; // marks the row, and Back leads to the chart again
}

function reveal() {
  const row = rows.find((each) => `#${each.id}` === location.hash);
  if (row?.hidden) {
    input.value = "";
    filter();
  }
  row?.scrollIntoView({ block: "center" });
  row?.focus({ preventScroll: true });
}

heads.forEach((head) => head.firstChild.addEventListener("click", () => sort(head)));
input?.addEventListener("input", filter);
addEventListener("hashchange", reveal);

function speak(language) {
  root.lang = language;
  boxes.filter((box) => box.dataset.drawn).forEach(draw);
  if (table) filter();
}

document.getElementById("language").addEventListener("click", () => speak(root.lang === "ko" ? "en" : "ko"));
document.getElementById("theme").addEventListener("click", () => {
  const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = dark ? "light" : "dark";
});
addEventListener("beforeprint", () => boxes.filter((box) => !box.dataset.drawn).forEach(draw));

speak(navigator.language.toLowerCase().startsWith("ko") ? "ko" : "en");
const seen = new IntersectionObserver((entries) => {
  for (const entry of entries.filter((entry) => entry.isIntersecting)) {
    seen.unobserve(entry.target);
    if (!entry.target.dataset.drawn) draw(entry.target);
  }
}, { rootMargin: "400px" });
boxes.forEach((box) => seen.observe(box));
