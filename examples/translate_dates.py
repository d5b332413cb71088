"""Dates as people write them into dates as machines do, by two networks: `python examples/translate_dates.py`.

"3 May 1979" and "1979년 5월 3일" become "1979-05-03", letter by letter. The test has days that no training example
has. `python examples/translate_dates.py docs/figures/models/translate_dates.json` records what the page on it shows.
"""

import datetime
import itertools
import json
import platform
import sys
import time
from importlib.metadata import version
from pathlib import Path

import keras
import numpy as np

from dlref.decoding import cached_decoders, greedy_search
from dlref.layers import GRU, AdditiveAttention
from dlref.models import Transformer

MONTHS = "January February March April May June July August September October November December"
MONTHS = MONTHS.split()
DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
LETTERS = ["", *sorted({*"".join(MONTHS + DAYS), *"0123456789 ,./stndrh년월일화수목금토요"})]
DIGITS = ["", "start", "end", *"0123456789-"]  # in both lists token 0 is padding
START, END, LONGEST = 1, 2, 11
FIRST, LAST = datetime.date(1900, 1, 1), datetime.date(2099, 12, 31)
TEST = 2000  # how many of these days are for the test
ENGLISH = (
    "{day} {month} {year}",
    "{month} {day}, {year}",
    "{day}{th} {month} {year}",
    "{month} {day}{th}, {year}",
    "{weekday}, {day} {month} {year}",
    "{day} {short} {year}",
    "{day}/{number}/{year}",
)
KOREAN = (
    "{year}년 {number}월 {day}일",
    "{year}년 {number}월 {day}일 {요일}요일",
    "{year}년 {number:02}월 {day:02}일",
    "{year}. {number}. {day}.",
)


def written(date, form):
    """A date in one of the forms."""
    th = {1: "st", 2: "nd", 3: "rd"}.get(date.day % 10 if date.day not in (11, 12, 13) else 0, "th")
    month = MONTHS[date.month - 1]
    words = {"month": month, "short": month[:3], "weekday": DAYS[date.weekday()], "th": th}
    words["요일"] = "월화수목금토일"[date.weekday()]
    return form.format(day=date.day, number=date.month, year=date.year, **words)


def data(count, seed, test):
    """Dates as people write them, and as they are to be: one half in English, one half in Korean."""
    rng = np.random.default_rng(seed)
    days = np.random.default_rng(0).permutation((LAST - FIRST).days + 1)  # the same for each seed
    days = rng.choice(days[:TEST] if test else days[TEST:], count)
    dates = [FIRST + datetime.timedelta(int(day)) for day in days]
    forms = [str(rng.choice((ENGLISH, KOREAN)[i % 2])) for i in range(count)]
    texts = [written(date, form) for date, form in zip(dates, forms, strict=True)]
    return texts, [date.isoformat() for date in dates]


def tokens(texts, alphabet):
    """A row for each text, filled up with 0."""
    rows = [[alphabet.index(letter) for letter in text] for text in texts]
    return np.array([row + [0] * (max(map(len, rows)) - len(row)) for row in rows], "int32")


def pairs(texts, answers):
    """What a network gets, and what it is to say: the answer and the end, one place earlier."""
    y = tokens(answers, DIGITS)
    before, behind = (np.full((len(y), 1), token, "int32") for token in (START, END))
    return [tokens(texts, LETTERS), np.concatenate([before, y], 1)], np.concatenate([y, behind], 1)


class Recurrent:
    """An encoder that reads in both directions, a decoder, and attention of its states to what was read."""

    def __init__(self, size):
        embed, read = (
            keras.layers.Embedding(len(LETTERS), size, mask_zero=True),
            GRU(size, return_sequences=True),
        )
        source, target = (keras.Input((None,), dtype="int32") for _ in range(2))
        c = keras.layers.Bidirectional(read)(embed(source))
        there = keras.Input((None,), dtype="bool")
        self.layers = (
            keras.layers.Embedding(len(DIGITS), size),
            GRU(size, return_sequences=True),
            AdditiveAttention(size),
            keras.layers.Dense(size, "tanh"),
            keras.layers.Dense(len(DIGITS)),
        )
        self.reader = keras.Model(source, c)
        self.model = keras.Model([source, target], self._written(c, source != 0, target)[0])
        given = keras.Input(c.shape[1:])
        self.writer = keras.Model([given, there, target], self._written(given, there, target))

    def _written(self, c, there, target):
        embed, remember, attend, mix, logits = self.layers
        s = remember(embed(target))
        found, alpha = attend([s, c], mask=[None, there], return_attention_scores=True)
        return logits(mix(keras.layers.Concatenate()([s, found]))), alpha

    def decoders(self, sources):
        """For each source, what `greedy_search` asks: the prefixes are filled up to one length."""

        def after(prefixes, c, there):
            length = prefixes.shape[1]
            whole = np.pad(prefixes, ((0, 0), (0, LONGEST - length)))
            z = self.writer.predict_on_batch([c[None], there[None], whole])[0][:, length - 1]
            return keras.ops.log_softmax(z)

        read = self.reader.predict(sources, verbose=0)
        return [lambda y, c=c, m=m: after(y, c, m) for c, m in zip(read, sources > 0, strict=True)]

    def attention(self, source, target):
        """For each letter that is written, the weights of those that were read."""
        c = self.reader.predict(source, verbose=0)
        return self.writer.predict([c, source > 0, target], verbose=0)[1]


class Attentive:
    """The transformer, and its cross-attention of the last block, averaged over its heads."""

    def __init__(self, size, blocks=2):
        self.model = Transformer(
            len(LETTERS), len(DIGITS), blocks, size, 2 * size, num_heads=4, dropout=0.0
        )

    def decoders(self, sources):
        """As above, with a key-value cache."""
        return cached_decoders(self.model, sources, LONGEST)

    def attention(self, source, target):
        """As above."""
        last = [layer for layer in self.model.layers if layer.name.startswith("decoder_")][-1]
        x, c = keras.Model(self.model.inputs, last.input)([source, target])
        a = last.norm_1(x + last.attention(x, x, use_causal_mask=True))
        there = keras.ops.convert_to_tensor(source > 0)
        alpha = last.cross_attention(a, c, value_mask=there, return_attention_scores=True)[1]
        return keras.ops.mean(alpha, 1)


def right(network, texts, answers):
    """Whether each text is translated without a mistake."""
    decoders = network.decoders(tokens(texts, LETTERS))
    found = [greedy_search(after, START, END, LONGEST).tokens for after in decoders]
    said = ["".join(DIGITS[j] for j in each[:-1]) for each in found]
    return np.array([one == other for one, other in zip(said, answers, strict=True)])


def train(network, rate, seed, steps):
    """One epoch of so many batches of 64; the seconds, and those of the processor."""
    x, y = pairs(*data(64 * steps, seed, test=False))
    warm = steps // 10
    schedule = keras.optimizers.schedules.CosineDecay(0.0, steps - warm, 0.0, "", rate, warm)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    network.model.compile(keras.optimizers.Adam(schedule), loss)
    begin = time.perf_counter(), time.process_time()
    network.model.fit(x, y, batch_size=64, verbose=0)
    return round(time.perf_counter() - begin[0]), round(time.process_time() - begin[1])


def write(record, runs):
    """What came out so far."""
    versions = {each: version(each) for each in ("dlref", "keras", keras.backend.backend())}
    made = {"by": "examples/translate_dates.py", "python": platform.python_version(), **versions}
    text = json.dumps({"made": made, "runs": runs}, separators=(",", ":"))
    Path(record).write_text(f"{text}\n", "utf-8")


def main(seeds=(1,), lengths=(600,), size=64, count=300, record=None):
    """Trains and tests both; `record` is a file for what came out, and where they look in the first texts."""
    texts, answers = data(count, 0, test=True)
    shown, runs = pairs(texts[:2], answers[:2])[0], []
    for seed, steps in itertools.product(seeds, lengths):
        for name, kind, rate in ("recurrent", Recurrent, 5e-3), ("transformer", Attentive, 2e-3):
            keras.utils.set_random_seed(seed)
            network = kind(size)
            seconds, processor = train(network, rate, seed, steps)
            found = right(network, texts, answers)
            runs.append({"network": name, "steps": steps, "seed": seed, "seconds": seconds})
            runs[-1] |= {"processor": processor, "parameters": network.model.count_params()}
            runs[-1] |= {"english": float(found[::2].mean()), "korean": float(found[1::2].mean())}
            print(runs[-1], flush=True)
            if (seed, steps) == (seeds[0], lengths[-1]):
                alpha = np.asarray(network.attention(*shown), "float64")
                runs[-1]["attention"] = alpha.round(2).tolist()
            if record:
                write(record, runs)
    return runs


if __name__ == "__main__":
    if sys.argv[1:]:
        main(seeds=(1, 2, 3), lengths=(150, 600), record=sys.argv[1])
    else:
        main()
