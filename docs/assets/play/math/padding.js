/* A net of two hidden units, and the same with a third unit of zeros, trained side by side on one example. Pure functions, compared with
   Keras' gradients and dlref's optimizers in Node. */
import { activations, slopes } from "./activations.js";
import { adam, sgd } from "./optimizers.js";

const X = [1, 2], DELTA = [0.3, -0.1]; // the input, and the gradient that arrives at first
const NARROW = [{ w: [0.5, -0.25], b: 0.125, v: [1, -0.5] }, { w: [-0.75, 0.5], b: 0, v: [0.25, 0.75] }];
const dot = (one, other) => one.reduce((sum, value, i) => sum + value * other[i], 0);

const parameters = ({ w, b, v }) => [...w, b, ...v].map((theta) => ({ theta, m: 0, v: 0 }));
const read = ([w_1, w_2, b, v_1, v_2]) => ({ w: [w_1.theta, w_2.theta], b: b.theta, v: [v_1.theta, v_2.theta] });

function pass(units, activation) {
  const inputs = units.map(({ w, b }) => dot(w, X) + b), a = inputs.map((z) => activations[activation](z, 0.01));
  return { inputs, a, outputs: [0, 1].map((k) => dot(a, units.map(({ v }) => v[k]))) };
}

/* After 0, 1, … steps on half the squared distance to a target: the outputs, the last unit, what it puts out, and its gradients. */
export function train(units, { activation, optimizer, alpha, beta_1 = 0.9, beta_2 = 0.999 }, steps) {
  const step = { sgd, adam }[optimizer], weights = units.map(parameters), seen = [];
  const target = pass(NARROW, activation).outputs.map((output, k) => output - DELTA[k]);
  for (let t = 1; t <= steps + 1; t++) {
    const now = weights.map(read), { inputs, a, outputs } = pass(now, activation), delta = outputs.map((output, k) => output - target[k]);
    const gradients = now.map(({ v }, i) => {
      const dv = delta.map((each) => a[i] * each), db = slopes[activation](inputs[i], 0.01) * dot(v, delta);
      return { dv, dw: X.map((x) => db * x), db };
    });
    seen.push({ outputs, last: now.at(-1), a: a.at(-1), ...gradients.at(-1) });
    weights.forEach((unit, i) => {
      const { dw, db, dv } = gradients[i];
      [...dw, db, ...dv].forEach((g, j) => step(unit[j], g, { alpha, beta_1, beta_2, epsilon: 1e-8 }, t));
    });
  }
  return seen;
}

/* The net with and without the added unit, whose outgoing weights are `v`. */
export const both = (v, settings, steps) => [train(NARROW, settings, steps), train([...NARROW, { w: [0, 0], b: 0, v: [v, v] }], settings, steps)];
export const apart = (narrow, wide) => narrow.map(({ outputs }, t) => Math.hypot(...outputs.map((output, k) => output - wide[t].outputs[k])));
