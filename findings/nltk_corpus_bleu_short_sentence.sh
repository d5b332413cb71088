#!/usr/bin/env bash
# NLTK 3.10.4: a corpus whose translations all equal their references has a BLEU below 1 if one of them is short.
#
# Expected: corpus_bleu of candidates that are their own references is 1.0. BLEU sums the matches and the n-grams of a
#   given length over the corpus; a sentence of two words has no n-gram of three or four words, so it adds 0 to both.
# Happens: 0.8409 for one sentence of five words and one of two. Each sentence that is shorter than n adds 1 to the number
#   of n-grams, and nothing to the matches; with 100 sentences of three words beside one of five the score is 0.3742.
#   sacrebleu gives 1.0 for both corpora.
# Source: nltk/translate/bleu_score.py, modified_precision: the number of n-grams of one sentence is at least 1, against
#   a division by 0, and corpus_bleu adds these numbers up.
# Versions: nltk 3.10.4, sacrebleu 2.6.0, Python 3.11.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check nltk==3.10.4 sacrebleu==2.6.0

cat >"$place/probe.py" <<'PYTHON'
from nltk.translate.bleu_score import corpus_bleu
from sacrebleu.metrics import BLEU

FIVE, THREE, TWO = "we saw a red bird", "so did I", "thank you"
for words, corpus in (
    ("five words", [FIVE]),
    ("five words and two", [FIVE, TWO]),
    ("five words and 100 times three", [FIVE] + 100 * [THREE]),
):
    tokens = [sentence.split() for sentence in corpus]
    ours = corpus_bleu([[sentence] for sentence in tokens], tokens)
    theirs = BLEU(tokenize="none").corpus_score(corpus, [corpus]).score / 100
    print(f"{words}: nltk {ours:.4f}, sacrebleu {theirs:.4f}")
PYTHON

"$place/venv/bin/python" "$place/probe.py" | tee "$place/seen"

diff "$place/seen" - <<'SEEN' || { echo "this has changed" >&2; exit 1; }
five words: nltk 1.0000, sacrebleu 1.0000
five words and two: nltk 0.8409, sacrebleu 1.0000
five words and 100 times three: nltk 0.3742, sacrebleu 1.0000
SEEN
