"""Vectors of 24 words before and after training on made sentences, brought to a plane by t-SNE."""

import functools
import itertools

import keras
import matplotlib.pyplot as plt
import numpy as np
from sklearn.manifold import TSNE

from dlref.embeddings import SkipGram, negative_samples, skip_gram_pairs
from dlref.losses import MultiTaskCrossentropy

GROUPS = {
    "#3b7dd8": "apple orange banana pear mango grape",
    "#d1660a": "car truck bus taxi van tram",
    "#2a9461": "cat dog horse cow sheep goat",
    "#8a73d6": "one two three four five six",
}
SENTENCES = {
    "#3b7dd8": ("i eat a ripe {} for lunch", "the {} tastes sweet", "peel the {} with a knife"),
    "#d1660a": ("i drive the {} to work", "the {} stops at the light", "a {} with new tires"),
    "#2a9461": ("i feed the {} at night", "the {} sleeps in the barn", "a {} with soft fur"),
    "#8a73d6": ("i count from {} to {}", "{} plus {} makes more", "divide {} by {}"),
}


def texts():
    """Each sentence with each word of its group, or each two."""
    for colour, sentences in SENTENCES.items():
        for sentence in sentences:
            for words in itertools.permutations(GROUPS[colour].split(), sentence.count("{}")):
                yield from [sentence.format(*words).split()] * (5 if len(words) == 1 else 1)


@functools.cache
def trained():
    """The 24 words' vectors of length 1, before and after."""
    vocabulary = sorted({word for each in texts() for word in each})
    numbers = [[vocabulary.index(word) for word in each] for each in texts()]
    frequencies = np.bincount(np.concatenate(numbers))
    layer = SkipGram(
        len(vocabulary), 16, context_initializer=keras.initializers.RandomUniform(seed=1)
    )
    model = keras.Sequential([keras.Input((7,), dtype="int32"), layer])
    model.compile(keras.optimizers.Adam(0.02), MultiTaskCrossentropy(from_logits=True))
    before = np.array(layer.vectors())
    pairs = skip_gram_pairs(numbers, len(vocabulary), window=4)
    for epoch in range(4):
        words, labels = negative_samples(pairs, frequencies, seed=epoch)
        model.fit(words, labels, batch_size=64, shuffle=False, verbose=0)
    places = [vocabulary.index(word) for words in GROUPS.values() for word in words.split()]
    tables = before[places], np.array(layer.vectors())[places]
    return [table / np.linalg.norm(table, axis=1, keepdims=True) for table in tables]


def draw(text):
    names = text(("fruit", "vehicles", "animals", "numbers"), ("과일", "탈것", "동물", "수"))
    figure, panels = plt.subplots(1, 2, figsize=(7.2, 3.4))
    titles = text("before", "훈련 전"), text("after", "훈련 후")
    for axes, table, title in zip(panels, trained(), titles, strict=True):
        plane = TSNE(perplexity=5, init="pca", random_state=0).fit_transform(table)
        for name, colour, dots in zip(names, GROUPS, plane.reshape(4, 6, 2), strict=True):
            axes.scatter(*dots.T, s=24, color=colour, label=name)
        axes.set(title=title, xticks=[], yticks=[])
        axes.margins(0.15)
    figure.legend(*panels[0].get_legend_handles_labels(), loc="outside lower center", ncols=4)
    return figure
