/* Convolution of one channel with one filter, as networks compute it and as mathematics has it. Pure functions, compared with dlref in
   Node. */
export const range = (n) => Array.from({ length: n }, (_, i) => i);

/* With p rows and columns of zeros on every side. */
export const padded = (x, p) => range(x.length + 2 * p).map((i) => range(x.length + 2 * p).map((j) => x[i - p]?.[j - p] ?? 0));

/* The products of the filter and what lies under it at place (i, j) of the outputs. */
export function products(x, w, p, s, i, j) {
  const seen = padded(x, p);
  return w.map((row, u) => row.map((weight, v) => weight * seen[s * i + u][s * j + v]));
}
export const turned = (w) => [...w].reverse().map((row) => [...row].reverse());

export function size(n, f, p, s) {
  return Math.floor((n + 2 * p - f) / s) + 1; // (1)
}

export function convolution(x, w, p, s) {
  const places = range(size(x.length, w.length, p, s));
  return places.map((i) => places.map((j) => products(x, w, p, s, i, j).flat().reduce((sum, each) => sum + each))); // (2)
}

export function true_convolution(x, w, p, s) {
  return convolution(x, turned(w), p, s); // (3)
}

export const pictures = {
  lecture: [[3, 0, 1, 2, 7, 4], [1, 5, 8, 9, 3, 1], [2, 7, 2, 5, 1, 3], [0, 1, 3, 1, 7, 8], [4, 2, 1, 6, 2, 8], [2, 4, 5, 2, 3, 9]],
  edge: range(6).map(() => [10, 10, 10, 0, 0, 0]),
  corner: range(6).map((i) => range(6).map((j) => (i < 3 && j < 3 ? 10 : 0))),
  dot: range(6).map((i) => range(6).map((j) => (i === 2 && j === 3 ? 10 : 0))),
};
