/* Exponentially weighted averages: a series, its average with and without the correction, and what each value weighs. */
import { chart, d3, row, say } from "./chart.js";
import { average, correction, mistaken, series, weights } from "./math/averages.js";
import { number, play } from "./play.js";

const words = {
  en: {
    series: "Series", beta: "β", days: "Days", again: "Put the corrected value back into the average (the notes’ mistake)",
    options: { temperature: "Temperatures (°F)", ones: "Always 1", ramp: "Rising by 1", jump: "A jump from 0 to 1" },
    day: "day t", value: "θ, v", day_is: (t) => `Day ${t}.`, at: (t, theta) => `Day ${t}: θ = ${theta}`, corrected: "Corrected", plain: "Not corrected", wrong: "Put back",
    share: (sum, window) => `The values so far have the share 1 − β^t = ${sum} of the weight. Window 1/(1 − β) = ${window} days.`,
    weights: (t) => `Weight of each day in v on day ${t}`,
  },
  ko: {
    series: "수열", beta: "β", days: "일수", again: "보정한 값을 평균에 다시 넣기(노트의 오류)",
    options: { temperature: "기온(°F)", ones: "언제나 1", ramp: "하루에 1씩 증가", jump: "0에서 1로 뜀" },
    day: "날 t", value: "θ, v", day_is: (t) => `${t}일째.`, at: (t, theta) => `${t}일째: θ = ${theta}`, corrected: "보정한 값", plain: "보정 전", wrong: "다시 넣은 값",
    share: (sum, window) => `지금까지의 값이 전체 가중치에서 차지하는 몫은 1 − β^t = ${sum}입니다. 창의 길이는 1/(1 − β) = ${window}일입니다.`,
    weights: (t) => `${t}일째의 v에서 각 날의 가중치`,
  },
};

const presets = [
  [{ beta: 0.98, days: 180, t: 60 }, { en: ["β = 0.98", "About 50 days are averaged: smoother, and later. Without the correction the line comes up from 0 for more than three months."],
    ko: ["β = 0.98", "50일쯤을 평균합니다. 더 매끄럽고 더 늦습니다. 보정하지 않으면 석 달 넘게 0에서 올라오는 중입니다."] }],
  [{ beta: 0.5, t: 30 }, { en: ["β = 0.5", "Two days are averaged: the line follows every cold day, and after a week the correction is gone."],
    ko: ["β = 0.5", "이틀을 평균합니다. 추운 날 하루하루를 따라가고, 일주일이면 보정할 것이 없어집니다."] }],
  [{ series: "ramp", t: 60 }, { en: ["How late?", "The series rises by 1 a day; in the end the average is β/(1 − β) = 9 days behind, the mean age of what it holds."],
    ko: ["얼마나 늦을까", "하루에 1씩 커지는 수열입니다. 평균은 결국 β/(1 − β) = 9일 뒤처집니다. 평균에 든 값들의 평균 나이입니다."] }],
  [{ series: "ones", t: 2, days: 10, again: true }, { en: ["The notes’ mistake", "Written as an assignment, V := V/(1 − β^t) goes on with the corrected value: of a series of ones the second average is 5.3."],
    ko: ["노트의 오류", "V := V/(1 − β^t)를 대입문으로 옮기면 보정한 값이 다음 평균에 들어갑니다. 1만 이어져도 두 번째 평균이 5.3이 됩니다."] }],
];

const controls = [
  { key: "series", options: () => Object.keys(series) },
  { key: "beta", scale: "memory", min: 0, max: 0.998 },
  { key: "days", scale: "linear", min: 3, max: 365 },
  { key: "again" },
  { key: "t", hidden: true, min: 1, max: 365 },
];

function draw(parts, { series: name, beta, days, again, t: at }, w, shown, set) {
  const theta = series[name](days), v = average(theta, beta), v_hat = correction(v, beta), wrong = mistaken(theta, beta);
  const days_of = (values) => values.slice(0, shown).map((value, i) => [i + 1, value]);
  const t = Math.min(at, shown), value = (values) => number(values[t - 1] ?? 0);
  const plot = chart(parts.plot, { x: [0, days, w.day], y: [0, 1.15 * Math.max(...theta), w.value] });
  plot.dots("data", days_of(theta));
  plot.line("keras", days_of(v));
  plot.line("lecture", days_of(v_hat));
  if (again) plot.line("other", days_of(wrong));
  plot.rule("data", t);
  plot.handle([at, 0], { label: `${w.day_is(at)} ${w.move}`, step: 1, move: ([to], settled) => set({ t: Math.round(to) }, settled) });
  const second = chart(parts.second, { title: w.weights(t), height: 130, x: [0, days, w.day], y: [0, 1.1 * (1 - beta)], ticks: [6, 3] });
  second.bars("lecture", weights(t, beta).map((weight, i) => [i + 1, weight]));
  return [
    say(w.at(t, value(theta))), row("lecture", w.corrected, `v̂ = ${value(v_hat)}`), row("keras", w.plain, `v = ${value(v)}`),
    ...(again ? [row("other", w.wrong, `v = ${value(wrong)}`)] : []),
    say(w.share(number(d3.sum(weights(t, beta))), number(1 / (1 - beta)))),
  ];
}

const first = () => ({ series: "temperature", beta: 0.9, days: 60, t: 3, again: false });
const change = (state) => ({ ...state, t: Math.min(Math.max(state.t, 1), state.days) });
play("averages", { words, first, controls, presets, change, length: ({ days }) => days, draw });
