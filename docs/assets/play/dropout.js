/* Dropout: one mask of a layer, and the input of the next unit over many masks, for both forms. */
import { chart, row, say } from "./chart.js";
import { contributions, inputs, inverted, masks, published, spread, tested } from "./math/dropout.js";
import { number, play } from "./play.js";

const FORMS = ["inverted", "published"];
const words = {
  en: {
    options: { inverted: "Inverted dropout", published: "As first published", lecture: "The lecture’s: 3 and 1", signs: "3 and −2", layer: "64 units" },
    form: "Form", example: "What the units contribute", keep_prob: "keep_prob", count: "Masks", again: "Draw other masks", relu: "The next unit is a ReLU",
    units: (k) => `Mask ${k}: what each unit contributes`, unit: "unit", mask: "mask", mean: "Mean of the masks so far", at: (k) => `Mask ${k}.`,
    values: (z, mean, n, test) => `z = ${z}; mean of ${n} masks ${mean}; at test time ${test}`, expected: "Expected, and its spread",
  },
  ko: {
    options: { inverted: "역 드롭아웃", published: "처음 발표된 방식", lecture: "강의의 예: 3과 1", signs: "3과 −2", layer: "유닛 64개" },
    form: "방식", example: "유닛들이 보태는 값", keep_prob: "keep_prob", count: "마스크 수", again: "마스크 다시 뽑기", relu: "다음 유닛이 ReLU",
    units: (k) => `마스크 ${k}: 유닛마다 보태는 값`, unit: "유닛", mask: "마스크", mean: "지금까지 나온 마스크의 평균", at: (k) => `마스크 ${k}.`,
    values: (z, mean, n, test) => `z = ${z}, 마스크 ${n}개의 평균 ${mean}, 테스트 때 ${test}`, expected: "기댓값과 퍼짐",
  },
};
const presets = [
  [{ example: "layer", keep_prob: 0.8 }, { en: ["64 units", "With many units the masks differ little: the mean settles at the value of the test, and what is left around it is the noise that regularizes."],
    ko: ["유닛 64개", "유닛이 많으면 마스크끼리 차이가 작습니다. 평균은 테스트 때의 값에 자리 잡고, 남는 퍼짐이 규제 효과를 내는 잡음입니다."] }],
  [{ example: "signs", relu: true }, { en: ["Behind a ReLU", "Expectations pass through sums, not through a ReLU: with 3 and −2 the mean of the masks is 2, at test time it is 1."],
    ko: ["ReLU가 뒤에 있으면", "기댓값은 합은 통과하지만 ReLU는 통과하지 못합니다. 3과 −2이면 마스크의 평균은 2이고 테스트 때는 1입니다."] }],
  [{ example: "layer", keep_prob: 0.2 }, { en: ["Mixed up", "Keras counts what is dropped: rate=0.8 is keep_prob = 0.2. Nothing complains; four times as many units are missing, and the spread is four times as large."],
    ko: ["뒤바꾸면", "Keras는 버리는 비율을 적습니다. rate=0.8은 keep_prob = 0.2입니다. 오류는 나지 않지만 버려지는 유닛이 네 배이고 퍼짐도 네 배입니다."] }],
];
const controls = [
  { key: "form", options: () => FORMS }, { key: "example", options: () => Object.keys(contributions) },
  { key: "keep_prob", scale: "linear", step: 0.05, min: 0.05, max: 1 }, { key: "count", scale: "linear", step: 10, min: 10, max: 500 },
  { key: "relu" }, { key: "again", press: ({ seed }) => ({ seed: seed + 1 }) },
  { key: "seed", hidden: true, min: 1, max: 1e6 }, { key: "k", hidden: true, min: 1, max: 500 },
];

function draw(parts, { form, example, keep_prob, count, relu, seed, k: chosen }, w, shown, set) {
  const a = contributions[example], rands = masks(seed, a.length, count), k = Math.min(chosen, shown || 1);
  const both = FORMS.map((name) => ({ ...inputs(name, a, rands, keep_prob, relu), test: tested(name, a, keep_prob, relu), name }));
  const kept = (form === "inverted" ? inverted : published)(a, rands[k - 1], keep_prob), most = Math.max(...a) / (form === "inverted" ? keep_prob : 1);
  const plot = chart(parts.plot, { title: w.units(k), height: 170, x: [0.4, a.length + 0.6, w.unit], y: [Math.min(0, ...a) * 2.2, most * 1.1], ticks: [Math.min(a.length, 6), 4] });
  plot.bars("data", a.map((value, i) => [i + 1, value]), 0.8);
  plot.bars("lecture", kept.map((value, i) => [i + 1, value]).filter(([, value]) => value), a.length > 9 ? 0.8 : 0.4);
  const top = Math.max(...both.flatMap(({ means, test }) => [...means.slice(2), test])) * 1.25;
  const second = chart(parts.plot, { place: 1, title: w.mean, height: 190, x: [1, count, w.mask], y: [0, top], ticks: [5, 4] });
  both.forEach(({ means, test }, i) => { second.rule("data", test, "", false); second.line(["lecture", "keras"][i], means.slice(0, shown).map((mean, j) => [j + 1, mean])); });
  second.rule("data", k);
  second.handle([k, 0], { label: `${w.at(k)} ${w.move}`, step: 1, move: ([to], settled) => set({ k: Math.round(to) }, settled) });
  return [
    ...both.map(({ z, means, test, name }, i) => row(["lecture", "keras"][i], w.options[name], w.values(number(z[k - 1]), number(means[(shown || 1) - 1]), shown, number(test)))),
    ...(relu ? [] : [say(`${w.expected}: ${both.map(({ test, name }) => `${number(test)} ± ${number(spread(name, a, keep_prob))}`).join(", ")}`)]),
  ];
}

const first = () => ({ form: "inverted", example: "lecture", keep_prob: 0.5, count: 200, relu: false, seed: 1, k: 1 });
const change = (state) => ({ ...state, k: Math.min(Math.max(state.k, 1), state.count) });
play("dropout", { words, first, controls, presets, change, length: ({ count }) => count, draw });
