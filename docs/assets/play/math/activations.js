/* Activations and their slopes. Pure functions, compared with dlref and its gradients in Node. */

export function sigmoid(z) {
  return 1 / (1 + Math.exp(-z)); // (1)
}

export function tanh(z) {
  return Math.tanh(z); // (2)
}

export function relu(z) {
  return Math.max(0, z); // (3)
}

export function leaky_relu(z, a) {
  return Math.max(a * z, z); // (4)
}

export function elu(z, a) {
  return z > 0 ? z : a * Math.expm1(z); // (5)
}

/* Softmax of z / temperature. */
export function softmax(z, temperature = 1) {
  const most = Math.max(...z), sum = (values) => values.reduce((one, other) => one + other);
  const t = z.map((value) => Math.exp((value - most) / temperature)); // (6)
  return t.map((value) => value / sum(t)); // (7)
}

export function hard_max(z) {
  const largest = z.indexOf(Math.max(...z));
  return z.map((_, j) => Number(j === largest)); // (8)
}

export const activations = { sigmoid, tanh, relu, leaky_relu, elu };

/* At 0, where three of them have none, it is that of the left. */
export const slopes = {
  sigmoid: (z) => sigmoid(z) * sigmoid(-z),
  tanh: (z) => 1 - Math.tanh(z) ** 2,
  relu: (z) => Number(z > 0),
  leaky_relu: (z, a) => (z > 0 ? 1 : a),
  elu: (z, a) => (z > 0 ? 1 : a * Math.exp(z)),
};
