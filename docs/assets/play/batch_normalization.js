/* Batch normalization of an editable mini-batch of one channel, and the noise of its statistics by the size of the mini-batch. */
import { chart, row, say } from "./chart.js";
import { batch_normalization, deviation, outputs, undoing } from "./math/batch_normalization.js";
import { number, play } from "./play.js";

const Z = [2, 4, 4, 4, 5, 5, 7, 9], KEYS = Z.map((_, i) => `z_${i + 1}`), BATCHES = 100, LEAST = -8, MOST = 14;
const values = (state) => KEYS.map((key) => state[key] + state.b);
const words = {
  en: {
    gamma: "γ", beta: "β", epsilon: "ε", b: "Bias b of the layer before", undo: "Undo it: γ = √(σ² + ε), β = μ", power: ({ power }) => `log₂ m of the plot below, m = ${2 ** power}`, again: "Draw other mini-batches",
    example: "example", in: "z + b", out: "output", title: "Drag the values: z + b (points) and the output (rings)", handle: (i, z) => `z of example ${i} is ${z}.`,
    noise: (m) => `z_norm of one example in ${BATCHES} mini-batches of ${m}`, batch: "mini-batch", waver: (m, deviation, guide) => `Among m = ${m} it wavers by ${deviation} (1/√m = ${guide}).`,
    statistics: (mu, sigma2) => `μ = ${mu}, σ² = ${sigma2}`, averages: (mu, sigma2) => `With ρ = 0.9, μ_test goes from 0 to ${mu}, σ²_test from 1 to ${sigma2}.`,
  },
  ko: {
    gamma: "γ", beta: "β", epsilon: "ε", b: "앞 층의 편향 b", undo: "되돌리기: γ = √(σ² + ε), β = μ", power: ({ power }) => `아래 그래프의 log₂ m, m = ${2 ** power}`, again: "미니배치 다시 뽑기",
    example: "예제", in: "z + b", out: "출력", title: "값을 끌어 보십시오: z + b(점)와 출력(고리)", handle: (i, z) => `예제 ${i}의 z는 ${z}.`,
    noise: (m) => `미니배치 ${BATCHES}개(크기 ${m})에서 본 예제 하나의 z_norm`, batch: "미니배치", waver: (m, deviation, guide) => `m = ${m}이면 ${deviation}만큼 흔들립니다(1/√m = ${guide}).`,
    statistics: (mu, sigma2) => `μ = ${mu}, σ² = ${sigma2}`, averages: (mu, sigma2) => `ρ = 0.9이면 μ_test는 0에서 ${mu}(으)로, σ²_test는 1에서 ${sigma2}(으)로 갑니다.`,
  },
};
const presets = [
  [{ b: 5 }, { en: ["Add a bias", "b moves every z and μ alike, and the output stays where it is: the bias before batch normalization is redundant, β does its work."],
    ko: ["편향 더하기", "b는 모든 z와 μ를 똑같이 옮기므로 출력은 그대로입니다. 배치 정규화 앞의 편향은 필요 없고, β가 그 일을 합니다."] }],
  [{ gamma: Math.sqrt(4 + 1e-12), beta: 5 }, { en: ["It undoes itself", "With γ = √(σ² + ε) = 2 and β = μ = 5 the output is the input. Now drag a value: γ and β stay, and it no longer is."],
    ko: ["스스로 되돌리기", "γ = √(σ² + ε) = 2, β = μ = 5이면 출력이 입력과 같습니다. 이제 값 하나를 끌어 보십시오. γ와 β는 그대로이므로 더는 같지 않습니다."] }],
  [{ z_8: 14 }, { en: ["One outlier", "A single large value moves μ and σ, and with them the output of every other example."], ko: ["튀는 값 하나", "큰 값 하나가 μ와 σ를 옮기고, 그래서 다른 모든 예제의 출력도 바뀝니다."] }],
  [{ power: 3 }, { en: ["Small mini-batches", "Among 8 examples the same example comes out very differently each time: noise that regularizes a little. With 512 it is almost gone."],
    ko: ["작은 미니배치", "예제 8개 가운데서는 같은 예제의 출력이 매번 크게 달라집니다. 이 잡음이 조금 규제합니다. 512개이면 거의 사라집니다."] }],
];
const controls = [
  { key: "gamma", scale: "linear", step: 0.1, min: -3, max: 5 }, { key: "beta", scale: "linear", step: 0.1, min: -8, max: 14 },
  { key: "undo", press: (state) => undoing(batch_normalization(values(state), state), state.epsilon) },
  { key: "b", scale: "linear", step: 0.5, min: -5, max: 5 }, { key: "epsilon", scale: "log", min: 1e-12, max: 10 },
  { key: "power", scale: "linear", min: 1, max: 9 }, { key: "again", press: ({ seed }) => ({ seed: seed + 1 }) },
  { key: "seed", hidden: true, min: 1, max: 1e6 }, ...KEYS.map((key) => ({ key, hidden: true, min: LEAST, max: MOST })),
];

function draw(parts, state, w, shown, set) {
  const z = values(state), { z_tilde, mu, sigma2, mu_test, sigma2_test } = batch_normalization(z, state);
  const plot = chart(parts.plot, { title: w.title, height: 270, x: [0.4, Z.length + 0.6, w.example], y: [LEAST, MOST], ticks: [8, 6] });
  plot.rule("lecture", mu, "μ", false);
  plot.line("data", [[0, 0], [9, 0]]);
  z.forEach((value, i) => plot.line("data", [[i + 1, value], [i + 1, z_tilde[i]]]));
  z_tilde.forEach((value, i) => plot.ring("keras", [i + 1, value]));
  z.forEach((value, i) => plot.handle([i + 1, value], { label: `${w.handle(i + 1, number(value - state.b))} ${w.move}`, step: 0.1, alone: false, move: ([, to], settled) => set({ [KEYS[i]]: to - state.b }, settled) }));
  const m = 2 ** state.power, seen = outputs(m, BATCHES, state.seed, 1e-12);
  const second = chart(parts.second, { title: w.noise(m), height: 140, x: [0, BATCHES, w.batch], y: [-1, 3], ticks: [5, 4] });
  second.dots("lecture", seen.map((value, i) => [i + 1, value]));
  return [
    row("lecture", w.in, w.statistics(number(mu), number(sigma2))), row("keras", w.out, `= (${z_tilde.map((value) => number(Number(value.toFixed(6)))).join(", ")})`),
    say(w.averages(number(mu_test), number(sigma2_test))), say(w.waver(m, number(deviation(seen)), number(m ** -0.5))),
  ];
}

const first = () => ({ gamma: 2, beta: 1, b: 0, epsilon: 1e-12, power: 6, seed: 1, ...Object.fromEntries(KEYS.map((key, i) => [key, Z[i]])) });
const change = (state, key) => (KEYS.includes(key) ? { ...state, [key]: Number(Math.min(Math.max(state[key], LEAST), MOST).toFixed(1)) } : state);
play("batch_normalization", { words, first, controls, presets, change, draw });
