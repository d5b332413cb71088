"""How many pairs a second gensim's compiled loop trains for each one of `SkipGram`: `python benchmarks/skip_gram.py`.

Both train in turn in one process, three times. `KERAS_BACKEND` says on which backend.
"""

import time

import keras
import numpy as np
from gensim.models import Word2Vec

from dlref.embeddings import SkipGram, negative_samples, skip_gram_pairs
from dlref.losses import MultiTaskCrossentropy

WORDS, SIZE, BATCH = 5000, 100, 4096


def main() -> None:
    """Prints the pairs a second of both and their ratio, of words whose frequencies fall as 1/rank."""
    rng, p = np.random.default_rng(0), 1 / np.arange(1, WORDS + 1)
    texts = rng.choice(WORDS, (2**13, 20), p=p / p.sum())
    frequencies = np.bincount(texts.ravel(), minlength=WORDS)
    pairs = skip_gram_pairs(texts, WORDS, window=5)
    rng.shuffle(pairs)
    trained = pairs[: len(pairs) // BATCH * BATCH]
    model = keras.Sequential([keras.Input((7,), dtype="int32"), SkipGram(WORDS, SIZE)])
    loss = MultiTaskCrossentropy(from_logits=True, reduction="sum")
    model.compile(keras.optimizers.SGD(0.025), loss, jit_compile=True)
    model.fit(*negative_samples(trained[:BATCH], frequencies), batch_size=BATCH, verbose=0)
    how = {"sg": 1, "negative": 5, "window": 5, "shrink_windows": False, "sample": 0}
    theirs = Word2Vec(vector_size=SIZE, min_count=1, workers=2, **how)
    sentences = [[str(word) for word in text] for text in texts]
    theirs.build_vocab(sentences)
    for _ in range(3):
        start = time.perf_counter()
        theirs.train(sentences, total_examples=len(sentences), epochs=1)
        middle = time.perf_counter()
        inputs = negative_samples(trained, frequencies)
        model.fit(*inputs, batch_size=BATCH, shuffle=False, verbose=0)
        gensim = len(pairs) / (middle - start)
        ours = len(trained) / (time.perf_counter() - middle)
        print(f"gensim {gensim:.0f}, SkipGram {ours:.0f} pairs a second: {gensim / ours:.1f}")


if __name__ == "__main__":
    main()
