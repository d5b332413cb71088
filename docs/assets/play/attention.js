/* A date that a recorded network reads and writes letter by letter: where it looks, and what it writes if it may not, or must, look there. */
import { chart, row, say, text } from "./chart.js";
import { letter, means, powers, scores, weights } from "./math/attention.js";
import { element, number, play, svg } from "./play.js";

const { letters, texts, written, ...net } = await (await fetch(new URL("data/dates.json", import.meta.url))).json();
const TEXTS = Object.keys(texts), LONGEST = Math.max(...TEXTS.map((each) => each.length)), MOST = 8, SPACE = "_", SIGN = 1.7; // columns for what is written
const options = Object.fromEntries(TEXTS.map((each) => [each, each]));
const words = {
  en: {
    options, text: "The date that is read", i: "Letter that is written: its place i", plus: "Added to the score e of the chosen letter", hide: "Mask the chosen letter, or show it again", space: "the space",
    title: "Above what is read, on the left what is written", at: (read, put) => `Reads ${read}, writes ${put}.`, cell: (j, read) => `e and α of ${read}, j = ${j}:`, masked: "e counts as −∞", nowhere: "It may look nowhere: all α are 0, and so is c.",
    hand: (e, most, sum) => `α = exp(${e} − max e) / Σ exp = exp(${e} − ${most}) / ${sum}`, row: (i) => `Row i = ${i}:`, writes: (after, put, p) => `${after ? `after “${after}”` : "first"} it writes ${put}, P = ${p}.`, instead: (put, before) => `${put} instead of ${before}`, all: (put) => `All rows: ${put}`,
    caption: (i, size) => `Row i = ${i} by hand; c₁ = Σ α V₁ is the first of the ${size} numbers of the context`, read: "read", sum: "sum",
  },
  ko: {
    options, text: "읽는 날짜", i: "쓰는 글자의 자리 i", plus: "고른 글자의 점수 e에 더하는 값", hide: "고른 글자 가리기 / 다시 보이기", space: "빈칸",
    title: "위는 읽는 글자, 왼쪽은 쓰는 글자", at: (read, put) => `읽는 글자 ${read}, 쓰는 글자 ${put}.`, cell: (j, read) => `읽는 글자 ${read}(j = ${j})의 e와 α:`, masked: "e는 −∞로 칩니다", nowhere: "볼 수 있는 글자가 없습니다. α가 모두 0이고 c도 0입니다.",
    hand: (e, most, sum) => `α = exp(${e} − max e) / Σ exp = exp(${e} − ${most}) / ${sum}`, row: (i) => `행 i = ${i}:`, writes: (after, put, p) => `${after ? `“${after}” 다음에` : "처음에"} 쓰는 글자 ${put}, P = ${p}`, instead: (put, before) => `${put}(기록에서는 ${before})`, all: (put) => `모든 행: ${put}`,
    caption: (i, size) => `손으로 계산한 행 i = ${i}. c₁ = Σ α V₁은 문맥을 이루는 수 ${size}개 가운데 첫째입니다.`, read: "읽는 글자", sum: "합",
  },
};
const presets = [
  [{ mask: 1 << 4 }, { en: ["Mask the y", "Its α of 0.56 becomes 0, and the other letters share what it had. The month becomes 3: March begins with M and a too."],
    ko: ["y 가리기", "0.56이던 y의 α가 0이 되고, 그만큼을 다른 글자들이 나눕니다. 달이 3이 됩니다. March도 M과 a로 시작합니다."] }],
  [{ j: 1, plus: MOST }, { en: ["Look at the day", "With 8 more the score of the 3 is the highest, it gets nearly all of the weight, and the day's 3 is written as the month. Take the addition back step by step: where does it change its mind?"],
    ko: ["일을 보게 하기", "점수에 8을 더하면 3의 점수가 가장 높아져 가중치를 거의 모두 가져가고, 달 자리에 일의 3을 씁니다. 더한 값을 조금씩 줄여 보십시오. 어디에서 답이 바뀝니까?"] }],
  [{ text: TEXTS[3], j: 7 }, { en: ["In Korean", "The month is a digit here and stands in the middle: α of the 5 is 0.97. What is written is the same, where it looks is not."],
    ko: ["한국어로", "여기서는 달이 숫자이고 가운데에 있습니다. 5의 α가 0.97입니다. 쓰는 것은 같고 보는 곳이 다릅니다."] }],
  [{ mask: 2 ** TEXTS[0].length - 1 }, { en: ["Mask everything", "All α are 0, and so is the context. The network still knows what it has written and at which place it is: hyphens and zeros stay right, the other digits are guesses."],
    ko: ["모두 가리기", "α가 모두 0이고 문맥도 0입니다. 신경망은 무엇을 썼고 몇째 자리인지 여전히 압니다. 그래서 붙임표와 0은 맞고, 나머지 숫자는 짐작입니다."] }],
];
const controls = [
  { key: "text", options: () => TEXTS }, { key: "i", scale: "linear", min: 1, max: written.length }, { key: "plus", scale: "linear", step: 0.5, min: -MOST, max: MOST },
  { key: "hide", press: ({ mask, j }) => ({ mask: mask ^ (1 << (j - 1)) }) }, { key: "mask", hidden: true, min: 0, max: 2 ** LONGEST - 1 }, { key: "j", hidden: true, min: 1, max: LONGEST },
];

const recorded = Object.fromEntries(TEXTS.map((each) => [each, scores(texts[each].q, texts[each].k, net.W_1, net.W_2, net.v)]));
const whole = (value, most) => Math.min(Math.max(Math.round(value), 1), most);
/* What may be looked at, the scores with what is added to one, the weights, the means, and the probabilities of what is written. */
function seen({ text: of, i, j, mask, plus }) {
  const m = Array.from(of, (_, at) => ((mask >> at) & 1 ? 0 : 1)), e = recorded[of].map((line) => [...line]), { q, k } = texts[of];
  e[i - 1][j - 1] += plus;
  const alpha = weights(e, m), c = means(alpha, k);
  return { m, e, alpha, c, V: k, P: q.map((s, at) => letter(s, c[at], net.mix, net.logits)) };
}
const fixed = (value, digits = 4) => (value ? value.toFixed(digits) : "0").replace(/^-(?=.*[1-9])/, "−").replace("-", "");
const likeliest = (P) => letters[P.indexOf(Math.max(...P))];

/* Equations (5) and (6) for one row. */
function table({ m, e, alpha, V }, read, { i, j }, w) {
  const score = e[i - 1], shares = alpha[i - 1], { t, sum } = powers(score, m), total = (values) => values.reduce((one, other) => one + other, 0);
  const products = shares.map((share, at) => share * V[at][0]);
  const cell = (textContent, scope) => element(scope ? "th" : "td", scope ? { scope, textContent } : { textContent });
  const line = (name, cells, className = "") => element("tr", { className }, cell(name, "row"), ...cells.map((content) => cell(content)));
  const head = [w.read, "e", "exp(e − max)", "α", "V₁", "α V₁"].map((name) => cell(name, "col"));
  const lines = Array.from(read, (each, at) => line(
    each === " " ? SPACE : each, [m[at] ? fixed(score[at], 3) : "−∞", fixed(t[at]), fixed(shares[at]), fixed(V[at][0], 3), fixed(products[at])], at === j - 1 ? "play-chosen" : "",
  ));
  return element(
    "table", { className: "play-table" }, element("caption", { textContent: w.caption(i, V[0].length) }), element("thead", {}, element("tr", {}, ...head)),
    element("tbody", {}, ...lines), element("tfoot", {}, line(w.sum, ["", fixed(sum), fixed(total(shares)), "", fixed(total(products))])),
  );
}

function draw(parts, state, w, shown, set) {
  const read = state.text, n = read.length, T = written.length, i = whole(state.i, T), j = whole(state.j, n), now = seen({ ...state, i, j });
  const { m, e, alpha, P } = now, put = P.map(likeliest), name = (each) => (each === " " ? w.space : `“${each}”`);
  const room = Math.max(parts.plot.clientWidth, 200) - 20, cell = room / (n + SIGN), high = 17;
  const plot = chart(parts.plot, { title: w.title, left: 8, height: (T + 2.4) * high + 32, x: [-SIGN, room / cell - SIGN, null], y: [-T, 2.4], ticks: [0, 0] });
  const box = (kind, x, y, wide, tall, more = {}) => svg("rect", { class: kind, x: plot.x(x), y: plot.y(y), width: wide * cell, height: tall * high, ...more });
  const shade = (weight) => ({ style: `fill-opacity: ${(0.6 * weight).toFixed(3)}` });
  Array.from(read).forEach((each, at) => {
    const weight = alpha[i - 1][at], middle = { x: plot.x(at + 0.5), "text-anchor": "middle" };
    plot.add(box("play-bar lecture", at, 2.3, 1, 2.1, shade(weight)), text(each === " " ? SPACE : each, { ...middle, y: plot.y(1.3), style: "font-size: 14px" }),
      text(weight < 0.005 ? "0" : weight.toFixed(2).slice(cell < 24 ? 1 : 0), { ...middle, y: plot.y(0.45) }));
    if (!m[at]) plot.add(svg("path", { class: "play-line keras solid", d: `M${middle.x - 8} ${plot.y(1.2)}l16 -16` }));
  });
  alpha.forEach((line, at) => {
    const right = put[at] === written[at];
    plot.add(...line.map((weight, of) => box("play-bar lecture", of, -at, 1, 1, shade(weight))), box("play-grid", 0, -at, n, 1, { fill: "none" }),
      text(right ? put[at] : `${written[at]} → ${put[at]}`, { x: plot.x(-0.2), y: plot.y(-at) + 13, "text-anchor": "end", style: right ? "" : "font-weight: 700" }));
  });
  plot.add(box("play-line other solid", 0, 1 - i, n, 1, { style: "stroke-width: 3" }));
  plot.handle([j - 0.5, 0.5 - i], {
    label: `${w.at(name(read[j - 1]), name(put[i - 1]))} ${w.move}`, step: 1,
    move: ([a, b], settled) => { const to = { i: whole(0.5 - b, T), j: whole(a + 0.5, n) }; set(to.i === i && to.j === j ? {} : { ...to, plus: 0 }, settled); },
  });
  parts.second.replaceChildren(table(now, read, { i, j }, w));
  const { most, sum } = powers(e[i - 1], m), score = number(e[i - 1][j - 1]);
  return [
    row("lecture", w.cell(j, name(read[j - 1])), `${m[j - 1] ? `e = ${score}` : w.masked}, α = ${number(alpha[i - 1][j - 1])}`), ...(sum ? m[j - 1] ? [say(w.hand(score, number(most), number(sum)))] : [] : [say(w.nowhere)]),
    row("other", w.row(i), w.writes(written.slice(0, i - 1), put[i - 1] === written[i - 1] ? name(put[i - 1]) : w.instead(name(put[i - 1]), name(written[i - 1])), number(Math.max(...P[i - 1])))), say(w.all(put.join("") === written ? written : `${written} → ${put.join("")}`)),
  ];
}

const first = () => ({ text: TEXTS[0], i: 7, j: 5, mask: 0, plus: 0 });
/* Another text, or another letter to be written: the letter that it looks at most is chosen. */
function change(state, key) {
  if (key !== "text" && key !== "i") return state;
  const to = { ...state, i: whole(state.i, written.length), mask: key === "text" ? 0 : state.mask, plus: 0, j: 1 }, line = seen(to).alpha[to.i - 1];
  return { ...to, j: line.indexOf(Math.max(...line)) + 1 };
}
play("attention", { words, first, controls, presets, change, draw });
