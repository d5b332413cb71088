/* The probabilities of one symbol at four steps, and how likely each text is: greedy search against all sequences. */
import { chart, row, say } from "./chart.js";
import { greedy, texts } from "./math/ctc.js";
import { number, play } from "./play.js";

const KEYS = ["p_1", "p_2", "p_3", "p_4"];
const text = (length) => `“${"a".repeat(length)}”`;
const words = {
  en: {
    title: "Drag the probability of a at each step; the rest is the blank's", step: "time step", texts: "Probability of each text", length: "times a", handle: (t, p) => `At step ${t} a has the probability ${p}.`,
    greedy: "greedy", best: "all sequences", sequence: (classes) => `Greedy search reads ${classes}.`, split: "Its one sequence is the likeliest, and its text is not.", same: "Both find the same text.",
  },
  ko: {
    title: "시점마다 a의 확률을 끌어 보십시오. 나머지는 공백 기호의 확률입니다", step: "시점", texts: "텍스트마다의 확률", length: "a의 수", handle: (t, p) => `시점 ${t}에서 a의 확률은 ${p}.`,
    greedy: "탐욕 탐색", best: "모든 경로", sequence: (classes) => `탐욕 탐색이 읽은 것은 ${classes}입니다.`, split: "그 경로 하나는 가장 그럴듯하지만 그 텍스트는 그렇지 않습니다.", same: "둘이 찾은 텍스트가 같습니다.",
  },
};
const at = (values) => Object.fromEntries(KEYS.map((key, i) => [key, values[i]]));
const presets = [
  [at([1, 1, 0, 1]), { en: ["aa-a", "Two steps of a are one a. The blank between makes the second one: the text has two."], ko: ["aa-a", "a가 이어진 두 시점은 a 하나입니다. 그 사이에 공백 기호가 있어야 두 번째 a가 됩니다. 텍스트에는 a가 둘 있습니다."] }],
  [at([1, 1, 1, 1]), { en: ["aaaa", "Without a blank all four are one a, said slowly."], ko: ["aaaa", "공백 기호가 없으면 넷 모두 천천히 말한 a 하나입니다."] }],
  [at([0.5, 0.5, 0.5, 0.5]), { en: ["No idea", "All 16 sequences are as likely. Ten of them say one a, one says nothing and five say two."], ko: ["전혀 모를 때", "경로 16개의 확률이 모두 같습니다. 열 개가 a 하나를, 하나가 빈 텍스트를, 다섯 개가 a 둘을 말합니다."] }],
];
const controls = KEYS.map((key) => ({ key, hidden: true, min: 0, max: 1 }));

function draw(parts, state, w, shown, set) {
  const p = KEYS.map((key) => state[key]), found = texts(p), read = greedy(p), best = found.indexOf(Math.max(...found));
  const plot = chart(parts.plot, { title: w.title, height: 200, x: [0.4, p.length + 0.6, w.step], y: [0, 1.05], ticks: [4, 5] });
  plot.rule("data", 0.5, "", false);
  plot.bars("lecture", p.map((each, i) => [i + 1, each]), 0.5);
  p.forEach((each, i) => plot.handle([i + 1, each], { label: `${w.handle(i + 1, number(each))} ${w.move}`, step: 0.05, alone: false, move: ([, to], settled) => set({ [KEYS[i]]: to }, settled) }));
  const second = chart(parts.plot, { title: w.texts, height: 150, place: 1, x: [-0.6, found.length - 0.4, w.length], y: [0, 1.05], ticks: [3, 3] });
  second.bars("keras", found.map((each, length) => [length, each]), 0.5);
  const classes = read.classes.map((each) => (each ? "a" : "-")).join("");
  return [
    row("lecture", w.greedy, `${text(read.length)}, P = ${number(read.probability)}`), row("keras", w.best, `${text(best)}, P = ${number(found[best])}`),
    say(w.sequence(classes)), say(read.length === best ? w.same : w.split),
  ];
}

const first = () => at([0.4, 0.4, 0, 0]);
const change = (state, key) => ({ ...state, [key]: Number(Math.min(Math.max(state[key], 0), 1).toFixed(2)) });
play("ctc", { words, first, controls, presets, change, draw });
