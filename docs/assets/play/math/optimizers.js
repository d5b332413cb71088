/* The optimizers of the lectures and of Keras on a surface. Pure functions: tests/docs/test_play.py runs them in Node against
   dlref and Keras. As every update is elementwise, a step moves one parameter `p`, with its slots, along its gradient `g`. */

export function sgd(p, g, { alpha }) {
  p.theta -= alpha * g; // (1)
}

export function momentum(p, g, { alpha, beta_1: beta }) {
  p.v = beta * p.v + (1 - beta) * g; // (1)
  p.theta -= alpha * p.v; // (2)
}

export function cs231n(p, g, { alpha, beta_1: rho }) {
  p.v = rho * p.v + g; // (3)
  p.theta -= alpha * p.v; // (4)
}

export function nesterov(p, g, { alpha, beta_1: rho }) {
  const v_next = rho * p.v - alpha * g; // (1)
  p.theta += rho * v_next - alpha * g; // (2)
  p.v = v_next; // (3)
}

export function adagrad(p, g, { alpha, epsilon }) {
  p.s += g ** 2; // (1)
  p.theta -= (alpha * g) / (Math.sqrt(p.s) + epsilon); // (2)
}

export function rmsprop(p, g, { alpha, beta_2: beta, epsilon }) {
  p.s = beta * p.s + (1 - beta) * g ** 2; // (1)
  p.theta -= (alpha * g) / (Math.sqrt(p.s) + epsilon); // (2)
}

export function rmsprop_inside(p, g, { alpha, beta_2: beta, epsilon }) {
  p.s = beta * p.s + (1 - beta) * g ** 2; // (3)
  p.theta -= (alpha * g) / Math.sqrt(p.s + epsilon); // (4)
}

export function adam(p, g, { alpha, beta_1, beta_2, epsilon }, t) {
  p.m = beta_1 * p.m + (1 - beta_1) * g; // (1)
  p.v = beta_2 * p.v + (1 - beta_2) * g ** 2; // (2)
  const m_hat = p.m / (1 - beta_1 ** t); // (3)
  const v_hat = p.v / (1 - beta_2 ** t); // (4)
  p.theta -= (alpha * m_hat) / (Math.sqrt(v_hat) + epsilon); // (5)
}

/* Keras' own, in the order of its source. */
export function kerasSGD(p, g, { alpha, momentum = 0, nesterov = false }) {
  p.v = momentum * p.v - alpha * g;
  p.theta += nesterov ? momentum * p.v - alpha * g : p.v;
}

export function kerasAdagrad(p, g, { alpha, epsilon }) {
  p.s += g ** 2;
  p.theta -= (alpha * g) / Math.sqrt(p.s + epsilon);
}

export function kerasRMSprop(p, g, { alpha, beta_2: rho, epsilon }) {
  p.s = rho * p.s + (1 - rho) * g ** 2;
  p.theta -= (alpha * g) / Math.sqrt(p.s + epsilon);
}

export function kerasAdam(p, g, { alpha, beta_1, beta_2, epsilon }, t) {
  const rate = (alpha * Math.sqrt(1 - beta_2 ** t)) / (1 - beta_1 ** t);
  p.m += (g - p.m) * (1 - beta_1);
  p.v += (g ** 2 - p.v) * (1 - beta_2);
  p.theta -= (p.m * rate) / (Math.sqrt(p.v) + epsilon);
}

/* Each optimizer with its settings, its built-in, the arguments that one would copy (`same`) and those of the table "Against
   Keras" (`mapped`), which may depend on the parameter's slots and on the step. */
const inside = (s, epsilon) => 2 * epsilon * Math.sqrt(s) + epsilon ** 2; // √(s + 2ε√s + ε²) = √s + ε
const copied = ({ alpha, beta_1 }) => ({ alpha, momentum: beta_1 });
export const optimizers = {
  sgd: { step: sgd, settings: ["alpha"], keras: kerasSGD, name: "SGD", same: ({ alpha }) => ({ alpha }) },
  momentum: {
    step: momentum, settings: ["alpha", "beta_1"], keras: kerasSGD, name: "SGD", same: copied,
    mapped: ({ alpha, beta_1 }) => ({ alpha: alpha * (1 - beta_1), momentum: beta_1 }),
  },
  cs231n: { step: cs231n, settings: ["alpha", "beta_1"], keras: kerasSGD, name: "SGD", same: copied },
  nesterov: {
    step: nesterov, settings: ["alpha", "beta_1"], keras: kerasSGD, name: "SGD",
    same: (settings) => ({ ...copied(settings), nesterov: true }),
  },
  adagrad: {
    step: adagrad, settings: ["alpha", "epsilon"], keras: kerasAdagrad, name: "Adagrad",
    same: (settings) => ({ ...settings, initial_accumulator_value: Math.fround(0.1) }), // Keras passes its 0.1 through float32
    mapped: (settings, p, g) => ({ ...settings, epsilon: inside(p.s + g ** 2, settings.epsilon) }),
  },
  rmsprop: {
    step: rmsprop, settings: ["alpha", "beta_2", "epsilon"], keras: kerasRMSprop, name: "RMSprop", same: (settings) => settings,
    mapped: (settings, p, g) => ({ ...settings, epsilon: inside(settings.beta_2 * p.s + (1 - settings.beta_2) * g ** 2, settings.epsilon) }),
  },
  rmsprop_inside: {
    step: rmsprop_inside, settings: ["alpha", "beta_2", "epsilon"], keras: kerasRMSprop, name: "RMSprop", same: (settings) => settings,
  },
  adam: {
    step: adam, settings: ["alpha", "beta_1", "beta_2", "epsilon"], keras: kerasAdam, name: "Adam", same: (settings) => settings,
    mapped: (settings, p, g, t) => ({ ...settings, epsilon: settings.epsilon * Math.sqrt(1 - settings.beta_2 ** t) }),
  },
};

/* Losses of two parameters, their gradients, the part that is shown, and where one starts. */
export const surfaces = {
  valley: {
    value: (x, y) => (x ** 2 + 25 * y ** 2) / 2,
    gradient: (x, y) => [x, 25 * y],
    window: [-0.8, 1.28, -0.65, 0.65], start: [1, 0.5],
  },
  saddle: {
    value: (x, y) => x ** 4 / 4 - x ** 2 / 2 + y ** 2 / 2,
    gradient: (x, y) => [x ** 3 - x, y],
    window: [-1.6, 1.6, -1, 1], start: [0.001, 0.8],
  },
  bend: {
    value: (x, y) => (1 - x) ** 2 / 20 + (y - x ** 2) ** 2,
    gradient: (x, y) => [(x - 1) / 10 - 4 * x * (y - x ** 2), 2 * (y - x ** 2)],
    window: [-1.6, 1.6, -0.5, 1.5], start: [-1.2, 1],
  },
  plateau: {
    value: (x, y) => 1 - Math.exp(-(x ** 2 + 4 * y ** 2) / 2),
    gradient: (x, y) => [x, 4 * y].map((slope) => slope * Math.exp(-(x ** 2 + 4 * y ** 2) / 2)),
    window: [-1.6, 4.8, -2, 2], start: [4, 0.5],
  },
};

/* Where an optimizer is after 0, 1, … steps; ends early where a number overflows. `settings` may depend on slots and step. */
export function path(step, settings, surface, start, steps) {
  const given = typeof settings === "function" ? settings : () => settings;
  const parameters = start.map((theta) => ({ theta, m: 0, v: 0, s: given({ s: 0 }, 0, 1).initial_accumulator_value ?? 0 }));
  const seen = [[...start]];
  for (let t = 1; t <= steps; t++) {
    const gradient = surfaces[surface].gradient(...seen.at(-1));
    parameters.forEach((p, i) => step(p, gradient[i], given(p, gradient[i], t), t));
    const place = parameters.map((p) => p.theta);
    if (!place.every((theta) => Math.abs(theta) < 1e9)) break;
    seen.push(place);
  }
  return seen;
}

/* The lecture's path, and that of the built-in with copied or mapped arguments. */
export function lecture(name, settings, ...where) {
  return path(optimizers[name].step, settings, ...where);
}

export function builtin(name, settings, mapped, ...where) {
  const { keras, same, mapped: map } = optimizers[name];
  return path(keras, mapped && map ? (p, g, t) => map(settings, p, g, t) : same(settings), ...where);
}

export function distances(one, other) {
  return one.slice(0, other.length).map(([x, y], t) => Math.hypot(x - other[t][0], y - other[t][1]));
}
