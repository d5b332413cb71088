/* Draws of a hyperparameter on different scales, on an axis where every decade has the same width. */
import { chart, row, say, text } from "./chart.js";
import { several, uniforms } from "./math/random.js";
import { scales } from "./math/scales.js";
import { number, play } from "./play.js";

const KINDS = ["lecture", "keras", "other", "fourth"];
const words = {
  en: {
    options: { alpha: "α, a learning rate", beta: "β, of an average", linear: "linear", log: "log", reverse_log: "reverse_log", one_minus: "1 − β on a log scale" },
    kind: "Hyperparameter", low: "Lowest exponent", high: "Highest exponent", draws: "Draws", again: "Draw again", title: ({ kind }) => (kind === "alpha" ? "α, every decade as wide" : "β, every decade of 1 − β as wide"),
    at: (name, value) => `${name} = ${value}`, says: (below, above, median) => `below ${below} %, above ${above} %, median ${median}`, window: (value) => `An average with this β reaches over 1/(1 − β) = ${value} values.`,
  },
  ko: {
    options: { alpha: "α(학습률)", beta: "β(평균의 가중치)", linear: "linear", log: "log", reverse_log: "reverse_log", one_minus: "1 − β의 로그 척도" },
    kind: "하이퍼파라미터", low: "가장 작은 지수", high: "가장 큰 지수", draws: "뽑는 횟수", again: "다시 뽑기", title: ({ kind }) => (kind === "alpha" ? "α, 열 배마다 같은 너비" : "β, 1 − β의 열 배마다 같은 너비"),
    at: (name, value) => `${name} = ${value}`, says: (below, above, median) => `아래 ${below} %, 위 ${above} %, 중앙값 ${median}`, window: (value) => `이 β의 평균은 값 1/(1 − β) = ${value}개를 봅니다.`,
  },
};
const presets = [
  [{ at: 0.001 }, { en: ["A quarter below 0.001", "On a log scale each of the four decades gets a quarter of the draws. On a linear one a tenth of a percent lies below 0.001."],
    ko: ["0.001 아래 4분의 1", "로그 척도에서는 네 자릿수가 저마다 4분의 1씩 가져갑니다. 선형 척도에서는 0.001 아래가 0.1 %입니다."] }],
  [{ kind: "beta", low: -3, high: -1, at: 0.99 }, { en: ["β", "1 − β on a log scale has its median at 0.99: an average of 100 values. Linear and log try hardly anything above it."],
    ko: ["β", "1 − β의 로그 척도는 중앙값이 0.99, 곧 값 100개의 평균입니다. linear와 log는 그 위를 거의 시도하지 않습니다."] }],
  [{ kind: "beta", low: -3, high: -1, at: 0.951 }, { en: ["reverse_log is not it", "Its name suggests 1 − β on a log scale. It mirrors the scale of β itself, and between 0.9 and 0.999 that is nearly linear: median 0.951."],
    ko: ["reverse_log는 다릅니다", "이름은 1 − β의 로그 척도 같지만 β 자체의 로그 척도를 뒤집은 것입니다. 0.9와 0.999 사이에서는 거의 선형이라 중앙값이 0.951입니다."] }],
];
const names = ({ kind }) => Object.keys(scales).filter((name) => kind === "beta" || name !== "one_minus");
const bounds = ({ kind, low, high }) => (kind === "alpha" ? [10 ** low, 10 ** high] : [1 - 10 ** high, 1 - 10 ** low]).map((value) => Number(value.toPrecision(12)));
const controls = [
  { key: "kind", options: () => ["alpha", "beta"] }, { key: "low", scale: "linear", step: 0.5, min: -6, max: -1.5 }, { key: "high", scale: "linear", step: 0.5, min: -5, max: 0 },
  { key: "draws", scale: "linear", step: 10, min: 10, max: 500 }, { key: "again", press: ({ seed }) => ({ seed: seed + 1 }) },
  { key: "seed", hidden: true, min: 1, max: 1e6 }, { key: "at", hidden: true, min: 0, max: 1 },
];

function draw(parts, state, w, shown, set) {
  const { kind, draws, seed, at } = state, [low, high] = bounds(state), rows = names(state), uniform = uniforms(seed);
  const is = w.at(kind === "alpha" ? "α" : "β", number(at));
  const on = (value) => (kind === "alpha" ? value : 1 - value);
  const plot = chart(parts.plot, { title: w.title(state), height: 60 + 55 * rows.length, left: 12, x: [on(low), on(high), kind === "alpha" ? "α" : "β", true], y: [rows.length + 0.5, 0.3], ticks: [6, 0], names: { x: (value) => number(on(value)) } });
  rows.forEach((name, i) => {
    plot.dots(KINDS[i], several(uniform, draws).map((u) => [on(scales[name].value(u, low, high)), i + 0.75 + 0.5 * uniform()]));
    plot.line(`${KINDS[i]} solid`, [i + 0.7, i + 1.3].map((y) => [on(scales[name].value(0.5, low, high)), y]));
    plot.add(text(w.options[name], { x: 4, y: plot.y(i + 0.62) }));
  });
  plot.rule("data", on(at));
  plot.handle([on(at), rows.length + 0.5], { label: `${is}. ${w.move}`, move: ([to], settled) => set({ at: on(to) }, settled) });
  const percent = (share) => number(Number((100 * share).toPrecision(3)));
  return [
    say(is),
    ...rows.map((name, i) => {
      const share = Math.min(Math.max(scales[name].share(at, low, high), 0), 1);
      return row(KINDS[i], w.options[name], w.says(percent(share), percent(1 - share), number(scales[name].value(0.5, low, high))));
    }),
    ...(kind === "beta" ? [say(w.window(number(1 / (1 - at))))] : []),
  ];
}

const first = () => ({ kind: "alpha", low: -4, high: 0, draws: 100, seed: 1, at: 0.1 });
function change(state, key) {
  if (key === "kind") return { ...state, ...(state.kind === "alpha" ? { low: -4, high: 0, at: 0.1 } : { low: -3, high: -1, at: 0.99 }) };
  const most = state.kind === "alpha" ? 0 : -0.5;
  const highest = Math.min(key === "low" ? Math.max(state.high, state.low + 0.5) : state.high, most), lowest = Math.min(state.low, highest - 0.5);
  const [low, high] = bounds({ ...state, low: lowest, high: highest });
  return { ...state, low: lowest, high: highest, at: Number(Math.min(Math.max(state.at, low), high).toPrecision(4)) };
}
play("scales", { words, first, controls, presets, change, draw });
