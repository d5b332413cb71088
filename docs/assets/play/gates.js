/* The memory of one LSTM unit over eight steps, with inputs to drag and the biases of its gates. */
import { chart, row, say } from "./chart.js";
import { lstm } from "./math/gates.js";
import { number, play } from "./play.js";

const STEPS = 8, KEYS = Array.from({ length: STEPS }, (_, i) => `x_${i + 1}`), MOST = 2;
const words = {
  en: {
    b_f: "Forget gate: its bias", b_u: "Update gate: its bias", w_u: "Update gate: its weight of x", b_o: "Output gate: its bias", step: "time step", title: "Drag the inputs x", memory: "Memory c, output a, and the gates",
    c: "memory", a: "output", u: "update gate", f: "forget gate", handle: (t, x) => `x of step ${t} is ${x}.`, left: (share) => `Of what the memory held after step 1, ${share} % is left after step ${STEPS}.`,
  },
  ko: {
    b_f: "망각 게이트의 편향", b_u: "업데이트 게이트의 편향", w_u: "업데이트 게이트에서 x의 가중치", b_o: "출력 게이트의 편향", step: "시점", title: "입력 x를 끌어 보십시오", memory: "기억 c, 출력 a와 게이트",
    c: "기억", a: "출력", u: "업데이트 게이트", f: "망각 게이트", handle: (t, x) => `시점 ${t}의 x는 ${x}.`, left: (share) => `시점 1 다음의 기억 가운데 ${share} %가 시점 ${STEPS} 다음에 남습니다.`,
  },
};
const presets = [
  [{ b_f: 6 }, { en: ["Remember", "With the forget gate open the memory stays as it was at step 1, and so would the gradient: it is multiplied by the same gate."],
    ko: ["기억하기", "망각 게이트가 열려 있으면 기억이 시점 1의 값으로 남습니다. 그레이디언트에도 같은 게이트를 곱하므로 그대로 남습니다."] }],
  [{ b_f: -6 }, { en: ["Forget", "With the forget gate shut each step begins anew, and nothing is left of step 1."], ko: ["잊기", "망각 게이트가 닫혀 있으면 시점마다 새로 시작하고, 시점 1에서 남는 것이 없습니다."] }],
  [{ b_f: 6, b_u: 6, ...Object.fromEntries(KEYS.map((key) => [key, 2])) }, { en: ["Count", "With both gates open every step adds 1: the memory counts, which tanh alone could not. The output stays below 1."],
    ko: ["세기", "두 게이트가 모두 열려 있으면 시점마다 1을 더합니다. tanh만으로는 할 수 없는 세기를 기억이 합니다. 출력은 1보다 작습니다."] }],
  [{ b_f: 6, b_o: -6 }, { en: ["Keep it to itself", "With the output gate shut the memory holds the value and shows nothing of it."], ko: ["드러내지 않기", "출력 게이트가 닫혀 있으면 기억은 값을 지니지만 내보이지 않습니다."] }],
];
const controls = [
  { key: "b_f", scale: "linear", step: 0.5, min: -6, max: 6 }, { key: "b_u", scale: "linear", step: 0.5, min: -6, max: 6 }, { key: "w_u", scale: "linear", step: 0.5, min: -6, max: 6 }, { key: "b_o", scale: "linear", step: 0.5, min: -6, max: 6 },
  ...KEYS.map((key) => ({ key, hidden: true, min: -MOST, max: MOST })),
];

function draw(parts, state, w, shown, set) {
  const x = KEYS.map((key) => state[key]), seen = lstm(x, state), across = [0.4, STEPS + 0.6];
  const plot = chart(parts.plot, { title: w.title, height: 150, x: [...across, w.step], y: [-MOST - 0.5, MOST + 0.5], ticks: [8, 5] });
  plot.line("data", [[0, 0], [STEPS + 1, 0]]);
  x.forEach((value, i) => {
    plot.line("data", [[i + 1, 0], [i + 1, value]]);
    plot.handle([i + 1, value], { label: `${w.handle(i + 1, number(value))} ${w.move}`, step: 0.1, alone: false, move: ([, to], settled) => set({ [KEYS[i]]: to }, settled) });
  });
  const most = Math.max(1, ...seen.map(({ c }) => Math.abs(c))) * 1.15, along = (key) => seen.map((each, i) => [i + 1, each[key]]);
  const second = chart(parts.plot, { title: w.memory, height: 220, place: 1, x: [...across, w.step], y: [-most, most], ticks: [8, 5] });
  second.line("data", [[0, 0], [STEPS + 1, 0]]);
  for (const [kind, key] of [["other", "Gamma_u"], ["fourth", "Gamma_f"], ["keras", "a"], ["lecture", "c"]]) second.line(kind, along(key));
  seen.forEach(({ c }, i) => second.ring("lecture", [i + 1, c]));
  const last = seen.at(-1);
  return [
    row("lecture", w.c, `c = ${number(last.c)}`), row("keras", w.a, `a = ${number(last.a)}`), row("other", w.u, `Γ = ${number(last.Gamma_u)}`), row("fourth", w.f, `Γ = ${number(last.Gamma_f)}`),
    say(w.left(number(100 * seen.slice(1).reduce((share, { Gamma_f }) => share * Gamma_f, 1)))),
  ];
}

const first = () => ({ b_f: 1, b_u: -4, w_u: 4, b_o: 3, ...Object.fromEntries(KEYS.map((key, i) => [key, i ? 0 : 2])) });
const change = (state, key) => (KEYS.includes(key) ? { ...state, [key]: Number(Math.min(Math.max(state[key], -MOST), MOST).toFixed(1)) } : state);
play("gates", { words, first, controls, presets, change, draw });
