/* Convolutions one behind the other: their sizes, parameters and multiplications, and what one output sees of the picture. Pure functions,
   compared with dlref in Node. */
import { size } from "./convolution.js";

function multiplications(q, k, n_c, m) {
  return q * k * n_c * m; // (1)
}

/* Of layers [filter, padding, stride, filters] over a picture of n × n with `channels`. */
export function costs(n, channels, layers) {
  const seen = [];
  for (const [f, p, s, m] of layers) {
    n = size(n, f, p, s);
    seen.push({ size: n, parameters: (f * f * channels + 1) * m, multiplications: multiplications(n * n, f * f, channels, m) });
    channels = m;
  }
  return seen;
}

/* How many pixels along an axis an output of the last layer depends on, and how far apart two neighbours look. */
export function receptive_field(layers) {
  let field = 1, step = 1;
  for (const [f, , s] of layers) [field, step] = [field + (f - 1) * step, step * s];
  return { field, step };
}

/* For each layer from the picture on, the first and the last place that output `at` of the last one depends on; padding is cut off. */
export function seen_by(n, layers, at) {
  const sizes = layers.reduce((found, [f, p, s]) => [...found, size(found.at(-1), f, p, s)], [n]);
  let [low, high] = [at, at];
  const spans = [[low, high]];
  for (const [l, [f, p, s]] of [...layers.entries()].reverse()) {
    [low, high] = [Math.max(low * s - p, 0), Math.min(high * s - p + f - 1, sizes[l] - 1)];
    spans.unshift([low, high]);
  }
  return spans;
}
