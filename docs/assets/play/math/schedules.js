/* The learning rates of dlref's schedules after `epoch` epochs, and of what one would take for them in Keras after `step` mini-batches.
   Pure functions, compared with dlref and Keras in Node. */

export function exponential(epoch, { alpha_0, decay_rate }) {
  return decay_rate ** epoch * alpha_0; // (1)
}

export function inverse_time(epoch, { alpha_0, decay_time }) {
  return alpha_0 / (1 + decay_time * epoch); // (1)
}

export function inverse_sqrt(epoch, { alpha_0 }) {
  const t = epoch + 1;
  return alpha_0 / Math.sqrt(t); // (1)
}

export function manual(epoch, { alpha_0, alpha_1, alpha_2, e_1, e_2 }) {
  const values = [alpha_0, alpha_1, alpha_2], boundaries = [e_1, e_2];
  return values[boundaries.filter((e) => epoch >= e).length]; // (1)
}

export function staircase(epoch, { alpha_0, factor, epochs_per_drop }) {
  return factor ** Math.floor(epoch / epochs_per_drop) * alpha_0; // (1)
}

export const schedules = { exponential, inverse_time, inverse_sqrt, manual, staircase };

/* Keras without `staircase=True`, and with the boundaries in steps; of the inverse square root, which it has not, the form by mini-batch. */
export const builtins = {
  exponential: (step, settings) => exponential(step / settings.steps_per_epoch, settings),
  inverse_time: (step, settings) => inverse_time(step / settings.steps_per_epoch, settings),
  inverse_sqrt: (step, settings) => inverse_sqrt(step, settings),
  manual: (step, { alpha_0, alpha_1, alpha_2, e_1, e_2, steps_per_epoch }) => [alpha_0, alpha_1, alpha_2][[e_1, e_2].filter((e) => step > e * steps_per_epoch).length],
  staircase: (step, { alpha_0, factor, epochs_per_drop, steps_per_epoch }) => factor ** (step / (epochs_per_drop * steps_per_epoch)) * alpha_0,
};

export const rate = (name, step, settings) => schedules[name](Math.floor(step / settings.steps_per_epoch), settings);
