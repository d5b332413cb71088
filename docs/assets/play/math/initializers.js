/* What ten layers do to the size of the activations, by how large the first weights are. Pure functions, compared with NumPy and with
   dlref's initializers in Node. */
import { activations as functions } from "./activations.js";
import { normals } from "./random.js";

export const LAYERS = 10, EXAMPLES = 8;

/* Standard deviation of the weights of units with n_in inputs. */
export const deviations = { small: (n_in, s) => s, large: () => 1, xavier: (n_in) => Math.sqrt(1 / n_in), he: (n_in) => Math.sqrt(2 / n_in) };

const draw = (normal, count) => Float64Array.from({ length: count }, normal);
/* Normal inputs and kernels of layers of n units, which each way scales; drawing takes longest. */
export function network(n, seed) {
  const normal = normals(seed);
  return { n, inputs: draw(normal, EXAMPLES * n), kernels: Array.from({ length: LAYERS }, () => draw(normal, n * n)) };
}

/* The activations of each layer. */
export function forward({ n, inputs, kernels }, activation, deviation) {
  const g = functions[activation], layers = [];
  let a = inputs;
  for (const kernel of kernels) {
    const z = new Float64Array(EXAMPLES * n);
    for (let i = 0; i < EXAMPLES; i++) for (let j = 0; j < n; j++) {
      const factor = a[i * n + j] * deviation;
      if (factor) for (let k = 0; k < n; k++) z[i * n + k] += factor * kernel[j * n + k];
    }
    layers.push((a = z.map((value) => g(value, 0.01))));
  }
  return layers;
}

export const size = (values) => Math.sqrt(values.reduce((sum, value) => sum + value ** 2, 0) / values.length);
export const share = (values, holds) => values.reduce((count, value) => count + holds(value), 0) / values.length;

export function histogram(values, [low, high], bins) {
  const counts = Array(bins).fill(0);
  for (const value of values) counts[Math.min(Math.floor(((value - low) / (high - low)) * bins), bins - 1)]++;
  return counts;
}
