/* Three convolutions over a picture of 32 × 32: what they cost, and what one output sees of a row of the picture. */
import { chart, row, say } from "./chart.js";
import { costs, receptive_field, seen_by } from "./math/network_costs.js";
import { number, play, svg } from "./play.js";

const N = 32, LAYERS = [1, 2, 3];
const thousands = (value) => value.toLocaleString("en");
const words = {
  en: {
    ...Object.fromEntries(LAYERS.flatMap((l) => [[`f${l}`, `Layer ${l}: f`], [`s${l}`, "stride s"], [`m${l}`, "filters"]])), same: 'Padding "same"', rows: "A row of the picture, and of each layer above it",
    at: (k) => `Output ${k}.`, sees: (k, field, step) => `Output ${k} of layer 3 sees r = ${field} pixels; neighbours look ${step} apart.`, picture: "32 × 32 × 3, the picture",
    layer: (l, n, m) => `Layer ${l}: ${n} × ${n} × ${m}`, costs: (P, M) => `${P} parameters, ${M} multiplications`, total: (P, M) => `Together ${P} parameters, ${M} multiplications`,
  },
  ko: {
    ...Object.fromEntries(LAYERS.flatMap((l) => [[`f${l}`, `${l}층: f`], [`s${l}`, "스트라이드 s"], [`m${l}`, "필터 수"]])), same: '패딩 "same"', rows: "그림의 한 행과 그 위 각 층의 한 행",
    at: (k) => `출력 ${k}.`, sees: (k, field, step) => `3층의 출력 ${k}: 보는 폭 r = ${field}픽셀, 이웃과의 간격 ${step}픽셀`, picture: "32 × 32 × 3, 그림",
    layer: (l, n, m) => `${l}층: ${n} × ${n} × ${m}`, costs: (P, M) => `매개변수 ${P}개, 곱셈 ${M}번`, total: (P, M) => `모두 매개변수 ${P}개, 곱셈 ${M}번`,
  },
};
const presets = [
  [{ f1: 7, f2: 1, f3: 1 }, { en: ["One filter of 7 × 7", "Three layers of 3 × 3 see as much as one of 7 × 7, with three activations in the place of one."], ko: ["7 × 7 필터 하나", "3 × 3 세 층은 7 × 7 한 층만큼 보면서 활성화 함수를 세 번 지납니다."] }],
  [{ s1: 2, s2: 2 }, { en: ["Strides of 2", "Each stride doubles how far the layers behind it look, and leaves a quarter of the places to compute."], ko: ["스트라이드 2", "스트라이드마다 다음 층이 보는 폭이 두 배가 되고, 계산할 자리는 4분의 1이 됩니다."] }],
  [{ f2: 1, m2: 4, same: true }, { en: ["A bottleneck", "Filters of 1 × 1 see nothing more, but make few channels of many: layer 3 costs a quarter."], ko: ["병목", "1 × 1 필터는 더 보지 못하지만 채널을 줄입니다. 3층의 비용이 4분의 1이 됩니다."] }],
];
const controls = [
  ...LAYERS.flatMap((l) => [
    { key: `f${l}`, scale: "linear", step: 2, min: 1, max: 7, third: true }, { key: `s${l}`, scale: "linear", min: 1, max: 3, third: true }, { key: `m${l}`, scale: "linear", step: 4, min: 4, max: 64, third: true },
  ]),
  { key: "same" }, { key: "k", hidden: true, min: 0, max: N - 1 },
];
const layers_of = (state) => LAYERS.map((l) => [state[`f${l}`], state.same ? (state[`f${l}`] - 1) / 2 : 0, state[`s${l}`], state[`m${l}`]]);

function draw(parts, state, w, shown, set) {
  const layers = layers_of(state), each = costs(N, 3, layers), sizes = [N, ...each.map(({ size }) => size)], last = sizes.at(-1);
  const k = Math.min(state.k, last - 1), spans = seen_by(N, layers, k), { field, step } = receptive_field(layers);
  const plot = chart(parts.plot, { title: w.rows, left: 12, height: 220, x: [-0.5, N - 0.5, null], y: [-0.5, 3.6], ticks: [0, 0] });
  let apart = 1, start = 0; // of the units of a layer, in pixels
  const middles = sizes.map((size, l) => {
    if (l) [start, apart] = [start + ((layers[l - 1][0] - 1) / 2 - layers[l - 1][1]) * apart, apart * layers[l - 1][2]];
    const [from, by] = [start, apart], at = (i) => from + i * by;
    for (let i = 0; i < size; i++) {
      const kind = i >= spans[l][0] && i <= spans[l][1] ? "lecture" : "data";
      plot.add(svg("rect", { class: `play-bar ${kind}`, x: plot.x(at(i)) - 3, y: plot.y(l) - 7, width: 6, height: 14 }));
    }
    return at;
  });
  spans.slice(1).forEach(([low, high], l) => {
    const [below, above] = [spans[l].map(middles[l]), [low, high].map(middles[l + 1])];
    for (const end of [0, 1]) plot.line("data", [[above[end], l + 0.85], [below[end], l + 0.15]]);
  });
  plot.handle([middles[3](k), 3], { label: `${w.at(k + 1)} ${w.move}`, step: apart, move: ([to], settled) => set({ k: Math.min(Math.max(Math.round((to - start) / apart), 0), last - 1) }, settled) });
  const sum = (key) => thousands(each.reduce((total, layer) => total + layer[key], 0));
  return [
    row("lecture", w.sees(k + 1, number(field), number(step))), say(w.picture),
    ...each.map(({ size, parameters, multiplications }, l) => say(`${w.layer(l + 1, size, layers[l][3])}: ${w.costs(thousands(parameters), thousands(multiplications))}`)), say(w.total(sum("parameters"), sum("multiplications"))),
  ];
}

const first = () => ({ f1: 3, s1: 1, m1: 16, f2: 3, s2: 1, m2: 16, f3: 3, s3: 1, m3: 16, same: false, k: 12 });
/* Filters of 7 × 7 and strides of 3 may leave nothing: then the strides are 1 again. */
const change = (state) => (costs(N, 3, layers_of(state)).every(({ size }) => size > 0) ? state : { ...state, s1: 1, s2: 1, s3: 1 });
play("network_costs", { words, first, controls, presets, change, draw });
