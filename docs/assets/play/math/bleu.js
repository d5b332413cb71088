/* BLEU of one sentence. Pure functions, compared with dlref in Node. */
const grams = (tokens, n) => tokens.slice(n - 1).map((_, i) => tokens.slice(i, i + n).join(" "));
const count = (all, gram) => all.filter((each) => each === gram).length;
const sum = (values) => values.reduce((one, other) => one + other, 0);

/* Matches and n-grams of the candidate; without clipping every n-gram matches that any reference has. */
export function matches(candidate, references, n) {
  const own = grams(candidate, n), others = references.map((reference) => grams(reference, n)), kinds = [...new Set(own)];
  const m = sum(kinds.map((g) => Math.min(count(own, g), Math.max(...others.map((all) => count(all, g)))))); // (1)
  const h = sum(kinds.map((g) => count(own, g))); // (2)
  return { m, h, unclipped: own.filter((g) => others.some((all) => all.includes(g))).length };
}

export function bleu(candidate, references, N) {
  const found = Array.from({ length: N }, (_, i) => matches(candidate, references, i + 1));
  const p = found.map(({ m, h }) => m / Math.max(h, 1)); // (3)
  const c = candidate.length, near = (r) => [Math.abs(r.length - c), r.length];
  const r = [...references].sort((one, other) => near(one)[0] - near(other)[0] || near(one)[1] - near(other)[1])[0].length;
  const BP = c ? Math.min(1, Math.exp(1 - r / c)) : 0; // (4)
  const BLEU = p.every(Boolean) ? BP * Math.exp(sum(p.map(Math.log)) / N) : 0; // (5)
  return { p, BP, BLEU, found };
}
