r"""Hierarchical softmax: a word is found by turns in a binary tree, left or right, and frequent words by few.

Sources: Flowchart C5; Huffman, 1952, for the tree.

$$ f = a + b \tag{1} $$
$$ d = 2 y - 1 \tag{2} $$
$$ p = \exp(\sum_j k_j \log \sigma(d_j s_j)) \tag{3} $$

`huffman_codes` builds the tree from below: the two rarest words or inner nodes, which come $a$ and $b$ times, get a
parent that comes $f$ times, until one is left, the root. On the way from there to a word, $y$ (`labels`) is 1 for a
turn to the left, to the rarer side, and 0 for one to the right. $s$ is the score of an inner node, $\theta^\top e$ of
its vector $\theta$ with that of the context, and $\sigma(s)$ is the probability of left. $p$ is the probability of a
word: the product along its way, where $k$ is 1, and 0 beyond. All words together have the probability 1, whatever the
scores.

In training, `dlref.embeddings.SkipGram` scores the nodes on the way to the target, and $-\log p$ is
`dlref.losses.MultiTaskCrossentropy(from_logits=True)` with $y$ for the labels.

Equals the codes of `gensim.models.Word2Vec`, where no two frequencies are the same, and products of
`keras.activations.sigmoid`.
"""

import heapq
from typing import Any

import numpy as np
from keras import ops

from dlref import _checks
from dlref.embeddings.texts import counts


def huffman_codes(frequencies: Any) -> tuple[np.ndarray, np.ndarray]:
    """The way to each word in Huffman's tree, which is the shortest on average.

    Args:
        frequencies: how often each word comes, two words or more. Of equal ones the first goes to the left, and a word
            before an inner node.

    Returns:
        For each word, the inner nodes from the root on, from 0 to `len(frequencies) - 2` in the order in which they
        were made, and the turns there, 1 to the left and 0 to the right. Both have the shape (words, longest way);
        beyond the end of a way they are 0 and -1.

    Raises:
        TypeError: if they are no list of numbers.
        ValueError: if there are too few, one is negative or not finite, or all are 0.

    Example:
        >>> nodes, labels = huffman_codes([5, 1, 2])  # the first word is at the root's right
        >>> nodes.tolist(), labels.tolist()
        ([[1, 0], [1, 0], [1, 0]], [[0.0, -1.0], [1.0, 1.0], [1.0, 0.0]])
    """
    heap = [(f, i) for i, f in enumerate(counts("huffman_codes", frequencies, 2).tolist())]
    words = len(heap)
    heapq.heapify(heap)
    parent, turn = [0] * (2 * words - 1), [0] * (2 * words - 1)
    for node in range(words, 2 * words - 1):
        (a, left), (b, right) = heapq.heappop(heap), heapq.heappop(heap)
        f = a + b  # (1)
        heapq.heappush(heap, (f, node))
        parent[left] = parent[right] = node
        turn[left] = 1

    ways = []
    for place in range(words):
        way = []
        while place < 2 * words - 2:  # the root
            way.append((parent[place] - words, turn[place]))
            place = parent[place]
        ways.append(way[::-1])
    longest = max(map(len, ways))
    filled = np.array([way + [(0, -1)] * (longest - len(way)) for way in ways])
    return filled[..., 0].astype("int32"), filled[..., 1].astype("float32")


def hierarchical_softmax(scores: Any, nodes: Any, labels: Any) -> Any:
    """The probability of each word.

    Args:
        scores: $s$ of each inner node, (..., words - 1).
        nodes: the inner nodes on the way to each word, as `huffman_codes` returns them.
        labels: the turns there.

    Returns:
        Probabilities, (..., words), which add up to 1.

    Raises:
        TypeError: if `scores` are no tensor of real numbers.
        ValueError: if `labels` and `nodes` differ in shape, or `scores` has not one entry for each inner node.

    Example:
        >>> nodes, labels = huffman_codes([5, 1, 2])
        >>> [float(p) for p in hierarchical_softmax([0.0, 0.0], nodes, labels)]
        [0.5, 0.25, 0.25]
    """
    given, dtype = _checks.at_least_float32("hierarchical_softmax", "scores", scores)
    if np.ndim(nodes) != 2 or np.shape(labels) != np.shape(nodes):
        raise ValueError(
            "hierarchical_softmax: `labels` and `nodes` must have the shape (words, longest way). "
            f"Received: labels.shape={np.shape(labels)}, nodes.shape={np.shape(nodes)}."
        )
    if tuple(given.shape)[-1:] != (len(nodes) - 1,):
        raise ValueError(
            f"hierarchical_softmax: `scores` must have the shape (..., {len(nodes) - 1}), one for each inner node. "
            f"Received: scores.shape={tuple(given.shape)}."
        )
    s = ops.take(given, ops.convert_to_tensor(nodes, "int32"), axis=-1)
    y = ops.convert_to_tensor(labels, given.dtype)
    return ops.cast(_along(s, y), dtype)


def _along(s: Any, y: Any) -> Any:
    """The probability of each word, from the scores and the turns on the way to it."""
    k = ops.cast(y >= 0, s.dtype)
    d = 2 * y - 1  # (2)
    p = ops.exp(-ops.sum(k * ops.softplus(-d * s), -1))  # (3)
    return p
