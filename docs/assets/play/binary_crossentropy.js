/* Binary cross-entropy over its logit, from logits and from a probability in float32, and what each pulls. */
import { chart, row, say } from "./chart.js";
import { sigmoid } from "./math/activations.js";
import { binary, binary_of_probability, binary_pull, pull_of_probability, smooth, squared_pull } from "./math/losses.js";
import { number, play } from "./play.js";

const LEFT = -20, RIGHT = 20;
const words = {
  en: {
    positive: "The label is 1", smoothing: "Label smoothing s", z: "logit z", loss: "Loss", logits: "From logits", probability: "From the probability in float32, clipped", squared: "Squared error (ŷ − y)²",
    pull: "Gradient dz", at: (z, y_hat, y) => `z = ${z}, ŷ = σ(z) = ${y_hat}, y = ${y}`, values: (loss, pull) => `loss ${loss}, dz = ${pull}`, only: (pull) => `dz = ${pull}`,
  },
  ko: {
    positive: "레이블이 1", smoothing: "레이블 스무딩 s", z: "로짓 z", loss: "손실", logits: "로짓에서", probability: "잘라 낸 float32 확률에서", squared: "제곱 오차 (ŷ − y)²",
    pull: "그레이디언트 dz", at: (z, y_hat, y) => `z = ${z}, ŷ = σ(z) = ${y_hat}, y = ${y}`, values: (loss, pull) => `손실 ${loss}, dz = ${pull}`, only: (pull) => `dz = ${pull}`,
  },
};
const presets = [
  [{ positive: false, z: 17 }, { en: ["Clipped", "A wrong prediction, very sure: as a probability in float32 it is 1, is clipped, and its gradient is 0. The example that is most wrong teaches nothing."],
    ko: ["잘려 나감", "틀렸지만 아주 확신하는 예측입니다. float32 확률로는 1이라서 잘리고 그레이디언트가 0이 됩니다. 가장 크게 틀린 예제에서 아무것도 배우지 못합니다."] }],
  [{ positive: false, z: 6 }, { en: ["Against the squared error", "ŷ is 0.998 and wrong. Cross-entropy pulls with almost 1, the squared error through the flat sigmoid with 0.005."],
    ko: ["제곱 오차와 견주기", "ŷ이 0.998인데 틀렸습니다. 교차 엔트로피는 거의 1로 당기지만, 제곱 오차는 평평한 시그모이드를 지나 0.005로 당깁니다."] }],
  [{ smoothing: 0.2, z: 2.2 }, { en: ["Smooth the label", "With s = 0.2 the label becomes 0.9, and dz = 0 is there: a surer prediction costs more."],
    ko: ["레이블 스무딩", "s = 0.2이면 레이블이 0.9가 되고 dz = 0도 그곳입니다. 더 확신하면 오히려 손실이 커집니다."] }],
  [{ z: 0 }, { en: ["Untrained", "ŷ = 0.5 for everything costs log 2 = 0.693, whatever the label."], ko: ["훈련 전", "무엇이든 ŷ = 0.5이면 레이블과 관계없이 손실이 log 2 = 0.693입니다."] }],
];
const controls = [{ key: "positive" }, { key: "smoothing", scale: "linear", step: 0.05, min: 0, max: 0.5 }, { key: "z", hidden: true, min: LEFT, max: RIGHT }];

function draw(parts, { positive, smoothing, z }, w, shown, set) {
  const y = smooth(Number(positive), smoothing), grid = Array.from({ length: 801 }, (_, i) => LEFT + i / 20);
  const line = (value) => grid.map((at) => [at, value(at, y)]);
  const plot = chart(parts.plot, { title: w.loss, height: 210, x: [LEFT, RIGHT, w.z], y: [0, 21], ticks: [5, 4] });
  plot.line("lecture", line(binary));
  plot.line("keras", line(binary_of_probability));
  plot.rule("data", z);
  plot.handle([z, binary(z, y)], { label: `z = ${number(z)}. ${w.move}`, step: 0.1, move: ([to], settled) => set({ z: to }, settled) });
  const second = chart(parts.plot, { place: 1, title: w.pull, height: 150, x: [LEFT, RIGHT, w.z], y: [-1.1, 1.1], ticks: [5, 3] });
  second.line("other", line(squared_pull));
  second.line("lecture", line(binary_pull));
  second.line("keras", line(pull_of_probability));
  second.rule("data", z);
  return [
    say(w.at(number(z), number(sigmoid(z)), number(y))), row("lecture", w.logits, w.values(number(binary(z, y)), number(binary_pull(z, y)))),
    row("keras", w.probability, w.values(number(binary_of_probability(z, y)), number(pull_of_probability(z, y)))), row("other", w.squared, w.only(number(squared_pull(z, y)))),
  ];
}

const first = () => ({ positive: true, smoothing: 0, z: Math.log(4) });
const change = (state, key) => (key === "z" ? { ...state, z: Number(Math.min(Math.max(state.z, LEFT), RIGHT).toFixed(2)) } : state);
play("binary_crossentropy", { words, first, controls, presets, change, draw });
