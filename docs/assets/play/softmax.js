/* Softmax of four logits with its temperature, and with a label the loss and its pull. */
import { chart, row, say } from "./chart.js";
import { hard_max, softmax } from "./math/activations.js";
import { categorical, categorical_pull } from "./math/losses.js";
import { number, play } from "./play.js";

const CLASSES = [1, 2, 3, 4], NONE = "none";
const z_of = (values) => Object.fromEntries(values.map((value, j) => [`z_${j + 1}`, value]));
const labels = { z_1: "z₁", z_2: "z₂", z_3: "z₃", z_4: "z₄" };
const words = {
  en: {
    ...labels, temperature: "Temperature T", shift: "Added to every z", label: "The right class", options: { none: "none", 1: "1", 2: "2", 3: "3", 4: "4" },
    class: "class", softmax: "softmax(z / T)", pull: "dz = ŷ − y", loss: (value) => `Loss −log ŷ = ${value}`, sum: (value) => `Sum of e^z: ${value}`, certain: (j) => `Hard max: class ${j}`,
  },
  ko: {
    ...labels, temperature: "온도 T", shift: "모든 z에 더하는 값", label: "정답 클래스", options: { none: "없음", 1: "1", 2: "2", 3: "3", 4: "4" },
    class: "클래스", softmax: "softmax(z / T)", pull: "dz = ŷ − y", loss: (value) => `손실 −log ŷ = ${value}`, sum: (value) => `e^z의 합: ${value}`, certain: (j) => `하드맥스: 클래스 ${j}`,
  },
};
const presets = {
  softmax: [
    [{ temperature: 0.1 }, { en: ["T = 0.1", "Cold, softmax becomes hard max: the largest logit takes everything."], ko: ["T = 0.1", "온도가 낮으면 소프트맥스는 하드맥스가 됩니다. 가장 큰 로짓이 모두 가져갑니다."] }],
    [{ temperature: 10 }, { en: ["T = 10", "Hot, the classes come close to a quarter each: only the order is left."], ko: ["T = 10", "온도가 높으면 네 클래스가 모두 4분의 1에 가까워집니다. 순서만 남습니다."] }],
    [{ shift: 1000 }, { en: ["Add 1000", "e^1005 overflows, but softmax stays as it is: equation (6) subtracts the maximum first."], ko: ["1000 더하기", "e^1005은 오버플로입니다. 그래도 소프트맥스는 그대로입니다. 수식 (6)이 먼저 최댓값을 빼기 때문입니다."] }],
  ],
  loss: [
    [{ z_2: 8 }, { en: ["Right and sure", "ŷ of the right class is nearly 1: the loss is nearly 0, and so is the pull at every logit."], ko: ["맞고 확신할 때", "정답 클래스의 ŷ이 1에 가깝습니다. 손실도, 모든 로짓을 당기는 힘도 0에 가깝습니다."] }],
    [{ z_1: 8, z_2: -2 }, { en: ["Wrong and sure", "The loss grows like the distance of the logits, while the pull is never longer than 1: up for the right class, down for the one that it took."],
      ko: ["틀리고 확신할 때", "손실은 로짓의 차이만큼 커지지만 당기는 힘은 1을 넘지 않습니다. 정답 클래스는 올리고 잘못 고른 클래스는 내립니다."] }],
    [z_of([0, 0, 0, 0]), { en: ["Untrained", "Four equal probabilities: the loss is log 4 = 1.386, where every training of four classes should begin."], ko: ["훈련 전", "네 확률이 모두 같습니다. 손실은 log 4 = 1.386이고, 클래스가 넷인 훈련은 여기서 시작해야 합니다."] }],
  ],
};
const controls = [
  ...CLASSES.map((j) => ({ key: `z_${j}`, scale: "linear", step: 0.1, min: -10, max: 10 })),
  { key: "temperature", scale: "log", min: 0.05, max: 20, when: ({ label }) => label === NONE },
  { key: "shift", scale: "linear", step: 100, min: 0, max: 1000, when: ({ label }) => label === NONE },
  { key: "label", options: () => [NONE, ...CLASSES.map(String)] },
];

function draw(parts, state, w) {
  const labelled = state.label !== NONE, z = CLASSES.map((j) => state[`z_${j}`] + state.shift), t = z.map(Math.exp), y_hat = softmax(z, state.temperature);
  const pull = labelled ? categorical_pull(z, state.label - 1) : [];
  const plot = chart(parts.plot, { title: labelled ? `ŷ, ${w.pull}` : w.softmax, height: 240, x: [0.4, 4.6, w.class], y: [labelled ? -1.1 : 0, 1.1], ticks: [4, 6] });
  const aside = labelled ? 0.2 : 0;
  plot.bars("lecture", y_hat.map((value, j) => [j + 1 - aside, value]), labelled ? 0.36 : 0.6);
  plot.bars("keras", pull.map((value, j) => [j + 1 + aside, value]), 0.36);
  plot.line("data", [[0.4, 0], [4.6, 0]]);
  const each = CLASSES.map((j) => `${j}: ${labelled ? "" : `e^z = ${number(t[j - 1])}, `}ŷ = ${number(y_hat[j - 1])}${labelled ? `, dz = ${number(pull[j - 1])}` : ""}`);
  return [
    row("lecture", labelled ? "ŷ" : w.softmax), ...(labelled ? [row("keras", w.pull)] : []), ...each.map((line) => say(line)),
    say(labelled ? w.loss(number(categorical(z, state.label - 1))) : `${w.sum(number(t.reduce((one, other) => one + other)))}. ${w.certain(hard_max(z).indexOf(1) + 1)}`),
  ];
}

const first = (start) => ({ ...z_of(start === "loss" ? [3, 2, 1, 4].map(Math.log) : [5, 2, -1, 3]), temperature: 1, shift: 0, label: start === "loss" ? "2" : NONE });
const change = (state) => (state.label === NONE ? state : { ...state, temperature: 1, shift: 0 });
play("softmax", { words, first, controls, presets, change, draw });
