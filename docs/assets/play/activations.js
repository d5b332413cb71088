/* An activation, its slope, and what many layers of that slope leave of a gradient. */
import { chart, row, say } from "./chart.js";
import { activations, slopes } from "./math/activations.js";
import { number, play } from "./play.js";

const SATURATED = 0.05;
const options = { sigmoid: "sigmoid", tanh: "tanh", relu: "ReLU", leaky_relu: "Leaky ReLU", elu: "ELU" };
const words = {
  en: {
    options, activation: "Activation", a: "a", layers: "Layers", value: "a = g(z)", slope: "Slope g′(z)", z: "z",
    left: (layers, share) => `A gradient through ${layers} layers at this z keeps ${share} of its size.`,
    none: "Nothing passes: a unit that is here for every example is dead.", saturated: `Saturated: the slope is below ${SATURATED}.`, at: (z) => `z = ${z}.`,
  },
  ko: {
    options: { ...options, sigmoid: "시그모이드" }, activation: "활성화 함수", a: "a", layers: "층 수", value: "a = g(z)", slope: "기울기 g′(z)", z: "z",
    left: (layers, share) => `모든 층의 z가 이 값이면 ${layers}개 층을 지난 그레이디언트는 ${share}배가 됩니다.`,
    none: "아무것도 지나가지 못합니다. 모든 예제에서 여기 있는 유닛은 죽은 유닛입니다.", saturated: `포화: 기울기가 ${SATURATED}보다 작습니다.`, at: (z) => `z = ${z}.`,
  },
};
const presets = [
  [{ activation: "sigmoid", z: 4.6, layers: 10 }, { en: ["Saturate it", "At z = 4.6 the sigmoid is at 0.99, and a hundredth of the gradient passes: the unit is sure, and hardly learns."],
    ko: ["포화시키기", "z = 4.6이면 시그모이드는 0.99이고 그레이디언트는 100분의 1만 지나갑니다. 유닛은 확신에 차 있고 거의 배우지 않습니다."] }],
  [{ activation: "tanh", z: 0, layers: 10 }, { en: ["tanh at 0", "Its slope is 1 at z = 0 and only there. Move z to 1: after ten layers one part in 6,000 is left."],
    ko: ["0에서의 tanh", "기울기가 1인 곳은 z = 0뿐입니다. z를 1로 옮기면 층 열 개 뒤에 6,000분의 1쯤만 남습니다."] }],
  [{ activation: "relu", z: -1, layers: 10 }, { en: ["A dead unit", "Below zero ReLU passes nothing, and with no gradient the unit does not come back. Above, everything passes through any number of layers."],
    ko: ["죽은 유닛", "0 아래에서 ReLU는 아무것도 통과시키지 않습니다. 그레이디언트가 없으니 유닛은 되살아나지 못합니다. 0 위에서는 층이 몇 개든 그대로 지나갑니다."] }],
  [{ activation: "leaky_relu", a: 0.01, z: -1, layers: 1 }, { en: ["Leaky ReLU", "With the lecture’s a = 0.01 a hundredth passes, and the unit can recover. Keras’ layer has 0.3, its function 0.2: move a there."],
    ko: ["Leaky ReLU", "강의의 a = 0.01이면 100분의 1이 지나가 유닛이 되살아날 수 있습니다. Keras의 층은 0.3, 함수는 0.2입니다. a를 그리로 옮겨 보십시오."] }],
];
const controls = [
  { key: "activation", options: () => Object.keys(activations) },
  { key: "a", scale: "linear", step: 0.01, min: 0, max: 1, when: ({ activation }) => ["leaky_relu", "elu"].includes(activation) },
  { key: "layers", scale: "linear", min: 1, max: 20 },
  { key: "z", hidden: true, min: -6, max: 6 },
];

function draw(parts, { activation, a, layers, z }, w, shown, set) {
  const g = (at) => activations[activation](at, a), slope = (at) => slopes[activation](at, a);
  const saturated = (at) => activation !== "leaky_relu" && slope(at) < SATURATED;
  const grid = Array.from({ length: 481 }, (_, i) => -6 + i / 40), high = g(6) > 2 ? 3.2 : 1.3;
  const plot = chart(parts.plot, { title: `${w.value}, g′(z)`, x: [-6, 6, w.z], y: [-1.2, high] });
  for (const at of grid) if (saturated(at)) plot.bars("saturated", [[at, high]], 1 / 40, -1.2);
  plot.line("data", [[-6, 0], [6, 0]]);
  plot.line("keras", grid.map((at) => [at, slope(at)]));
  plot.line("lecture", grid.map((at) => [at, g(at)]));
  plot.line("data", [[-6, g(z) + slope(z) * (-6 - z)], [6, g(z) + slope(z) * (6 - z)]]);
  plot.handle([z, Math.min(g(z), high)], { label: `${w.at(number(z))} ${w.move}`, step: 0.1, move: ([to], settled) => set({ z: to }, settled) });
  const share = slope(z) ** layers;
  return [
    row("lecture", w.options[activation], `z = ${number(z)}, a = ${number(g(z))}`), row("keras", w.slope, `= ${number(slope(z))}`),
    say(w.left(layers, number(share))), ...(saturated(z) ? [say(slope(z) ? w.saturated : w.none)] : []),
  ];
}

const usual = { leaky_relu: 0.01, elu: 1 };
const first = (start) => ({ activation: start || "sigmoid", a: usual[start] ?? 0.01, layers: start ? 1 : 10, z: start ? -1 : 0 });
function change(state, key) {
  const a = key === "activation" ? usual[state.activation] ?? state.a : state.a;
  return { ...state, a, z: Number(Math.min(Math.max(state.z, -6), 6).toFixed(2)) };
}
play("activations", { words, first, controls, presets, change, draw });
