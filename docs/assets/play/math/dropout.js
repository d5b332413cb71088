/* Dropout, inverted and as first published, of given random numbers, and what follows from many masks. Pure functions, compared with
   dlref in Node. */
import { several, uniforms } from "./random.js";

export function inverted(a, rand, keep_prob) {
  const d = rand.map((value) => value < keep_prob); // (1)
  return a.map((value, i) => (d[i] ? value / keep_prob : 0)); // (2)
}

/* Without random numbers it is the test. */
export function published(a, rand, p) {
  if (rand) {
    const d = rand.map((value) => value < p); // (3)
    return a.map((value, i) => (d[i] ? value : 0)); // (4)
  }
  return a.map((value) => value * p); // (5)
}

export const contributions = { lecture: [3, 1], signs: [3, -2], layer: Array.from({ length: 64 }, (_, i) => [3, 1, 2, 4][i % 4] / 16) };

const sum = (values) => values.reduce((one, other) => one + other, 0);
/* Random numbers of `count` masks. */
export function masks(seed, units, count) {
  const uniform = uniforms(seed);
  return several(() => several(uniform, units), count);
}
/* What comes to the next unit under each mask, a ReLU or not, and the mean of the masks so far. */
export function inputs(form, a, rands, keep_prob, relu) {
  const z = rands.map((rand) => sum((form === "inverted" ? inverted : published)(a, rand, keep_prob))).map((value) => (relu ? Math.max(value, 0) : value));
  let total = 0;
  return { z, means: z.map((value, i) => (total += value) / (i + 1)) };
}
export function tested(form, a, p, relu) {
  const z = sum(form === "inverted" ? a : published(a, null, p));
  return relu ? Math.max(z, 0) : z;
}
/* Standard deviation of the sum. */
export const spread = (form, a, p) => Math.sqrt(sum(a.map((value) => value ** 2 * (form === "inverted" ? (1 - p) / p : p * (1 - p)))));
