/* BLEU of a translation that one puts together word by word, against two by people. */
import { chart, row, say } from "./chart.js";
import { bleu } from "./math/bleu.js";
import { number, play } from "./play.js";

const REFERENCES = ["the cat is on the mat", "there is a cat on the mat"].map((text) => text.split(" "));
const KEYS = Array.from({ length: 7 }, (_, i) => `w_${i + 1}`), WORDS = ["the", "cat", "is", "on", "mat", "there", "a", "dog", "-"];
const options = Object.fromEntries(WORDS.map((word) => [word, word]));
const words = {
  en: {
    options, ...Object.fromEntries(KEYS.map((key, i) => [key, `Word ${i + 1}`])), N: "Longest runs of words N", n: "n", precisions: "Precision of runs of n words", p: "p, clipped", unclipped: "without clipping",
    shares: (shares) => shares.join(", "), bp: (BP, c) => `Brevity penalty ${BP} for ${c} words.`, references: `References: “${REFERENCES.map((each) => each.join(" ")).join("”, “")}”.`,
  },
  ko: {
    options, ...Object.fromEntries(KEYS.map((key, i) => [key, `단어 ${i + 1}`])), N: "가장 긴 단어 묶음 N", n: "n", precisions: "단어 n개 묶음의 정밀도", p: "잘라 센 p", unclipped: "자르지 않으면",
    shares: (shares) => shares.join(", "), bp: (BP, c) => `단어가 ${c}개이면 짧은 번역의 벌점은 ${BP}입니다.`, references: `참조 번역: “${REFERENCES.map((each) => each.join(" ")).join("”, “")}”.`,
  },
};
const candidate = (text) => Object.fromEntries(KEYS.map((key, i) => [key, text.split(" ")[i] ?? "-"]));
const presets = [
  [{ ...candidate("the the the the the the the"), N: 1 }, { en: ["Seven times the", "Every word stands in a reference, but no reference has more than two: 2 of 7 count, not 7."], ko: ["the 일곱 번", "단어가 모두 참조 번역에 있지만, 어느 참조 번역에도 둘보다 많지 않습니다. 7개가 아니라 2개만 셉니다."] }],
  [{ ...candidate("the cat"), N: 2 }, { en: ["Too short", "Both words and their order are right. The brevity penalty is all that is wrong with it."], ko: ["너무 짧으면", "두 단어도 그 순서도 맞습니다. 짧은 번역에 주는 벌점만이 점수를 낮춥니다."] }],
  [{ ...candidate("mat the on is cat the"), N: 2 }, { en: ["Backwards", "All words are right, and no two of them stand in this order: with pairs of words nothing is left."], ko: ["거꾸로", "단어는 모두 맞지만 이 순서로 이어진 두 단어는 없습니다. 두 단어 묶음까지 보면 점수가 남지 않습니다."] }],
  [{ ...candidate("there is a cat on the mat"), N: 4 }, { en: ["A reference", "One of the references itself has 1."], ko: ["참조 번역 그대로", "참조 번역과 같으면 1입니다."] }],
];
const controls = [{ key: "N", scale: "linear", min: 1, max: 4 }, ...KEYS.map((key) => ({ key, options: () => WORDS, third: true }))];

function draw(parts, state, w) {
  const tokens = KEYS.map((key) => state[key]).filter((word) => word !== "-"), { p, BP, BLEU, found } = bleu(tokens, REFERENCES, state.N);
  const plot = chart(parts.plot, { title: w.precisions, height: 220, x: [0.4, 4.6, w.n], y: [0, 1.05], ticks: [4, 5] });
  plot.bars("keras", found.map(({ h, unclipped }, i) => [i + 1, unclipped / Math.max(h, 1)]), 0.7);
  plot.bars("lecture", p.map((each, i) => [i + 1, each]), 0.4);
  return [
    say(`BLEU = ${number(BLEU)}`), row("lecture", w.p, w.shares(found.map(({ m, h }) => `${m}/${h}`))), row("keras", w.unclipped, w.shares(found.map(({ h, unclipped }) => `${unclipped}/${h}`))),
    say(w.bp(number(BP), tokens.length)), say(w.references),
  ];
}

const first = () => ({ N: 2, ...candidate("the cat the cat on the mat") });
play("bleu", { words, first, controls, presets, draw });
