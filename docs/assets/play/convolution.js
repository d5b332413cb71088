/* A picture of 6 × 6 pixels and a filter of 3 × 3 that can be changed: the outputs, and the sum at one of their places. */
import { chart, row, say, text } from "./chart.js";
import { convolution, padded, pictures, products, range, true_convolution, turned } from "./math/convolution.js";
import { number, play, svg } from "./play.js";

const F = 3, PLACES = range(F).flatMap((u) => range(F).map((v) => [u, v])), SUBSCRIPTS = "₁₂₃";
const key_of = ([u, v]) => `w${u + 1}${v + 1}`;
const weights = (values) => Object.fromEntries(PLACES.map((place, i) => [key_of(place), values[i]]));
const filter = (state) => range(F).map((u) => range(F).map((v) => state[key_of([u, v])]));
const names = Object.fromEntries(PLACES.map(([u, v]) => [key_of([u, v]), `W${SUBSCRIPTS[u]}${SUBSCRIPTS[v]}`]));
const words = {
  en: {
    ...names, picture: "Picture", options: { lecture: "the lecture's 6 × 6", edge: "an edge, 10 and 0", corner: "a corner", dot: "a single pixel" },
    p: "Padding p", s: "Stride s", mirrored: "Mirror the filter: true convolution", seen: "Picture, and the window", put: "Outputs",
    size: (p, s, size) => `Size: (6 + 2 · ${p} − 3) / ${s} + 1, rounded down: ${size}`, at: (i, j) => `Row ${i}, column ${j}.`, is: (i, j, z) => `Row ${i}, column ${j}: z = ${z}`,
  },
  ko: {
    ...names, picture: "그림", options: { lecture: "강의의 6 × 6", edge: "10과 0의 가장자리", corner: "모서리", dot: "픽셀 하나" },
    p: "패딩 p", s: "스트라이드 s", mirrored: "필터 뒤집기: 진짜 합성곱", seen: "그림과 창", put: "출력",
    size: (p, s, size) => `크기: (6 + 2 · ${p} − 3) / ${s} + 1을 내림하면 ${size}`, at: (i, j) => `${i}행 ${j}열.`, is: (i, j, z) => `${i}행 ${j}열: z = ${z}`,
  },
};
const VERTICAL = [1, 0, -1, 1, 0, -1, 1, 0, -1];
const presets = [
  [{ picture: "edge", j: 1 }, { en: ["An edge", "Bright on the left, dark on the right: two columns of 30 where the window sees both, 0 where all is alike."],
    ko: ["가장자리", "왼쪽이 밝고 오른쪽이 어둡습니다. 창이 둘을 다 보는 두 열은 30이고, 모두 같은 곳은 0입니다."] }],
  [{ picture: "edge", j: 1, ...weights([1, 1, 1, 0, 0, 0, -1, -1, -1]) }, { en: ["The filter turned", "A filter for horizontal edges sees nothing of a vertical one."], ko: ["필터 돌리기", "가로 가장자리의 필터에는 세로 가장자리가 보이지 않습니다."] }],
  [{ picture: "edge", p: 1 }, { en: ["p = 1", "The outputs are as large as the picture, but zeros outside look like an edge of their own."], ko: ["p = 1", "출력이 그림만큼 큽니다. 그러나 바깥의 0이 가장자리처럼 보입니다."] }],
  [{ p: 1, s: 2 }, { en: ["p = 1, s = 2", "Half the size. (6 + 2 − 3) / 2 is 2.5: the last row and column of zeros are never reached."], ko: ["p = 1, s = 2", "크기가 절반입니다. (6 + 2 − 3) / 2는 2.5이므로 0인 마지막 행과 열에는 닿지 않습니다."] }],
  [{ picture: "dot", p: 1, ...weights([1, 2, 3, 0, 0, 0, -1, -2, -3]), i: 1, j: 2 }, { en: ["A single pixel", "It puts out the filter mirrored in both axes. With true convolution it is the filter as it is."],
    ko: ["픽셀 하나", "두 축으로 뒤집힌 필터가 나옵니다. 진짜 합성곱에서는 필터가 그대로 나옵니다."] }],
];
const controls = [
  { key: "picture", options: () => Object.keys(pictures) },
  ...PLACES.map((place) => ({ key: key_of(place), scale: "linear", step: 0.5, min: -3, max: 3, third: true })),
  { key: "p", scale: "linear", min: 0, max: 2 }, { key: "s", scale: "linear", min: 1, max: 3 }, { key: "mirrored" },
  { key: "i", hidden: true, min: 0, max: 7 }, { key: "j", hidden: true, min: 0, max: 7 },
];
const outputs = (state) => (state.mirrored ? true_convolution : convolution)(pictures[state.picture], filter(state), state.p, state.s);

/* Numbers in cells, above 0 filled, below 0 dashed; those of the padding stay empty. */
function grid(parent, values, { title, cell, place, border = 0 }) {
  const n = values.length, most = Math.max(...values.flat().map(Math.abs), 1), room = Math.max(parent.clientWidth, 200) - 20;
  const plot = chart(parent, { title, place, left: 8, height: n * cell + 32, x: [0, room / cell, null], y: [-n, 0], ticks: [0, 0] });
  values.forEach((line, i) => line.forEach((value, j) => {
    const [x, y] = [plot.x(j), plot.y(-i)], inside = Math.min(i, j) >= border && Math.max(i, j) < n - border;
    const kind = value < 0 ? "keras" : "lecture", shade = inside ? Math.abs(value) / most : 0;
    plot.add(svg("rect", { class: `play-bar ${kind}`, x: x + 1, y: y + 1, width: cell - 2, height: cell - 2, style: `fill-opacity: ${(0.45 * shade).toFixed(2)}; stroke-opacity: ${shade ? 1 : 0}` }),
      svg("rect", { class: "play-line data", x, y, width: cell, height: cell }), text(number(value), { x: x + cell / 2, y: y + cell / 2 + 4, "text-anchor": "middle" }));
  }));
  return plot;
}

function draw(parts, state, w, shown, set) {
  const { p, s } = state, x = pictures[state.picture], z = outputs(state), size = z.length, i = Math.min(state.i, size - 1), j = Math.min(state.j, size - 1);
  const cell = Math.min(40, (Math.max(parts.plot.clientWidth, 200) - 20) / (x.length + 2 * p));
  const seen = grid(parts.plot, padded(x, p), { title: w.seen, cell, place: 0, border: p });
  seen.add(svg("rect", { class: "play-line other solid", x: seen.x(s * j), y: seen.y(-s * i), width: F * cell, height: F * cell, style: "stroke-width: 3; stroke-dasharray: none" }));
  const put = grid(parts.plot, z, { title: w.put, cell, place: 1 });
  const near = (value) => Math.min(Math.max(Math.floor(value), 0), size - 1);
  put.handle([j + 0.8, -i - 0.8], { label: `${w.at(i + 1, j + 1)} ${w.move}`, step: 1, move: ([a, b], settled) => set({ i: near(-b), j: near(a) }, settled) });
  const used = state.mirrored ? turned(filter(state)) : filter(state);
  const each = products(x, used, p, s, i, j).map((line) => line.map(number).join(" + ").replaceAll("+ −", "− "));
  return [row("lecture", w.is(i + 1, j + 1, number(z[i][j]))), ...each.map((line, u) => say(`${u ? "+ " : "= "}${line}`.replace("+ −", "− "))), say(w.size(p, s, size))];
}

const first = () => ({ picture: "lecture", ...weights(VERTICAL), p: 0, s: 1, mirrored: false, i: 0, j: 0 });
play("convolution", { words, first, controls, presets, draw });
