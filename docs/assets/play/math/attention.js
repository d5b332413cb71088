/* Additive attention over the letters of a date, and the letter that is written. Pure functions, compared with dlref in Node. */
import { softmax } from "./activations.js";

const dot = (one, other) => one.reduce((sum, value, u) => sum + value * other[u], 0);
const product = (rows, columns) => rows.map((row) => columns[0].map((_, u) => row.reduce((sum, value, k) => sum + value * columns[k][u], 0)));

/* Bahdanau's scores: a row for each query, a column for each key. */
export function scores(Q, K, W_1, W_2, v) {
  const A = product(Q, W_1); // (2)
  const B = product(K, W_2); // (3)
  return A.map((a) => B.map((b) => dot(v, a.map((each, u) => Math.tanh(each + b[u]))))); // (4)
}

/* Of a row of scores the powers of e that softmax divides by their sum, and that sum: 0 where the mask m is 0. */
export function powers(e, m) {
  const most = Math.max(...e.filter((_, j) => m[j])), t = e.map((score, j) => (m[j] ? Math.exp(score - most) : 0));
  return { most, t, sum: t.reduce((one, other) => one + other, 0) };
}

/* For each query weights that add up to 1, or 0 throughout where m lets it look nowhere. */
export function weights(e, m) {
  return e.map((row) => powers(row, m)).map(({ t, sum }) => t.map((each) => (sum ? each / sum : 0))); // (5)
}

export function means(alpha, V) {
  return product(alpha, V); // (6)
}

/* The probabilities of the next letter by what the decoder remembers, s, and what it has found, c: two dense layers. */
export function letter(s, c, [W, b], [W_y, b_y]) {
  const dense = (x, kernel, bias) => product([x], kernel)[0].map((z, u) => z + bias[u]);
  return softmax(dense(dense([...s, ...c], W, b).map(Math.tanh), W_y, b_y));
}
