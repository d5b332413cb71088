/* Boxes to move: two with their IoU, or four with scores, of which non-max suppression keeps some. */
import { chart, row, say, text } from "./chart.js";
import { iou, non_max_suppression, suppressed_by } from "./math/boxes.js";
import { number, play, svg } from "./play.js";

const SIZE = [12, 8], ACROSS = [2, 10], DOWN = [1, 7]; // of the picture, and where the middles of boxes may be
const words = {
  en: {
    w: "Width of box 2", h: "Height of box 2", t: "IoU threshold t", ...Object.fromEntries([1, 2, 3, 4].map((j) => [`s${j}`, `Score of box ${j}`])), picture: "A picture of 12 × 8",
    box: (j) => `Box ${j}.`, shared: (I, U) => `Intersection I = ${I}, union U = ${U}`, iou: (value) => `IoU = ${value}`, found: "At 0.5 this counts as found.", missed: "At 0.5 this does not count as found.",
    kept: (list) => `Kept: ${list}`, keeps: (j, s) => `Box ${j}, score ${s}: kept`, drops: (j, s, i, value) => `Box ${j}, score ${s}: suppressed by box ${i}, IoU ${value}`,
  },
  ko: {
    w: "상자 2의 너비", h: "상자 2의 높이", t: "IoU 임계값 t", ...Object.fromEntries([1, 2, 3, 4].map((j) => [`s${j}`, `상자 ${j}의 점수`])), picture: "12 × 8 그림",
    box: (j) => `상자 ${j}.`, shared: (I, U) => `교집합 I = ${I}, 합집합 U = ${U}`, iou: (value) => `IoU = ${value}`, found: "0.5를 기준으로 찾은 것으로 셉니다.", missed: "0.5를 기준으로 찾은 것으로 세지 않습니다.",
    kept: (list) => `남은 상자: ${list}`, keeps: (j, s) => `상자 ${j}, 점수 ${s}: 남음`, drops: (j, s, i, value) => `상자 ${j}, 점수 ${s}: 상자 ${i}에 억제됨, IoU ${value}`,
  },
};
const presets = {
  iou: [
    [{ x2: 4 }, { en: ["The same box", "Only boxes that agree entirely have an IoU of 1."], ko: ["같은 상자", "완전히 일치하는 상자만 IoU가 1입니다."] }],
    [{ x2: 8 }, { en: ["They touch", "They share a line, which has no area: IoU 0."], ko: ["맞닿을 때", "함께 갖는 것은 선이고 넓이가 없으므로 IoU는 0입니다."] }],
    [{ x2: 4, w: 2, h: 1 }, { en: ["Inside", "All of box 2 lies in box 1, and the IoU is only the ratio of their areas."], ko: ["안에 있을 때", "상자 2가 모두 상자 1 안에 있으면 IoU는 넓이의 비일 뿐입니다."] }],
    [{ x2: 4.5, y2: 4.5, w: 8, h: 6 }, { en: ["Far too large", "It misses nothing of box 1 and still does not count: what it covers besides is in the union."], ko: ["너무 클 때", "상자 1을 모두 덮어도 찾은 것으로 세지 않습니다. 그 밖에 덮은 것이 합집합에 들어갑니다."] }],
  ],
  nms: [
    [{ t: 0.3 }, { en: ["t = 0.3", "Box 1 now suppresses box 3 as well: IoU 4 / 12."], ko: ["t = 0.3", "이제 상자 1이 상자 3도 억제합니다. IoU가 4 / 12입니다."] }],
    [{ t: 0.65 }, { en: ["t = 0.65", "No two boxes overlap that much: the same thing is found three times."], ko: ["t = 0.65", "그만큼 겹치는 상자가 없어서 같은 것을 세 번 찾습니다."] }],
    [{ s2: 0.95 }, { en: ["Box 2 is the surest", "It suppresses both neighbours, and one box is left in the row."], ko: ["상자 2가 가장 확실할 때", "양쪽 이웃을 모두 억제해 그 줄에 상자 하나가 남습니다."] }],
    [{ x4: 5, y4: 3, s4: 0.6 }, { en: ["Two things, one place", "Box 4 finds something else behind the first: it is lost, unless it is of another class."], ko: ["한곳에 있는 둘", "상자 4는 뒤에 있는 다른 것을 찾았지만 없어집니다. 다른 클래스일 때만 남습니다."] }],
  ],
};
const two = ({ mode }) => mode === "iou", several = ({ mode }) => mode === "nms";
const count = (state) => (two(state) ? 2 : 4);
const controls = [
  { key: "w", scale: "linear", step: 0.5, min: 0.5, max: 8, when: two }, { key: "h", scale: "linear", step: 0.5, min: 0.5, max: 6, when: two },
  { key: "t", scale: "linear", step: 0.05, min: 0, max: 1, when: several }, ...[1, 2, 3, 4].map((j) => ({ key: `s${j}`, scale: "linear", step: 0.05, min: 0, max: 1, when: several })),
  ...[1, 2, 3, 4].flatMap((j) => [{ key: `x${j}`, hidden: true, min: ACROSS[0], max: ACROSS[1] }, { key: `y${j}`, hidden: true, min: DOWN[0], max: DOWN[1] }]),
];

function boxes(state) {
  return Array.from({ length: count(state) }, (_, at) => {
    const j = at + 1, [x, y, w, h] = [state[`x${j}`], state[`y${j}`], ...(two(state) && j === 2 ? [state.w, state.h] : [4, 2])];
    return [x - w / 2, y - h / 2, x + w / 2, y + h / 2];
  });
}

function draw(parts, state, w, shown, set) {
  const all = boxes(state), scores = all.map((_, at) => state[`s${at + 1}`]), by = two(state) ? [null, null] : suppressed_by(all, scores, state.t);
  const plot = chart(parts.plot, { title: w.picture, left: 12, height: 300, x: [0, SIZE[0], null], y: [-SIZE[1], 0], ticks: [0, 0] });
  const rect = (kind, [l, t, r, b]) => svg("rect", { class: kind, x: plot.x(l), y: plot.y(-t), width: Math.max(plot.x(r) - plot.x(l), 0), height: Math.max(plot.y(-b) - plot.y(-t), 0) });
  plot.add(rect("play-line data", [0, 0, ...SIZE]));
  if (two(state)) {
    const [one, other] = all, low = [0, 1].map((k) => Math.max(one[k], other[k])), high = [2, 3].map((k) => Math.min(one[k], other[k]));
    if (low.every((value, k) => value < high[k])) plot.add(rect("play-floor", [...low, ...high]));
  }
  all.forEach((box, at) => {
    const j = at + 1, kind = two(state) ? ["lecture", "keras"][at] : by[at] === null ? "lecture" : "other";
    plot.add(rect(`play-line ${kind}`, box));
    const half = (value, [least, most]) => Math.min(Math.max(Math.round(2 * value) / 2, least), most);
    const aside = (box[2] - box[0]) * ((at + 0.5) / all.length - 0.5); // so that no handle hides another
    plot.add(text(String(j), { x: plot.x(state[`x${j}`] + aside), y: plot.y(-state[`y${j}`]) - 10, "text-anchor": "middle" }));
    plot.handle([state[`x${j}`] + aside, -state[`y${j}`]], { label: `${w.box(j)} ${w.move}`, step: 0.5, alone: false, move: ([x, y], settled) => set({ [`x${j}`]: half(x - aside, ACROSS), [`y${j}`]: half(-y, DOWN) }, settled) });
  });
  if (two(state)) {
    const { I, U, IoU } = iou(...all);
    return [row("lecture", w.iou(number(IoU))), say(w.shared(number(I), number(U))), say(IoU >= 0.5 ? w.found : w.missed)];
  }
  const kept = non_max_suppression(all, scores, state.t).map((at) => at + 1);
  return [say(w.kept(kept.join(", "))), ...all.map((box, at) => {
    const score = number(scores[at]);
    return by[at] === null ? row("lecture", w.keeps(at + 1, score)) : row("other", w.drops(at + 1, score, by[at] + 1, number(iou(all[by[at]], box).IoU)));
  })];
}

const PLACES = { iou: [[4, 3], [6, 3]], nms: [[4, 3], [5, 3], [6, 3], [8, 6]] };
const first = (mode) => ({
  mode, w: 4, h: 2, t: 0.5, s1: 0.9, s2: 0.8, s3: 0.7, s4: 0.6,
  ...Object.fromEntries(PLACES[mode].flatMap(([x, y], at) => [[`x${at + 1}`, x], [`y${at + 1}`, y]])),
});
play("boxes", { words, first, controls, presets, draw });
