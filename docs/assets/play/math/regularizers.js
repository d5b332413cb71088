/* Penalties on weights, their gradients, and where they alone take the weights. Pure functions, compared with dlref in Node. */
import { adam, sgd } from "./optimizers.js";

const sum = (values) => values.reduce((one, other) => one + other, 0);
export function l2(w, lambda, m) {
  return (lambda / (2 * m)) * sum(w.map((each) => each ** 2)); // (1)
}

export function l1(w, lambda, m) {
  return (lambda / (2 * m)) * sum(w.map(Math.abs)); // (2)
}

export function unhalved_l1(w, lambda, m) {
  return (lambda / m) * sum(w.map(Math.abs)); // (3)
}

export const penalties = {
  l2: { price: l2, gradient: (w, lambda, m) => (lambda / m) * w },
  l1: { price: l1, gradient: (w, lambda, m) => (lambda / (2 * m)) * Math.sign(w) },
  unhalved_l1: { price: unhalved_l1, gradient: (w, lambda, m) => (lambda / m) * Math.sign(w) },
};

/* The weights after 0, 1, … steps. `decay` is the optimizer's weight decay of λ/m instead of a penalty: past the moments. */
export function pulled(penalty, optimizer, start, { alpha, lambda, m, beta_1 = 0.9, beta_2 = 0.999 }, steps) {
  const step = { sgd, adam }[optimizer], parameters = start.map((theta) => ({ theta, m: 0, v: 0 })), seen = [[...start]];
  for (let t = 1; t <= steps; t++) {
    for (const p of parameters) {
      const g = penalty === "decay" ? 0 : penalties[penalty].gradient(p.theta, lambda, m);
      if (penalty === "decay") p.theta -= alpha * (lambda / m) * p.theta;
      step(p, g, { alpha, beta_1, beta_2, epsilon: 1e-8 }, t);
    }
    seen.push(parameters.map(({ theta }) => theta));
  }
  return seen;
}
