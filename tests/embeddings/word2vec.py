"""gensim's word2vec on a made text, and the words that it draws, by the same numbers."""

import copy
from typing import Any

import numpy as np
from gensim.models import Word2Vec

RATE = 0.005
_RNG = np.random.default_rng(3)
TEXTS = [_RNG.choice(7, 12, p=np.array([12, 8, 5, 4, 3, 2, 1]) / 35).tolist() for _ in range(15)]
FREQUENCIES = np.bincount(np.concatenate(TEXTS), minlength=7)


class Word2vec:
    """Makes gensim's model, with `vectors` and `outputs` to begin with, and trains it once on `TEXTS`, pair by pair."""

    def __init__(self, vectors: Any, outputs: Any, **how: Any) -> None:
        self.model = Word2Vec(
            vector_size=vectors.shape[1], window=2, min_count=1, sg=1, alpha=RATE, min_alpha=RATE, workers=1,
            shrink_windows=False, sample=0, sorted_vocab=False, **how,
        )  # fmt: skip
        self.model.build_vocab_from_freq({str(i): int(f) for i, f in enumerate(FREQUENCIES)})
        self.random = copy.deepcopy(self.model.random)
        self.name = "syn1" if how.get("hs") else "syn1neg"
        self.model.wv.vectors[:] = vectors
        getattr(self.model, self.name)[:] = outputs
        texts = [[str(i) for i in text] for text in TEXTS]
        self.model.train(texts, total_examples=len(texts), epochs=1)

    @property
    def weights(self) -> list[np.ndarray]:
        """The vectors of the outputs and of the words."""
        return [getattr(self.model, self.name), self.model.wv.vectors]

    def drawn(self, pairs: int) -> np.ndarray:
        """The words that it drew: by a linear congruential generator, in a table of 31 bits."""
        high, low = (int(self.random.randint(0, 2**24)) for _ in range(2))
        state, table, words = 2**24 * high + low, self.model.cum_table, []
        for _ in range(pairs * self.model.negative):
            words.append(np.searchsorted(table, (state >> 16) % int(table[-1])))
            state = (state * 25214903917 + 11) % 2**48
        return np.reshape(words, (pairs, -1))
