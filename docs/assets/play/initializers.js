/* Ten layers and four initializations: how large the activations are in each layer, and how they are distributed. */
import { chart, row, say } from "./chart.js";
import { LAYERS, deviations, forward, histogram, network, share, size } from "./math/initializers.js";
import { number, play, svg } from "./play.js";

const NAMES = Object.keys(deviations), KINDS = ["lecture", "keras", "other", "fourth"], BINS = 21;
const words = {
  en: {
    options: { tanh: "tanh", relu: "ReLU", sigmoid: "sigmoid", small: "Small normal s", large: "1.0", xavier: "Xavier √(1/n)", he: "He √(2/n)" },
    activation: "Activation", shown: "Histograms of", s: "s", n: "Units of each layer n", again: "Draw other weights", layer: "layer", sizes: "Root mean square of the activations", spread: (name) => `Activations in each layer: ${name}`,
    saturated: (percent) => `Layer 10: ${percent} % of the activations of these histograms lie beyond ±0.99`, zeros: (percent) => `Layer 10: ${percent} % of the activations of these histograms are 0`,
  },
  ko: {
    options: { tanh: "tanh", relu: "ReLU", sigmoid: "시그모이드", small: "작은 정규분포 s", large: "1.0", xavier: "Xavier √(1/n)", he: "He √(2/n)" },
    activation: "활성화 함수", shown: "히스토그램", s: "s", n: "층마다 유닛 수 n", again: "가중치 다시 뽑기", layer: "층", sizes: "활성값의 제곱 평균 제곱근", spread: (name) => `층마다 활성값의 분포: ${name}`,
    saturated: (percent) => `10번째 층: 히스토그램의 활성값 가운데 ${percent} %가 ±0.99 밖에 있습니다`, zeros: (percent) => `10번째 층: 히스토그램의 활성값 가운데 ${percent} %가 0입니다`,
  },
};
const presets = [
  [{ shown: "large" }, { en: ["1.0", "Weights of 1 saturate: nearly every activation is −1 or 1, where the slope of tanh is 0, and no gradient comes back."],
    ko: ["1.0", "가중치가 1이면 포화됩니다. 활성값이 거의 다 −1이나 1이고, 그곳에서 tanh의 기울기는 0이라 그레이디언트가 돌아오지 못합니다."] }],
  [{ shown: "xavier" }, { en: ["Xavier", "With √(1/n) each layer keeps the variance of the one before, nearly: after ten layers tanh is still at work."],
    ko: ["Xavier", "√(1/n)이면 층마다 앞 층의 분산을 거의 지킵니다. 층 열 개 뒤에도 tanh가 제 구실을 합니다."] }],
  [{ activation: "relu", shown: "xavier" }, { en: ["Xavier and ReLU", "Half of the units are 0, so each layer halves the mean square: after ten layers 2⁻⁵ of He’s is left. He’s 2 makes up for it."],
    ko: ["Xavier와 ReLU", "유닛의 절반이 0이므로 층마다 제곱 평균이 절반이 됩니다. 층 열 개 뒤에는 He의 2⁻⁵배가 남습니다. He의 2가 이를 메웁니다."] }],
  [{ s: 0.045 }, { en: ["s = 0.045", "√(1/500) = 0.0447: chosen so, the small normal is Xavier for 500 units. Change n, and it no longer is."],
    ko: ["s = 0.045", "√(1/500) = 0.0447입니다. 이렇게 고르면 작은 정규분포가 유닛 500개의 Xavier와 같아집니다. n을 바꾸면 달라집니다."] }],
];
const controls = [
  { key: "activation", options: () => ["tanh", "relu", "sigmoid"] }, { key: "shown", options: () => NAMES },
  { key: "s", scale: "log", min: 1e-3, max: 2 }, { key: "n", scale: "linear", step: 10, min: 10, max: 500 },
  { key: "again", press: ({ seed }) => ({ seed: seed + 1 }) }, { key: "seed", hidden: true, min: 1, max: 1e6 },
];

let drawn = {}, passed = {};
function draw(parts, { activation, shown, s, n, seed }, w) {
  if (drawn.key !== `${n} ${seed}`) drawn = { key: `${n} ${seed}`, net: network(n, seed) };
  const key = `${drawn.key} ${activation} ${s}`;
  if (passed.key !== key) passed = { key, layers: NAMES.map((name) => forward(drawn.net, activation, deviations[name](n, s))) };
  const sizes = passed.layers.map((layers) => layers.map(size)), of = passed.layers[NAMES.indexOf(shown)];
  const plot = chart(parts.plot, { title: w.sizes, height: 190, x: [0.5, LAYERS + 0.5, w.layer], y: [1e-9, activation === "relu" ? 1e12 : 10, "", true], ticks: [10, 6] });
  sizes.forEach((line, i) => plot.line(KINDS[i], line.map((value, layer) => [layer + 1, Math.max(value, 1e-9)])));
  const most = activation === "relu" ? Math.max(...of.map((layer) => 3 * size(layer)), 1e-9) : 1, range = [activation === "tanh" ? -1 : 0, most];
  const below = chart(parts.plot, { place: 1, title: w.spread(w.options[shown]), height: 170, x: [0.5, LAYERS + 0.5, w.layer], y: range, ticks: [10, 4] });
  of.forEach((layer, at) => {
    const counts = histogram(layer.filter((value) => value || activation !== "relu"), range, BINS), high = (range[1] - range[0]) / BINS;
    below.add(...counts.map((count, i) => svg("rect", {
      class: `play-bar ${KINDS[NAMES.indexOf(shown)]} plain`, x: below.x(at + 0.6), width: (below.x(1.85) - below.x(1)) * (count / Math.max(...counts, 1)), y: below.y(range[0] + (i + 1) * high), height: below.y(0) - below.y(high),
    })));
  });
  const percent = (holds) => number(Number((100 * share(of.at(-1), holds)).toPrecision(3)));
  return [
    ...NAMES.map((name, i) => row(KINDS[i], w.options[name], `${number(deviations[name](n, s))}; RMS = ${number(sizes[i].at(-1))}`)),
    say(activation === "relu" ? w.zeros(percent((value) => value === 0)) : w.saturated(percent((value) => Math.abs(value) > 0.99))),
  ];
}

const first = () => ({ activation: "tanh", shown: "small", s: 0.01, n: 500, seed: 1 });
play("initializers", { words, first, controls, presets, draw });
