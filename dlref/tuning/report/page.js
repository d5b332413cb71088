"use strict";
const root = document.documentElement;
const boxes = [...document.querySelectorAll(".plot")];
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

function draw(box) {
  const figure = read(box);
  for (const [path, texts] of figure.words) {
    const last = path.pop();
    path.reduce((place, key) => place[key], figure)[last] = texts[root.lang === "ko" ? 1 : 0];
  }
  if (touch) figure.layout.dragmode = false; // a finger scrolls the page
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
  }
  box.dataset.drawn = "yes";
}

function speak(language) {
  root.lang = language;
  boxes.filter((box) => box.dataset.drawn).forEach(draw);
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
    draw(entry.target);
  }
}, { rootMargin: "400px" });
boxes.forEach((box) => seen.observe(box));
