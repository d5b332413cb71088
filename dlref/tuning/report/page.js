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

function draw(box) {
  const figure = JSON.parse(document.getElementById(box.id + "-data").textContent);
  for (const [path, texts] of figure.words) {
    const last = path.pop();
    path.reduce((place, key) => place[key], figure)[last] = texts[root.lang === "ko" ? 1 : 0];
  }
  if (touch) figure.layout.dragmode = false; // a finger scrolls the page
  Plotly.react(box, figure.data, figure.layout, {
    responsive: true,
    displaylogo: false,
    displayModeBar: touch ? false : "hover",
    modeBarButtonsToRemove: ["zoom2d", "pan2d", "select2d", "lasso2d", "autoScale2d"],
    locale: root.lang,
    locales: { ko: korean },
  });
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
