/* Exponentially weighted averages, their correction, and the mistake of the notes. Pure functions, compared with dlref in Node. */
import { normals } from "./random.js";

export function average(values, beta) {
  let v = 0;
  return values.map((theta) => {
    v = beta * v + (1 - beta) * theta; // (1)
    return v;
  });
}

export function correction(averages, beta) {
  return averages.map((v, i) => {
    const t = i + 1;
    return v / (1 - beta ** t); // (2)
  });
}

/* The corrected value put back into the average, as the notes can be read. */
export function mistaken(values, beta) {
  let v = 0;
  return values.map((theta, i) => (v = (beta * v + (1 - beta) * theta) / (1 - beta ** (i + 1))));
}

/* How much of v_t each of the values 1, …, t makes. */
export const weights = (t, beta) => Array.from({ length: t }, (_, i) => (1 - beta) * beta ** (t - 1 - i));

/* Days of temperatures whose first three are the lecture's, and plainer series. */
export const series = {
  temperature: (days) => {
    const normal = normals(1);
    return Array.from({ length: days }, (_, i) => [40, 49, 45][i] ?? 50 - 12 * Math.cos((2 * Math.PI * (i - 20)) / 365) + 5 * normal());
  },
  ones: (days) => Array(days).fill(1),
  ramp: (days) => Array.from({ length: days }, (_, i) => i + 1),
  jump: (days) => Array.from({ length: days }, (_, i) => Number(i >= days / 4)),
};
