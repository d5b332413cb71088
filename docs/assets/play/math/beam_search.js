/* Beam search for a sentence, and whose fault a wrong one is. Pure functions, compared with dlref in Node. */

/* The places of the B largest entries, from the largest down; of equal ones the first come first. */
const argtop = (q, B) => [...q.keys()].sort((one, other) => q[other] - q[one] || one - other).slice(0, B);

/* The highest sums, the prefixes that they go on from, and their tokens. */
function best(s, log_p, B) {
  const q = s.flatMap((each, i) => log_p[i].map((next) => each + next)); // (2)
  const k = argtop(q, B); // (3)
  return k.map((place) => ({ s: q[place], i: Math.floor(place / log_p[0].length), j: place % log_p[0].length })).filter((each) => each.s > -Infinity);
}

/* The logarithms of a sentence's probabilities: its sum and its score. */
export function scored(log_p, T, alpha) {
  const s = log_p.reduce((sum, each) => sum + each, 0); // (1)
  const c = s / T ** alpha; // (2)
  return { s, c };
}

/* What the model of the next token after the last one, `table`, says of `tokens`. */
export const score = (table, tokens, start, alpha) => ({ tokens, ...scored(tokens.map((token, i) => Math.log(table[i ? tokens[i - 1] : start][token])), tokens.length, alpha) });

/* The B sentences of the highest scores that a beam finds, and the prefixes that it keeps at each length. */
export function search(table, { start, end, longest, B, alpha }) {
  let open = [{ tokens: [], s: 0 }], found = [];
  const kept = [];
  for (let T = 1; T <= longest && open.length; T++) {
    const after = open.map(({ tokens }) => table[tokens.at(-1) ?? start].map(Math.log));
    const longer = best(open.map(({ s }) => s), after, B).map(({ s, i, j }) => ({ tokens: [...open[i].tokens, j], s }));
    kept.push(longer.map(({ tokens }) => tokens));
    const isOpen = ({ tokens }) => tokens.at(-1) !== end && T < longest;
    found.push(...longer.filter((each) => !isOpen(each)).map((each) => ({ ...each, c: each.s / T ** alpha })));
    open = longer.filter(isOpen);
  }
  found = argtop(found.map(({ c }) => c), B).map((place) => found[place]);
  return { found, kept };
}

/* Who is at fault where the search has found `output` and a person has written `reference`. */
export function fault(reference, output) {
  if (`${reference.tokens}` === `${output.tokens}`) return "right";
  return reference.c > output.c ? "search" : "model";
}
