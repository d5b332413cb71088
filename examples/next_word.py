"""A neural language model of words, and what its vectors have learnt: `python examples/next_word.py`.

It reads 102 articles of Wikipedia that gensim ships for its tests, and is compared with two models of trigrams by the
perplexity of articles that none of them has seen.
`python examples/next_word.py docs/figures/models/next_word.json` records what the page on it shows.
"""

import bz2
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
from gensim.corpora.wikicorpus import extract_pages, filter_wiki
from gensim.test.utils import datapath

from dlref.decoding import sample_sequences
from dlref.embeddings import KeyedVectors
from dlref.metrics import Perplexity
from dlref.models import NeuralLanguageModel
from dlref.preprocessing import split

ARTICLES = "enwiki-latest-pages-articles1.xml-p000000010p000030302-shortened.bz2"
SIZE, LONGEST = 2000, 40  # words of the vocabulary, and of a sentence that is written
WINDOW, WIDEST = 4, 8
END, UNKNOWN = 0, 1
ASKED = "three", "april", "he", "was", "often", "american", "city", "war"
OTHERS = {
    "two words": {"window": 2},
    "eight words": {"window": 8},
    "four epochs": {"epochs": 4},
    "biases of 0": {"with_frequencies": False},
}


def articles():
    """Lists of sentences, each a list of words: lines that are prose, in small letters, with commas and numbers."""
    found = []
    for _, text, _ in extract_pages(bz2.open(datapath(ARTICLES)), ("0",)):
        lines = [x for x in filter_wiki(text).splitlines() if re.match("[A-Z\"'].*[.!?]$", x)]
        sentences = re.split(r"(?<=[.!?]) +(?=[A-Z])", " ".join(lines))
        words = [re.findall(r"'s|[a-z]+|\d+|,", sentence.lower()) for sentence in sentences]
        found += [[each for each in words if len(each) > 2]]
    return [sentences for sentences in found if sentences]


def vocabulary(sentences):
    """The words that come most often, behind the end and what stands for all others."""
    counts = Counter(word for sentence in sentences for word in sentence)
    return ["<EOS>", "<UNK>", *(word for word, _ in counts.most_common(SIZE - 2))]


def windows(sentences, words):
    """Rows of the numbers of eight words and the next one; before a sentence stand eight ends."""
    number = {word: i for i, word in enumerate(words)}
    texts = [[number.get(word, UNKNOWN) for word in sentence] for sentence in sentences]
    padded = [[END] * WIDEST + text + [END] for text in texts]
    view = np.lib.stride_tricks.sliding_window_view
    return np.concatenate([view(text, WIDEST + 1) for text in padded]).astype("int32")


def grams(rows, n):
    """The last n words of each row as one number."""
    number = np.zeros(len(rows), "int64")
    for word in rows[:, rows.shape[1] - n :].T:
        number = number * SIZE + word
    return number


def counts(found, asked):
    """How often each number that is asked for is among those found."""
    kinds, times = np.unique(found, return_counts=True)
    place = np.minimum(np.searchsorted(kinds, asked), len(kinds) - 1)
    return np.where(kinds[place] == asked, times[place], 0)


def interpolated(train, dev, rows):
    """Probabilities by trigrams, pairs, single words and all alike, mixed in the best shares for `dev`."""

    def each(rows):
        p = [np.full(len(rows), 1 / SIZE)]
        for n in (1, 2, 3):
            seen, asked = grams(train, n), grams(rows, n)
            times, before = counts(seen, asked), counts(seen // SIZE, asked // SIZE)
            p.append(np.where(before > 0, times / np.maximum(before, 1), p[-1]))
        return np.array(p)

    of_dev = each(dev)
    tenths = [np.array(x) / 10 for x in product(range(11), repeat=4) if sum(x) == 10 and x[0]]
    return max(tenths, key=lambda shares: np.log(shares @ of_dev).mean()) @ each(rows)


def kneser_ney(train, dev, rows):
    """Probabilities by trigrams after Kneser and Ney: fewer words count by how many different ones they follow."""

    def by(discount, rows):
        p = np.full(len(rows), 1 / SIZE)
        for n in (1, 2, 3):
            seen = grams(train, n) if n == 3 else np.unique(grams(train, n + 1)) % SIZE**n
            asked = grams(rows, n)
            times, before = counts(seen, asked), counts(seen // SIZE, asked // SIZE)
            kinds = counts(np.unique(seen) // SIZE, asked // SIZE)
            mixed = np.maximum(times - discount, 0) + discount * kinds * p
            p = np.where(before > 0, mixed / np.maximum(before, 1), p)
        return p

    return by(max((0.6, 0.7, 0.8, 0.9), key=lambda d: np.log(by(d, dev)).mean()), rows)


def neural(model, rows):
    """Probabilities by the network, 4096 rows at once."""
    found, window = [], model.input_shape[1]
    for part in np.split(rows, range(4096, len(rows), 4096)):
        p = keras.ops.convert_to_numpy(keras.ops.softmax(model(part[:, -window - 1 : -1])))
        found.append(p[np.arange(len(part)), part[:, -1]])
    return np.concatenate(found)


def perplexity(p):
    """Of words with these probabilities, as choices of each word against all others."""
    metric = Perplexity()
    metric.update_state(np.zeros(len(p)), np.stack([p, 1 - p], -1))
    return round(float(metric.result()), 2)


def after(model):
    """The function of prefixes that dlref.decoding takes; it leaves the words out that have no number."""

    def log_probabilities(prefixes):
        seen = np.pad(prefixes, ((0, 0), (WINDOW, 0)), constant_values=END)[:, -WINDOW:]
        logits = np.array(model(seen))
        logits[:, UNKNOWN] = -np.inf
        return keras.ops.log_softmax(logits)

    return log_probabilities


def trained(train, seed, size, epochs, window=WINDOW, with_frequencies=True):
    """The network after its training, and the seconds and the processor's seconds that this took.

    Its first outputs are how often each word comes in the training set, whatever stands before it.
    """
    keras.utils.set_random_seed(seed)
    model = NeuralLanguageModel(SIZE, size, window, size, classifier_activation=None)
    if with_frequencies:
        frequencies = np.bincount(train[:, -1], minlength=SIZE)
        model.get_layer("output").bias.assign(np.log(frequencies + 1))
    rate = keras.optimizers.schedules.CosineDecay(0.01, epochs * -(-len(train) // 1024))
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(rate), loss)
    begin = time.perf_counter(), time.process_time()
    x, y = train[:, -window - 1 : -1], train[:, -1]
    model.fit(x, y, batch_size=1024, epochs=epochs, verbose=2)
    return model, time.perf_counter() - begin[0], time.process_time() - begin[1]


def main(seeds=(0, 1, 2), size=64, epochs=2, others=OTHERS, most=None, record=None):
    """Trains, compares, and prints neighbours and sentences; `record` is a file for all that."""
    found = articles()[:most]
    places = split(np.arange(len(found)), sizes=(0.8, 0.1, 0.1), seed=0)
    sets = [[sentence for i in each for sentence in found[i]] for each in places]
    words = vocabulary(sets[0])
    train, dev, test = (windows(each, words) for each in sets)
    by_trigrams = kneser_ney(train, dev, test)
    results = {
        "articles": [len(each) for each in places],
        "words": [len(train), len(dev), len(test)],
        "unknown": round(float(np.mean(test[:, -1] == UNKNOWN)), 3),
        "trigrams, interpolated": perplexity(interpolated(train, dev, test)),
        "trigrams, Kneser-Ney": perplexity(by_trigrams),
        "seeds": [],
    }
    for seed in seeds:
        model, elapsed, processor = trained(train, seed, size, epochs)
        p = neural(model, test)
        one = {"network": perplexity(p), "both": perplexity((p + by_trigrams) / 2)}
        one |= {"train": perplexity(neural(model, train))}
        one |= {"seconds": round(elapsed), "processor_seconds": round(processor)}
        results["seeds"].append(one)
        if seed == seeds[0]:
            vectors = KeyedVectors(words, model.get_layer("embedding").embeddings)
            known = [word for word in ASKED if word in vectors]
            results["near"] = {w: [x for x, _ in vectors.most_similar(w, topn=6)] for w in known}
            drawn = sample_sequences(after(model), END, END, LONGEST, 20, 0.7, seed=0)
            results["sentences"] = [" ".join(words[j] for j in each.tokens if j) for each in drawn]
    for name, other in others.items():
        model, *_ = trained(train, seeds[0], size, **{"epochs": epochs} | other)
        results[name] = [perplexity(neural(model, each)) for each in (test, train)]
    print(json.dumps(results, indent=1))
    if record:
        names = "dlref", "gensim", "keras", keras.backend.backend()
        made = {"by": "examples/next_word.py", "python": platform.python_version()}
        made |= {name: version(name) for name in names}
        text = json.dumps({"made": made, **results}, separators=(",", ":"))
        Path(record).write_text(f"{text}\n", "utf-8")
    return results


if __name__ == "__main__":
    main(record=sys.argv[1] if sys.argv[1:] else None)
