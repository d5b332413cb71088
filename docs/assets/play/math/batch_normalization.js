/* Batch normalization of one channel, and how much its output wavers in random mini-batches. Pure functions, compared with dlref in Node. */
import { normals, several } from "./random.js";

const sum = (values) => values.reduce((one, other) => one + other, 0);
export function batch_normalization(z, { gamma, beta, epsilon, rho = 0.9, mu_test = 0, sigma2_test = 1 }) {
  const m = z.length;
  const mu = sum(z) / m; // (1)
  const sigma2 = sum(z.map((value) => (value - mu) ** 2)) / m; // (2)
  mu_test = rho * mu_test + (1 - rho) * mu; // (3)
  sigma2_test = rho * sigma2_test + (1 - rho) * sigma2; // (4)
  const a = gamma / Math.sqrt(sigma2 + epsilon); // (5)
  const z_tilde = z.map((value) => a * value + (beta - a * mu)); // (6)
  return { z_tilde, mu, sigma2, mu_test, sigma2_test };
}

/* γ and β with which the output is the input. */
export const undoing = ({ mu, sigma2 }, epsilon) => ({ gamma: Math.sqrt(sigma2 + epsilon), beta: mu });

/* One example, 1 standard deviation above the mean, among m − 1 others: its output in `batches` mini-batches, before γ and β. */
export function outputs(m, batches, seed, epsilon) {
  const normal = normals(seed);
  return several(() => batch_normalization([1, ...several(normal, m - 1)], { gamma: 1, beta: 0, epsilon }).z_tilde[0], batches);
}

export function deviation(values) {
  const mean = sum(values) / values.length;
  return Math.sqrt(sum(values.map((value) => (value - mean) ** 2)) / values.length);
}
