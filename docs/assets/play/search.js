/* Grid, random, and coarse to fine, over a sweep that dlref has trained (docs/tools/record_runs.py). */
import { chart, row, say } from "./chart.js";
import { expected, result, search } from "./math/search.js";
import { number, play, svg } from "./play.js";

const sweep = await (await fetch(new URL("data/sweep.json", import.meta.url))).json();
const SEEDS = 200;
/* The axes: α, and the other with its sign; of β it is 1 − β that has a logarithmic scale. */
const SPACES = { epsilon: { sign: "ε", axis: [1e-9, 1e-6], is: Number }, beta: { sign: "β", axis: [0.1, 0.001], is: (value) => 1 - value } };
const at = ([from, to], share) => from * (to / from) ** share;
const wrong_of = (space) => (space === "beta" ? sweep.beta.wrong.map((row) => [...row].reverse()) : sweep.epsilon.wrong);
const words = {
  en: {
    options: { epsilon: "α and ε of Adam", beta: "α and β of momentum", grid: "Grid", random: "Random", coarse_to_fine: "Coarse to fine" },
    space: "Hyperparameters", method: "Search", trials: "Trials", truth: "Show the whole sweep: the stronger the colour, the better", again: "Draw again", rest: "Fine",
    title: (sign) => `α and ${sign}, on their scales`, values: (a, other, sign) => `Different values so far — α: ${a}, ${sign}: ${other}`, best: (percent, alpha, sign, other) => `best so far ${percent} % wrong, at α = ${alpha}, ${sign} = ${other}`,
    box: (count) => `The zoom: around the best ${count}`, mean: (parts) => `Best of a search, mean of ${SEEDS} seeds: ${parts}`,
  },
  ko: {
    options: { epsilon: "Adam의 α와 ε", beta: "모멘텀의 α와 β", grid: "격자 탐색", random: "무작위 탐색", coarse_to_fine: "정밀화 탐색" },
    space: "하이퍼파라미터", method: "탐색", trials: "시도 수", truth: "훈련 결과 모두 보기(색이 짙을수록 좋음)", again: "다시 뽑기", rest: "촘촘한 단계",
    title: (sign) => `저마다의 척도로 그린 α와 ${sign}`, values: (a, other, sign) => `지금까지 시도한 서로 다른 값 — α: ${a}, ${sign}: ${other}`, best: (percent, alpha, sign, other) => `가장 좋은 것은 오류 ${percent} %, α = ${alpha}, ${sign} = ${other}`,
    box: (count) => `상위 ${count}개 둘레를 확대합니다`, mean: (parts) => `탐색 한 번의 최고 결과, 시드 ${SEEDS}개의 평균: ${parts}`,
  },
};
const presets = {
  grid: [
    [{ method: "random" }, { en: ["At random", "25 trials now try 25 values of α instead of five, and the best of them is better on average: 2.8 % wrong against 3.1 %."],
      ko: ["무작위로", "이제 시도 25번이 α 값을 5개가 아니라 25개 시도합니다. 그 가운데 최고의 오류도 평균해서 3.1 %에서 2.8 %로 줄어듭니다."] }],
    [{ truth: true }, { en: ["What matters", "From left to right, with α, all changes; upward, with ε, next to nothing: the grid has trained the same five models five times over."],
      ko: ["중요한 축", "왼쪽에서 오른쪽으로, 곧 α를 따라서는 모든 것이 바뀌지만 위로, 곧 ε을 따라서는 거의 그대로입니다. 격자는 같은 모델 다섯 개를 다섯 번씩 훈련했습니다."] }],
    [{ trials: 9, truth: true }, { en: ["Luck", "One of the three α of this grid happens to be 0.01, the best there is, and so it beats most random searches. Nobody knows that beforehand."],
      ko: ["운", "이 격자의 α 세 개 가운데 하나가 마침 가장 좋은 0.01이라서 대부분의 무작위 탐색을 이깁니다. 미리 알 수 있는 일은 아닙니다."] }],
  ],
  coarse_to_fine: [
    [{ method: "random" }, { en: ["Without the zoom", "The same 50 trials from the whole space: the best is 4.1 % wrong on average, with the zoom 3.6 %."],
      ko: ["확대하지 않으면", "같은 50번을 전체 공간에서 뽑습니다. 최고의 오류가 평균 4.1 %이고, 확대하면 3.6 %입니다."] }],
    [{ trials: 9 }, { en: ["Too few", "The best 3 of 5 trials tell little: with 9 trials the zoom does worse on average than no zoom, 12 % against 10 %."],
      ko: ["너무 적으면", "시도 5개 중 상위 3개로는 알 수 있는 것이 적습니다. 시도가 9번이면 확대한 탐색이 평균 12 %로, 확대하지 않은 10 %보다 나쁩니다."] }],
    [{ truth: true }, { en: ["At the end of the range", "The good ones lie where α is largest and β smallest, at the ends of both ranges. A zoom never becomes wider: declare wider ranges and search again."],
      ko: ["범위의 끝", "좋은 곳은 α가 가장 크고 β가 가장 작은 곳, 두 범위의 끝입니다. 확대한 범위는 다시 넓어지지 않습니다. 더 넓은 범위로 선언하고 다시 탐색하십시오."] }],
  ],
};
const controls = [
  { key: "space", options: () => Object.keys(SPACES) }, { key: "method", options: () => ["grid", "random", "coarse_to_fine"] },
  { key: "trials", scale: "linear", min: 9, max: 100 }, { key: "truth" }, { key: "again", press: ({ seed }) => ({ seed: seed + 1 }) }, { key: "seed", hidden: true, min: 1, max: 1e6 },
];

const known = {};
function draw(parts, { space, method, trials, truth, seed }, w, shown) {
  const { sign, axis, is } = SPACES[space], wrong = wrong_of(space), alphas = [1e-4, 1], { points, results, coarse, box } = search(method, trials, seed, wrong);
  const place = ([p, q]) => [at(alphas, p), at(axis, q)], seen = points.slice(0, shown), so_far = results.slice(0, shown);
  const plot = chart(parts.plot, { title: w.title(sign), height: 300, x: [...alphas, "α", true], y: [...axis, "", true], ticks: [5, 4], names: { y: (value) => number(is(value)) } });
  if (truth) {
    const across = plot.inner.width / (wrong.length - 1), up = plot.inner.height / (wrong[0].length - 1);
    plot.add(...wrong.flatMap((row, i) => row.map((count, j) => svg("rect", {
      class: "play-cell", "fill-opacity": (0.6 * (1 - Math.min(Math.log(Math.max(count, 4) / 4) / Math.log(0.5 * sweep.examples / 4), 1))).toFixed(2),
      x: (i - 0.5) * across, width: across + 0.3, y: plot.inner.height - (j + 0.5) * up, height: up + 0.3,
    }))));
  }
  if (box && shown > coarse) {
    const [[left, low], [right, high]] = [0, 1].map((end) => place(box.map((range) => range[end])));
    plot.line("other solid", [[left, low], [right, low], [right, high], [left, high], [left, low]]);
  }
  plot.dots("lecture", seen.slice(0, coarse).map(place));
  plot.dots("keras", seen.slice(coarse).map(place));
  plot.add(...Array.from(new Set(seen.map(([p]) => p)), (p) => svg("line", { class: "play-line data", x1: plot.x(at(alphas, p)), x2: plot.x(at(alphas, p)), y1: plot.inner.height, y2: plot.inner.height - 9 })));
  const best = so_far.indexOf(Math.min(...so_far)), percent = (count) => number(Number(((100 * count) / sweep.examples).toPrecision(3)));
  if (best >= 0) plot.ring("keras", place(seen[best]));
  const different = (axis) => new Set(seen.map((point) => point[axis])).size;
  const mean = (name) => (known[`${space} ${name} ${trials}`] ??= expected(name, trials, name === "grid" ? 1 : SEEDS, wrong));
  return [
    say(w.values(different(0), different(1), sign)),
    ...(best >= 0 ? [row("lecture", w.options[method], w.best(percent(so_far[best]), number(place(seen[best])[0]), sign, number(is(place(seen[best])[1]))))] : []),
    ...(shown > coarse ? [row("keras", w.rest, w.box(Math.max(3, Math.ceil(0.2 * coarse))))] : []),
    say(w.mean(["grid", "random", "coarse_to_fine"].map((name) => `${w.options[name]} ${percent(mean(name))} %`).join(", "))),
  ];
}

const first = (start) => ({ space: start === "grid" ? "epsilon" : "beta", method: start, trials: start === "grid" ? 25 : 50, truth: false, seed: 1 });
play("search", { words, first, controls, presets, length: ({ method, trials }) => (method === "grid" ? Math.floor(Math.sqrt(trials)) ** 2 : trials), draw });
