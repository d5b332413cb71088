/* Searches on a recorded sweep: a point of the unit square takes the result of the nearest training. Pure functions, compared with dlref's
   coarse to fine in Node. */
import { uniforms } from "./random.js";

/* How many examples were wrong where `point` lies among the trainings, whose places are evenly spaced. */
export const result = (wrong, [p, q]) => wrong[Math.round(p * (wrong.length - 1))][Math.round(q * (wrong[0].length - 1))];

/* Each point in the middle of its cell. */
export function grid(trials) {
  const side = Math.floor(Math.sqrt(trials));
  return Array.from({ length: side * side }, (_, i) => [(Math.floor(i / side) + 0.5) / side, ((i % side) + 0.5) / side]);
}

export const WHOLE = [[0, 1], [0, 1]];
export const random = (trials, uniform, box = WHOLE) => Array.from({ length: trials }, () => box.map(([low, high]) => low + uniform() * (high - low)));

/* Where the best points lie, and as much around them as they fall short of their region on average. */
export const zoom = (best) => [0, 1].map((axis) => {
  const places = best.map((point) => point[axis]), low = Math.min(...places), high = Math.max(...places);
  const margin = Math.max(0.05, (high - low) / (places.length - 1));
  return [Math.max(low - margin, 0), Math.min(high + margin, 1)];
});

/* The points in their order, their results, and how many were drawn before a zoom and where it went. */
export function search(method, trials, seed, wrong) {
  const uniform = uniforms(seed), all = (points, more) => ({ points, results: points.map((point) => result(wrong, point)), ...more });
  if (method === "grid") return all(grid(trials), { coarse: trials });
  if (method === "random") return all(random(trials, uniform), { coarse: trials });
  const coarse = Math.ceil(trials / 2), points = random(coarse, uniform), results = all(points).results;
  const ranked = points.map((_, i) => i).sort((i, j) => results[i] - results[j]), count = Math.max(3, Math.ceil(0.2 * coarse));
  const box = zoom(ranked.slice(0, count).map((i) => points[i]));
  return all([...points, ...random(trials - coarse, uniform, box)], { coarse, box });
}

/* The best result of a search, on average over seeds. */
export function expected(method, trials, seeds, wrong) {
  const best = Array.from({ length: seeds }, (_, seed) => Math.min(...search(method, trials, seed + 1, wrong).results));
  return best.reduce((sum, value) => sum + value, 0) / seeds;
}
