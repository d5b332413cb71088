/* Distributions of a hyperparameter between two bounds: the value at a share `u` of all draws, and the share below a value. Pure
   functions, compared with Keras Tuner and dlref in Node. */

export const scales = {
  linear: { value: (u, low, high) => low + u * (high - low), share: (value, low, high) => (value - low) / (high - low) },
  log: { value: (u, low, high) => low * (high / low) ** u, share: (value, low, high) => Math.log(value / low) / Math.log(high / low) },
  reverse_log: {
    value: (u, low, high) => high + low - low * (high / low) ** (1 - u),
    share: (value, low, high) => 1 - Math.log((high + low - value) / low) / Math.log(high / low),
  },
  one_minus: {
    value: (u, low, high) => 1 - (1 - low) * ((1 - high) / (1 - low)) ** u,
    share: (value, low, high) => Math.log((1 - value) / (1 - low)) / Math.log((1 - high) / (1 - low)),
  },
};
