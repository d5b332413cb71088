/* Cross-entropies and what they pull at the logits. Pure functions, compared with dlref, Keras and their gradients in Node. */
import { sigmoid, softmax } from "./activations.js";

const softplus = (z) => Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z)));
export const smooth = (y, smoothing) => y * (1 - smoothing) + smoothing / 2;

export function binary(z, y) {
  return y * softplus(-z) + (1 - y) * softplus(z); // (1), log ŷ being −softplus(−z)
}

export const binary_pull = (z, y) => sigmoid(z) - y;

/* From the probability in float32, clipped as dlref and Keras do. */
const LEAST = Math.fround(1e-7), MOST = Math.fround(1 - 1e-7);
const rounded = (z) => Math.fround(sigmoid(z));
export function binary_of_probability(z, y) {
  const y_hat = Math.min(Math.max(rounded(z), LEAST), MOST);
  return -y * Math.log(y_hat) - (1 - y) * Math.log(1 - y_hat);
}
export function pull_of_probability(z, y) {
  const y_hat = rounded(z);
  return y_hat < LEAST || y_hat > MOST ? 0 : ((1 - y) / (1 - y_hat) - y / y_hat) * sigmoid(z) * sigmoid(-z);
}

/* What the squared error (ŷ − y)² pulls. */
export const squared_pull = (z, y) => 2 * (sigmoid(z) - y) * sigmoid(z) * sigmoid(-z);

/* The loss of the class `label`, which is 0, 1, …, and ŷ − y. */
export const categorical = (z, label) => Math.max(...z) - z[label] + Math.log(z.reduce((sum, value) => sum + Math.exp(value - Math.max(...z)), 0));
export const categorical_pull = (z, label) => softmax(z).map((y_hat, j) => y_hat - Number(j === label));
