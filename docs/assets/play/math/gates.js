/* One memory of an LSTM, whose gates see the input alone. Pure functions, compared with dlref in Node. */
import { sigmoid } from "./activations.js";

/* Of each step: the gates, the memory and the output. */
export function lstm(x, { w_u, b_u, b_f, b_o, w_c = 2 }) {
  let c = 0;
  return x.map((value) => {
    const [z_u, z_f, z_c, z_o] = [w_u * value + b_u, b_f, w_c * value, b_o]; // (1)
    const c_tilde = Math.tanh(z_c); // (2)
    const Gamma_u = sigmoid(z_u); // (3)
    const Gamma_f = sigmoid(z_f); // (4)
    const Gamma_o = sigmoid(z_o); // (5)
    c = Gamma_u * c_tilde + Gamma_f * c; // (6)
    const a = Gamma_o * Math.tanh(c); // (7)
    return { Gamma_u, Gamma_f, Gamma_o, c, a };
  });
}
