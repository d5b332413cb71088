"""A language model of letters that invents names: `python examples/sample_names.py`.

It reads the names of languages that pycountry ships, one letter after the other, and is compared with a model of
trigrams in bits per character, on names that neither has seen.
`python examples/sample_names.py docs/figures/decoding/sample_names.json` records what the page on it shows.
"""

import json
import platform
import re
import sys
import time
from collections import Counter
from importlib.metadata import version
from itertools import product
from pathlib import Path

import keras
import numpy as np
import pycountry

from dlref.decoding import sample_sequences
from dlref.layers import GRU
from dlref.metrics import Perplexity
from dlref.preprocessing import split

SEED = 0
LETTERS = "\n" + "abcdefghijklmnopqrstuvwxyz"  # the token 0 begins and ends a name
LONGEST = 16  # tokens, the end included


def names():
    """Names of languages of one word in the letters a to z, in three sets."""
    found = {language.name.lower() for language in pycountry.languages}
    kept = sorted(n for n in found if re.fullmatch(f"[a-z]{{3,{LONGEST - 1}}}", n))
    return split(np.array(kept), sizes=(0.8, 0.1, 0.1), seed=SEED)


def tokens(names):
    """Numbers of letters: the start, the letters, the end, and −1 behind it."""
    rows = np.full((len(names), LONGEST + 1), -1)
    for row, name in zip(rows, names, strict=True):
        row[: len(name) + 2] = [LETTERS.index(letter) for letter in f"\n{name}\n"]
    return rows


def trigram_bits(train, dev, test):
    """Bits per character of trigrams, mixed with bigrams, single letters and all alike in the best shares for `dev`."""
    counts = {order: (Counter(), Counter()) for order in (1, 2, 3)}

    def windows(name, order):
        padded = "\n" * (order - 1) + name + "\n"
        return [padded[i : i + order] for i in range(len(name) + 1)]

    for name in train:
        for order, (whole, before) in counts.items():
            whole.update(windows(name, order))
            before.update(window[:-1] for window in windows(name, order))

    def bits(names, shares):
        total = []
        for name in names:
            p = shares[0] / len(LETTERS)
            for share, (order, (whole, before)) in zip(shares[1:], counts.items(), strict=True):
                each = windows(name, order)
                p = p + share * np.array([whole[w] / max(before[w[:-1]], 1) for w in each])
            total.append(-np.log2(p))
        return float(np.mean(np.concatenate(total)))

    tenths = [x for x in product(range(11), repeat=4) if sum(x) == 10 and x[0]]
    shares = min(tenths, key=lambda shares: bits(dev, np.array(shares) / 10))
    return bits(test, np.array(shares) / 10)


def network(units):
    """From the tokens so far to the logits of the next one, at each place."""
    size = len(LETTERS)
    return keras.Sequential(
        [
            keras.Input((None,), dtype="int32"),
            keras.layers.Embedding(size, 24),
            keras.layers.Dropout(0.2),
            GRU(units, return_sequences=True),
            keras.layers.Dropout(0.3),
            keras.layers.Dense(size),
        ]
    )


def bits_per_character(model, rows):
    """The logarithm of the perplexity to base 2."""
    metric = Perplexity(from_logits=True, ignore_class=-1)
    metric.update_state(rows[:, 1:], model.predict(np.maximum(rows[:, :-1], 0), verbose=0))
    return float(np.log2(float(metric.result())))


def after(model, count):
    """The function of prefixes that dlref.decoding takes. Filled up to one shape, the model is compiled once."""

    def log_probabilities(prefixes):
        filled = np.zeros((count, LONGEST), "int32")
        filled[: len(prefixes), : prefixes.shape[1]] = prefixes
        logits = model.predict(filled, batch_size=count, verbose=0)
        return keras.ops.log_softmax(logits[: len(prefixes), prefixes.shape[1] - 1])

    return log_probabilities


def main(units=256, epochs=20, count=200, record=None):
    """Trains, compares, and prints names for three temperatures; `record` is a file for all that."""
    keras.utils.set_random_seed(SEED)
    sets = names()
    train, dev, test = map(tokens, sets)
    model = network(units)
    steps = epochs * -(-len(train) // 64)
    rate = keras.optimizers.schedules.CosineDecay(3e-3, steps)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True, ignore_class=-1)
    model.compile(keras.optimizers.Adam(rate), loss)
    begin = time.perf_counter(), time.process_time()
    model.fit(np.maximum(train[:, :-1], 0), train[:, 1:], batch_size=64, epochs=epochs, verbose=2)
    elapsed, processor = time.perf_counter() - begin[0], time.process_time() - begin[1]
    results = {
        "names": [len(each) for each in sets],
        "bits": round(bits_per_character(model, test), 3),
        "bits, dev": round(bits_per_character(model, dev), 3),
        "bits, train": round(bits_per_character(model, train), 3),
        "bits, trigrams": round(trigram_bits(*sets), 3),
        "seconds": round(elapsed), "processor_seconds": round(processor),
    }  # fmt: skip
    known = {*sets[0], *sets[1], *sets[2]}
    for temperature, top_k in product((0.5, 1.0, 1.5), (None, 5)):
        drawn = sample_sequences(
            after(model, count), 0, 0, LONGEST, count, temperature, top_k, SEED
        )
        words = ["".join(LETTERS[j] for j in each.tokens if j) for each in drawn]
        new = sum(word not in known for word in words) / count
        results[f"temperature {temperature}, top_k {top_k}"] = {"new": new, "words": words[:20]}
    print(json.dumps(results, indent=1))
    if record:
        versions = {name: version(name) for name in ("dlref", "keras", keras.backend.backend())}
        made = {"by": "examples/sample_names.py", "python": platform.python_version(), **versions}
        text = json.dumps({"made": made, **results}, separators=(",", ":"))
        Path(record).write_text(f"{text}\n", "utf-8")
    return results


if __name__ == "__main__":
    main(record=sys.argv[1] if sys.argv[1:] else None)
