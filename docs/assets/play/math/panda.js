/* A recorded family of trainings: the losses along a path of learning rates, and how the paths compare. Pure functions. */

/* Losses after 0, 1, … epochs; null where the training has diverged. */
export const losses = ({ first, losses: of }, path) => [first, ...Array.from(path, (_, i) => of[path.slice(0, i + 1)]).flat()];

const end = (family, path) => losses(family, path).at(-1) ?? Infinity;
/* All paths of this length, best first. */
export const ranked = (family, length) => Object.keys(family.losses).filter((path) => path.length === length).sort((one, other) => end(family, one) - end(family, other));
export const stages = (family) => Math.max(...Object.keys(family.losses).map((path) => path.length));
/* How many paths of the same length end lower. */
export const rank = (family, path) => 1 + ranked(family, path.length).filter((other) => end(family, other) < end(family, path)).length;
