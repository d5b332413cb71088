/* What a network says with the blank and one symbol, by all sequences of classes. Pure functions, compared with dlref in Node. */

/* Of each step 1 for the symbol and 0 for the blank: how often the text has it, with repeats collapsed and then blanks left out. */
export const collapsed = (classes) => classes.filter((each, t) => each && !classes[t - 1]).length;

/* All sequences of `steps` classes. */
const sequences = (steps) => Array.from({ length: 2 ** steps }, (_, i) => Array.from({ length: steps }, (_, t) => (i >> t) & 1));
const probability = (classes, p) => classes.reduce((product, each, t) => product * (each ? p[t] : 1 - p[t]), 1);

/* The probability of each text, by its length, if the symbol has the probability p[t] at step t. */
export function texts(p) {
  const found = Array(Math.ceil(p.length / 2) + 1).fill(0);
  for (const classes of sequences(p.length)) found[collapsed(classes)] += probability(classes, p);
  return found;
}

/* The likeliest class of each step, the blank of two as likely. */
export function greedy(p) {
  const classes = p.map((each) => Number(each > 0.5));
  return { classes, length: collapsed(classes), probability: probability(classes, p) };
}
