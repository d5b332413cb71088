/* Three weights that the data do not touch, pulled by a penalty alone, or by weight decay. */
import { chart, row, say } from "./chart.js";
import { penalties, pulled } from "./math/regularizers.js";
import { number, play } from "./play.js";

const START = [1, -2, 0.5], KINDS = ["lecture", "keras", "other"];
const words = {
  en: {
    options: { l2: "L2", l1: "L1", unhalved_l1: "L1 without the half", decay: "Weight decay λ/m", sgd: "SGD", adam: "Adam" }, penalty: "Penalty", optimizer: "Optimizer",
    lambda: "λ", m: "Training examples m", alpha: "Learning rate α", steps: "Steps", step: "step", weights: "Weights under the penalty alone", at: (t) => `Step ${t}`, is: (t) => `Step ${t}.`,
    gradient: (value) => `gradient of the penalty ${value}`, price: (value) => `Price Ω = ${value}`, none: "No price in J: the optimizer shrinks the weights.",
  },
  ko: {
    options: { l2: "L2", l1: "L1", unhalved_l1: "절반이 없는 L1", decay: "가중치 감쇠 λ/m", sgd: "SGD", adam: "Adam" }, penalty: "규제", optimizer: "옵티마이저",
    lambda: "λ", m: "훈련 예제 수 m", alpha: "학습률 α", steps: "단계 수", step: "단계", weights: "규제만 작용할 때의 가중치", at: (t) => `${t}단계`, is: (t) => `${t}단계.`,
    gradient: (value) => `규제의 그레이디언트 ${value}`, price: (value) => `벌점 Ω = ${value}`, none: "J에 더하는 벌점이 없습니다. 옵티마이저가 가중치를 줄입니다.",
  },
};
const presets = [
  [{ penalty: "l1", t: 30 }, { en: ["L1", "The same amount from every weight: the smallest arrives at zero first, after 20 steps, and the largest last. L2 takes the same share, and never arrives."],
    ko: ["L1", "모든 가중치에서 같은 양을 뺍니다. 가장 작은 것이 20단계 만에 먼저 0에 닿고 가장 큰 것이 마지막입니다. L2는 같은 비율을 빼므로 끝내 닿지 못합니다."] }],
  [{ optimizer: "adam", alpha: 0.05, t: 20 }, { en: ["L2 through Adam", "Adam divides the gradient (λ/m)w by its own size: every weight loses the same at first. Change λ: nothing happens."],
    ko: ["Adam을 지난 L2", "Adam은 그레이디언트 (λ/m)w를 제 크기로 나눕니다. 처음에는 모든 가중치가 같은 양을 잃습니다. λ를 바꿔도 달라지지 않습니다."] }],
  [{ penalty: "decay", optimizer: "adam", t: 20 }, { en: ["Weight decay with Adam", "Past the moments the same share is taken of each weight, as L2 does with plain SGD. This is AdamW."],
    ko: ["Adam과 가중치 감쇠", "모멘트를 거치지 않고 가중치마다 같은 비율을 뺍니다. 보통의 SGD에서 L2가 하는 일과 같습니다. AdamW가 이것입니다."] }],
  [{ m: 100, t: 40 }, { en: ["Ten times the data", "m stands in the denominator: with more examples the same λ pulls less. Keras’ l2 does not know m and would stay."],
    ko: ["데이터 열 배", "m은 분모에 있습니다. 예제가 많으면 같은 λ라도 덜 당깁니다. Keras의 l2는 m을 모르므로 그대로 남습니다."] }],
];
const controls = [
  { key: "penalty", options: () => [...Object.keys(penalties), "decay"] }, { key: "optimizer", options: () => ["sgd", "adam"] },
  { key: "lambda", scale: "log", min: 0.01, max: 10 }, { key: "m", scale: "log", min: 1, max: 1e4 }, { key: "alpha", scale: "log", min: 0.01, max: 5 },
  { key: "steps", scale: "linear", min: 10, max: 200 }, { key: "t", hidden: true, min: 0, max: 200 },
];

function draw(parts, { penalty, optimizer, lambda, m, alpha, steps, t: chosen }, w, shown, set) {
  const seen = pulled(penalty, optimizer, START, { alpha, lambda, m }, steps), t = Math.min(chosen, shown), weights = seen[t], { price, gradient } = penalties[penalty] ?? {};
  const plot = chart(parts.plot, { title: w.weights, x: [0, steps, w.step], y: [-2.2, 1.4], ticks: [6, 7] });
  plot.line("data", [[0, 0], [steps, 0]]);
  START.forEach((_, i) => plot.line(KINDS[i], seen.slice(0, shown + 1).map((each, at) => [at, each[i]])));
  plot.rule("data", t);
  plot.handle([t, 0], { label: `${w.is(t)} ${w.move}`, step: 1, move: ([to], settled) => set({ t: Math.round(to) }, settled) });
  return [
    say(`${w.at(t)}. ${price ? w.price(number(price(weights, lambda, m))) : w.none}`),
    ...weights.map((weight, i) => row(KINDS[i], `w${"₁₂₃"[i]}`, `= ${number(weight)}${gradient ? `; ${w.gradient(number(gradient(weight, lambda, m)))}` : ""}`)),
  ];
}

const first = () => ({ penalty: "l2", optimizer: "sgd", lambda: 0.5, m: 10, alpha: 1, steps: 80, t: 0 });
const change = (state) => ({ ...state, t: Math.min(Math.max(state.t, 0), state.steps) });
play("regularizers", { words, first, controls, presets, change, length: ({ steps }) => steps, draw });
