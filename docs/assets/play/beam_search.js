/* Four sentences, their probabilities to drag, and a beam that finds one: who is at fault where it is another than was written? */
import { chart, row, say } from "./chart.js";
import { fault, score, search } from "./math/beam_search.js";
import { number, play } from "./play.js";

const WORDS = ["", "going", "visiting", "to", "Africa"], START = 5, END = 0;
const SENTENCES = { A: [1, 0], B: [1, 3, 4, 0], C: [2, 0], D: [2, 4, 0] }, LETTERS = Object.keys(SENTENCES), KEYS = ["p_1", "p_2", "p_3"];
const read = (tokens) => tokens.map((token) => WORDS[token]).join(" ").trim();
const ended = (tokens) => read(tokens) + (tokens.at(-1) === END ? "." : "");
const NAMES = ["P(going | Jane is)", "P(to | going)", "P(Africa | visiting)"];
const options = Object.fromEntries(LETTERS.map((letter) => [letter, `${letter}: ${read(SENTENCES[letter])}`]));
const words = {
  en: {
    options, B: "Beam width B", alpha: "Length penalty α", y: "Written by a person, y*", title: "Drag the probabilities", scores: "Score c of each sentence: the highest wins", sentence: "sentence",
    handle: (name, p) => `${name} is ${p}.`, found: "found, ŷ", written: "written, y*", kept: (lists) => `The beam keeps ${lists.map((list) => list.map((each) => `“${each}”`).join(", ")).join("; then ")}.`,
    right: "ŷ is y*: right.", search: "The search is at fault: for the model y* is better, and the beam has lost it.", model: "The model is at fault: it does not hold y* for better than ŷ.",
  },
  ko: {
    options, B: "빔 너비 B", alpha: "길이 벌점 α", y: "사람이 쓴 y*", title: "확률을 끌어 보십시오", scores: "문장마다의 점수 c: 가장 높은 것이 이깁니다", sentence: "문장",
    handle: (name, p) => `${name}은 ${p}.`, found: "찾은 ŷ", written: "사람이 쓴 y*", kept: (lists) => `빔에 남는 것: ${lists.map((list) => list.map((each) => `“${each}”`).join(", ")).join(" → ")}.`,
    right: "ŷ와 y*가 같습니다. 맞았습니다.", search: "탐색 탓입니다. 모델은 y*를 더 좋게 보는데 빔이 버렸습니다.", model: "모델 탓입니다. 모델이 y*를 ŷ보다 좋게 보지 않습니다.",
  },
};
const presets = [
  [{ B: 2 }, { en: ["A wider beam", "A beam of two keeps “visiting” beside “going”, and finds the sentence that the model holds for the best."], ko: ["더 넓은 빔", "너비가 2인 빔은 “going” 옆에 “visiting”도 남기므로 모델이 가장 좋게 보는 문장을 찾습니다."] }],
  [{ B: 4, y: "B" }, { en: ["The model", "The beam is so wide that nothing is lost, and still it finds another sentence. No wider beam will help."], ko: ["모델 탓", "빔이 넓어 아무것도 버리지 않는데도 다른 문장을 찾습니다. 더 넓은 빔은 도움이 되지 않습니다."] }],
  [{ p_1: 0.6, p_2: 0.4, p_3: 0.5, B: 4, y: "B" }, { en: ["Too short", "With α = 0 two factors beat four: “going” wins. Move α to 1 and the whole sentence does."], ko: ["너무 짧은 문장", "α = 0이면 곱하는 확률이 둘인 “going”이 넷인 문장을 이깁니다. α를 1로 옮기면 긴 문장이 이깁니다."] }],
];
const controls = [
  { key: "B", scale: "linear", min: 1, max: 4 }, { key: "alpha", scale: "linear", step: 0.1, min: 0, max: 1 }, { key: "y", options: () => LETTERS },
  ...KEYS.map((key) => ({ key, hidden: true, min: 0, max: 1 })),
];

const table = ({ p_1: p, p_2: q, p_3: r }) => [[1, 0, 0, 0, 0], [1 - q, 0, 0, q, 0], [1 - r, 0, 0, 0, r], [0, 0, 0, 0, 1], [1, 0, 0, 0, 0], [0, p, 1 - p, 0, 0]];

function draw(parts, state, w, shown, set) {
  const { B, alpha } = state, model = table(state), { found: [found], kept } = search(model, { start: START, end: END, longest: 4, B, alpha });
  const all = LETTERS.map((letter) => score(model, SENTENCES[letter], START, alpha)), written = all[LETTERS.indexOf(state.y)];
  const plot = chart(parts.plot, { title: w.title, height: 170, x: [0.4, 3.6, null], y: [0, 1.05], ticks: [3, 5] });
  plot.bars("lecture", KEYS.map((key, i) => [i + 1, state[key]]), 0.5);
  KEYS.forEach((key, i) => plot.handle([i + 1, state[key]], { label: `${w.handle(NAMES[i], number(state[key]))} ${w.move}`, step: 0.05, alone: false, move: ([, to], settled) => set({ [key]: to }, settled) }));
  const least = -4, second = chart(parts.plot, { title: w.scores, height: 190, place: 1, x: [0.4, 4.6, w.sentence], y: [least, 0], ticks: [4, 5], names: { x: (tick) => LETTERS[tick - 1] } });
  const bar = ({ tokens, c }) => [LETTERS.findIndex((letter) => `${SENTENCES[letter]}` === `${tokens}`) + 1, Math.max(c, least)];
  second.bars("data", all.map(bar), 0.7);
  second.bars("lecture", [bar(found)], 0.7);
  second.bars("keras", [bar(written)], 0.3);
  const told = ({ tokens, s, c }) => `“${read(tokens)}”, P = ${number(Math.exp(s))}, c = ${number(c).replace("∞", "−∞")}`;
  return [
    row("lecture", w.found, told(found)), row("keras", w.written, told(written)), say(w[fault(written, found)]), say(w.kept(kept.map((each) => each.map(ended)))),
    say(KEYS.map((key, i) => `${NAMES[i]} = ${number(state[key])}`).join(", ")),
  ];
}

const first = () => ({ p_1: 0.6, p_2: 0.55, p_3: 0.9, B: 1, alpha: 0, y: "D" });
const change = (state, key) => (KEYS.includes(key) ? { ...state, [key]: Number(Math.min(Math.max(state[key], 0), 1).toFixed(2)) } : state);
play("beam_search", { words, first, controls, presets, change, draw });
