/* A unit of zeros that is added to a net: whether training wakes it. */
import { chart, row, say } from "./chart.js";
import { apart, both } from "./math/padding.js";
import { number, play } from "./play.js";

const LINES = [["lecture", "v₁", ({ v }) => v[0]], ["keras", "v₂", ({ v }) => v[1]], ["other", "w₁", ({ w }) => w[0]], ["fourth", "b", ({ b }) => b]];
const options = { tanh: "tanh", relu: "ReLU", leaky_relu: "Leaky ReLU", elu: "ELU", sigmoid: "sigmoid", sgd: "SGD", adam: "Adam" };
const pair = (values) => `(${values.map(number).join(", ")})`;
const words = {
  en: {
    options, activation: "Activation", optimizer: "Optimizer", alpha: "Learning rate α", v: "Outgoing weights v of the added unit", steps: "Steps", step: "step", weights: "Weights of the added unit", is: (t) => `Step ${t}.`,
    gradients: (t, a, dv, dw) => `Step ${t}: a = ${a}, dv = ${dv}, dw = ${dw}`, same: "The wide net puts out what the narrow one does, to the last bit.", apart: (distance) => `The outputs of the two nets are ${distance} apart.`,
  },
  ko: {
    options: { ...options, sigmoid: "시그모이드" }, activation: "활성화 함수", optimizer: "옵티마이저", alpha: "학습률 α", v: "덧댄 유닛에서 나가는 가중치 v", steps: "단계 수", step: "단계", weights: "덧댄 유닛의 가중치", is: (t) => `${t}단계.`,
    gradients: (t, a, dv, dw) => `${t}단계: a = ${a}, dv = ${dv}, dw = ${dw}`, same: "넓은 신경망의 출력이 좁은 신경망의 출력과 마지막 비트까지 같습니다.", apart: (distance) => `두 신경망의 출력이 ${distance}만큼 다릅니다.`,
  },
};
const presets = [
  [{ activation: "sigmoid" }, { en: ["sigmoid", "g(0) is 0.5, so dv is not zero: after one step the unit has outgoing weights, after two it learns like any other."],
    ko: ["시그모이드", "g(0)이 0.5라서 dv가 0이 아닙니다. 한 단계 뒤에는 나가는 가중치가 생기고, 두 단계 뒤에는 여느 유닛처럼 배웁니다."] }],
  [{ v: 0.5 }, { en: ["v is not 0", "The unit puts out 0 at first. But dw = g′(0)(v · δ)x is not zero: with tanh it starts to learn, and the net is a wide one."],
    ko: ["v가 0이 아니면", "처음에는 유닛이 0을 냅니다. 그러나 dw = g′(0)(v · δ)x가 0이 아니라서 tanh이면 배우기 시작하고, 신경망이 정말로 넓어집니다."] }],
  [{ optimizer: "adam", t: 30 }, { en: ["Through Adam", "Averages of gradients that are all zero stay zero, so no optimizer of these pages wakes the unit either."],
    ko: ["Adam으로", "모두 0인 그레이디언트의 평균은 0으로 남습니다. 그래서 이 문서의 어떤 옵티마이저도 이 유닛을 깨우지 못합니다."] }],
];
const controls = [
  { key: "activation", options: () => ["tanh", "relu", "leaky_relu", "elu", "sigmoid"] }, { key: "optimizer", options: () => ["sgd", "adam"] },
  { key: "alpha", scale: "log", min: 1e-3, max: 1 }, { key: "v", scale: "linear", step: 0.1, min: -1, max: 1 }, { key: "steps", scale: "linear", min: 5, max: 100 },
  { key: "t", hidden: true, min: 0, max: 100 },
];

function draw(parts, state, w, shown, set) {
  const { v, steps } = state, t = Math.min(state.t, shown), [narrow, wide] = both(v, state, steps), distance = apart(narrow, wide);
  const most = Math.max(...wide.flatMap(({ last }) => LINES.map(([, , value]) => Math.abs(value(last)))), 0.1) * 1.2;
  const plot = chart(parts.plot, { title: w.weights, x: [0, steps, w.step], y: [-most, most], ticks: [6, 5] });
  plot.line("data", [[0, 0], [steps, 0]]);
  for (const [kind, , value] of LINES) plot.line(kind, wide.slice(0, shown + 1).map(({ last }, at) => [at, value(last)]));
  plot.rule("data", t);
  plot.handle([t, -most], { label: `${w.is(t)} ${w.move}`, step: 1, move: ([to], settled) => set({ t: Math.round(to) }, settled) });
  const { last, a, dv, dw } = wide[t];
  return [say(w.gradients(t, number(a), pair(dv), pair(dw))), ...LINES.map(([kind, name, value]) => row(kind, name, `= ${number(value(last))}`)), say(distance[t] ? w.apart(number(distance[t])) : w.same)];
}

const first = () => ({ activation: "tanh", optimizer: "sgd", alpha: 0.1, v: 0, steps: 40, t: 0 });
const change = (state) => ({ ...state, t: Math.min(Math.max(state.t, 0), state.steps) });
play("padding", { words, first, controls, presets, change, length: ({ steps }) => steps, draw });
