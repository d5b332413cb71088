"""The section "In your model" of each concept's page: compile, fit, save and load with its object.

One form for all, from the table below, which the staging puts before the API reference; the tests run it. A diagnosis
has a form of its own: it looks at a model. So has what is done by hand: its weights go into a model. Two
concepts have none, since they are no part of a model: averages, and the scales of a search.
"""

from textwrap import indent

WORDS = {
    "en": (
        "In your model",
        "API reference",
    ),
    "ko": (
        "내 모델에서 쓰기",
        "API 문서",
    ),
}
AFTER = {
    "en": "`import dlref` registers the classes with Keras, so it also comes before `load_model` in another program "
    "(see [dlref in your model](/install.md#in-your-model)).",
    "ko": "`import dlref`가 클래스를 Keras에 등록하므로, 다른 프로그램에서 `load_model`을 부르기 전에도 필요합니다"
    "([내 모델에서 dlref 쓰기](/install.md#in-your-model)).",
}
# What stands over the code: by the row's form, or where it names another by "about".
ABOUT = {
    "object": {
        "en": "The object takes the place of the Keras built-in in `compile`, `fit`, `save` and `load_model`.",
        "ko": "Keras 내장 객체가 있던 자리에 그대로 넣으면 `compile`, `fit`, `save`, `load_model`이 모두 그대로 "
        "동작합니다.",
    },
    "diagnosis": {
        "en": "Any compiled model will do. It stays as it is.",
        "ko": "컴파일한 모델이면 무엇이든 됩니다. 모델은 바뀌지 않습니다.",
    },
    "callback": {"en": "One of the callbacks of `fit`.", "ko": "`fit`의 콜백으로 줍니다."},
    "full batch": {
        "en": "One of the callbacks of `fit`, with all examples in one batch.",
        "ko": "모든 예제를 배치 하나에 넣고 `fit`의 콜백으로 줍니다.",
    },
    "errors": {
        "en": "The errors of any classifier will do, measured on sets that were divided before training.",
        "ko": "어떤 분류기의 오차든 됩니다. 훈련 전에 나눈 세트에서 잽니다.",
    },
    "second order": {
        "en": "In place of `fit`, with all examples at once.",
        "ko": "`fit` 대신 모든 예제를 한꺼번에 넣어 부릅니다.",
    },
    "by hand": {
        "en": "Keras goes on with the weights: a kernel is $W$ transposed, and a bias is $b$ without its second axis.",
        "ko": "손으로 훈련한 것을 Keras에서 이어 갑니다. 커널은 $W$의 전치이고, 편향은 $b$에서 두 번째 축을 "
        "뺀 것입니다.",
    },
    "freeze": {
        "en": "Of the model it changes `trainable` alone. Compile it afterwards, even if it was compiled before.",
        "ko": "모델에서 바뀌는 것은 `trainable`뿐입니다. 전에 컴파일했더라도 그다음에 다시 컴파일합니다.",
    },
    "ensemble": {
        "en": "The models stay as they are, and share their weights with the ensemble.",
        "ko": "모델은 그대로 있고, 앙상블과 가중치를 함께 씁니다.",
    },
    "pairs": {
        "en": "An embedding like any other model; the Siamese network adds a weight for each of its units, and a bias.",
        "ko": "임베딩은 여느 모델과 같습니다. 샴 신경망은 그 유닛마다 가중치 하나와 편향 하나를 더합니다.",
    },
    "crops": {
        "en": "The classifier is trained on pieces at random places, and then looks at ten pieces of each picture.",
        "ko": "분류기를 무작위 자리의 조각으로 훈련한 다음, 그림마다 조각 열 개를 봅니다.",
    },
    "boxes": {
        "en": "A network that puts out where the ink of a digit is, as boxes in shares of the picture.",
        "ko": "숫자의 잉크가 있는 곳을 그림 크기에 대한 비율의 상자로 내는 신경망입니다.",
    },
    "network": {
        "en": "A Keras model like any other: `compile`, `fit`, `save` and `load_model`.",
        "ko": "여느 Keras 모델과 같이 `compile`, `fit`, `save`, `load_model`을 씁니다.",
    },
    "base": {
        "en": "Under a classifier of one's own, with weights that stay as they are; here random ones.",
        "ko": "직접 만든 분류기 밑에 두고 가중치를 그대로 둡니다. 여기서는 무작위 가중치입니다.",
    },
    "windows": {
        "en": "A network that looks at each window of a strip of digits, and says whether one stands in its middle.",
        "ko": "숫자를 늘어놓은 띠에서 창마다 숫자가 가운데 있는지 답하는 신경망입니다.",
    },
    "masks": {
        "en": "Which pixels of a digit under noise are ink? The masks are labels like any others.",
        "ko": "잡음이 낀 숫자에서 잉크가 있는 픽셀은 어디입니까? 마스크는 여느 레이블과 같이 씁니다.",
    },
    "grid": {
        "en": "A network of two convolutions that looks for one digit in each picture of 3 × 3 cells.",
        "ko": "3 × 3칸의 그림마다 숫자 하나를 찾는, 합성곱 두 개의 신경망입니다.",
    },
    "style": {
        "en": "A network of two convolutions that has learned the digits. The pixels change, its weights do not.",
        "ko": "숫자를 배운, 합성곱 두 개의 신경망입니다. 그림의 픽셀만 바뀌고 가중치는 바뀌지 않습니다.",
    },
    "rows": {
        "en": "A digit is read row by row, and each row looks at all others. The weights come out of a second model.",
        "ko": "숫자를 한 행씩 읽고, 행마다 다른 모든 행을 봅니다. 가중치는 두 번째 모델로 꺼내 봅니다.",
    },
    "rows_of_heads": {
        "en": "A digit is read row by row, and each row looks at all others with four heads.",
        "ko": "숫자를 한 행씩 읽고, 행마다 헤드 네 개로 다른 모든 행을 봅니다.",
    },
    "places_of_rows": {
        "en": "The mean of all rows does not know their order; with their places in them it does.",
        "ko": "모든 행의 평균은 행의 순서를 모릅니다. 행에 자리를 더하면 압니다.",
    },
    "rows_in_a_block": {
        "en": "A digit is a sequence of eight rows. One block reads them, and a dense layer names the digit.",
        "ko": "숫자 하나를 행 여덟 개의 시퀀스로 봅니다. 블록 하나가 읽고, 완전 연결 층이 숫자를 알아맞힙니다.",
    },
    "halves_of_digits": {
        "en": "The lower half of a digit looks at the upper half, row by row.",
        "ko": "숫자의 아래쪽 절반이 위쪽 절반을 한 행씩 봅니다.",
    },
    "number_words": {
        "en": "Digits are translated into words, a letter at a time. Tokens 0, 1 and 2 are padding, the start and the "
        "end.",
        "ko": "숫자를 단어로 한 글자씩 번역합니다. 토큰 0, 1, 2는 패딩, 시작, 종료입니다.",
    },
    "spelling": {
        "en": "A network that spells the digit that it sees, a letter at a time: a caption for a picture.",
        "ko": "숫자 그림을 보고 그 이름을 한 글자씩 쓰는 신경망입니다. 그림에 캡션을 다는 것과 같습니다.",
    },
    "words": {
        "en": "The vector of a digit's name is its mean picture. An `Embedding` layer takes the table.",
        "ko": "숫자의 평균 그림을 그 이름의 벡터로 삼고, 표를 `Embedding` 층에 넣습니다.",
    },
    "levels": {
        "en": "A picture is a sequence of 64 tokens, the levels of grey. The network reads one and says the next.",
        "ko": "그림을 밝기 단계 64개의 시퀀스로 봅니다. 신경망이 하나를 읽고 다음 것을 답합니다.",
    },
    "turns": {
        "en": "Any classes can be the leaves. A network says at each of nine nodes whether a digit lies to the left.",
        "ko": "어떤 클래스든 잎이 될 수 있습니다. 신경망은 숫자 열 개의 트리에서 노드 아홉 개마다 왼쪽인지 답합니다.",
    },
    "rows of grey": {
        "en": "Each row of a picture is a text of levels of grey. Levels that are alike stand in like company.",
        "ko": "그림의 행을 텍스트로, 밝기 단계를 단어로 봅니다. 비슷한 밝기는 함께 나오는 밝기도 비슷합니다.",
    },
    "pixels": {
        "en": "A picture is a text, and the pixels with ink are its words. Pixels of like company lie side by side.",
        "ko": "그림을 텍스트로, 잉크가 있는 픽셀을 단어로 봅니다. 함께 나오는 픽셀은 나란히 있는 픽셀입니다.",
    },
    "lamp": {
        "en": "Pictures are vectors as well. The bias is a lamp at one side, which a network must not learn from.",
        "ko": "그림도 벡터입니다. 옆에서 비춘 등불이 편향이고, 신경망은 그것을 보고 배우지 않아야 합니다.",
    },
    "columns": {
        "en": "A network reads three digits that stand side by side, column by column. Where each stands is not said.",
        "ko": "나란히 선 숫자 셋을 한 열씩 읽는 신경망입니다. 숫자마다 어디 있는지는 알려 주지 않습니다.",
    },
    "trigger": {
        "en": "Five digits side by side are a clip, read column by column. The network says where a 7 has just ended.",
        "ko": "나란히 선 숫자 다섯이 클립이고 한 열씩 읽습니다. 신경망은 방금 7이 끝났는지 답합니다.",
    },
    "rows of digits": {
        "en": "A classifier reads rows of ten digits. A row is a text, and a digit one of its tokens.",
        "ko": "분류기가 숫자 열 개를 한 행씩 읽습니다. 행이 텍스트이고 숫자 하나가 토큰입니다.",
    },
    "epoch": {
        "en": "An epoch in a loop of one's own, in place of `fit`.",
        "ko": "`fit` 대신 직접 쓴 루프로 1에포크를 훈련합니다.",
    },
    "sets": {
        "en": "The sets go into `fit` and `evaluate` as they come.",
        "ko": "나눈 세트를 그대로 `fit`과 `evaluate`에 넣으면 됩니다.",
    },
}
DIAGNOSIS = """\
import keras{imports}
from sklearn.datasets import load_digits

import dlref

images, digits = load_digits(return_X_y=True)
images = images / 16
keras.utils.set_random_seed(1)
model = keras.Sequential(
    [
        keras.Input((64,)),
        keras.layers.Dense(32, activation="relu"),
        keras.layers.Dense(10, activation="softmax"),
    ]
)
model.compile("adam", "sparse_categorical_crossentropy")
{diagnosis}
"""
PICTURES = """\
{first}import keras{imports}
from sklearn.datasets import load_digits

import dlref

images, digits = load_digits(return_X_y=True)
images = images / 16
keras.utils.set_random_seed(1)
{pictures}
"""
BOXES = """\
ink = images.reshape(-1, 8, 8) > 0.25
columns, rows = ink.any(1), ink.any(2)
first = [columns.argmax(1), rows.argmax(1)]
last = [8 - columns[:, ::-1].argmax(1), 8 - rows[:, ::-1].argmax(1)]
corners = np.stack([*first, *last], 1) / 8
hidden = keras.layers.Dense(64, activation="relu")
locator = keras.Sequential([keras.Input((64,)), hidden, keras.layers.Dense(4)])
"""
READ = """\
model.fit(images[:1200], digits[:1200], epochs=5, verbose=0)
truth = digits[1200:1790].reshape(-1, 10)
found = model.predict(images[1200:1790], verbose=0).argmax(1).reshape(-1, 10)
"""
COLUMNS = """\
columns = images[:1791].reshape(-1, 3, 8, 8).transpose(0, 1, 3, 2).reshape(-1, 24, 8)
texts = digits[:1791].reshape(-1, 3) + 1  # 0 is the blank
read = keras.layers.Conv1D(64, 8, padding="same", activation="relu")
network = keras.Sequential([keras.Input((24, 8)), read, keras.layers.Dense(11)])
network.compile(keras.optimizers.Adam(0.02), dlref.losses.CTC())
"""
MASKS = """\
pictures = images.reshape(-1, 8, 8, 1).repeat(2, 1).repeat(2, 2)  # 16 × 16
masks = (pictures[..., 0] > 0.25).astype(int)  # 1 where there is ink
noise = np.random.default_rng(0).normal(0, 0.3, pictures.shape)
pictures = pictures + noise
"""
GRID = """\
rng = np.random.default_rng(0)
left, top = rng.integers(0, 17, (2, 400))  # where a digit of 8 × 8 stands in a picture of 24 × 24
pictures = np.zeros((400, 24, 24, 1))
for k in range(400):
    pictures[k, top[k] : top[k] + 8, left[k] : left[k] + 8, 0] = images[k].reshape(8, 8)
boxes = np.stack([left, top, left + 8, top + 8], -1)[:, None] / 24  # one for each picture
anchors = [[1 / 3, 1 / 3]]
y = dlref.detection.yolo_target(boxes, digits[:400, None], anchors, grid=3, num_classes=10)
cells = keras.layers.Conv2D(64, 12, strides=8, padding="same", activation="relu")
last = [keras.layers.Conv2D(15, 3, padding="same"), keras.layers.Reshape((3, 3, 1, 15))]
network = keras.Sequential([keras.Input((24, 24, 1)), cells, *last])
network.compile("adam", dlref.losses.YoloLoss(from_logits=True))
history = network.fit(pictures, y, epochs=4, verbose=0).history
"""
TRANSLATOR = """\
names = "zero one two three four five six seven eight nine".split()
letters = ["_", "^", ".", *sorted(set("".join(names)))]
spelled = np.array([[letters.index(x) for x in f"^{name}.".ljust(7, "_")] for name in names])
numbers = np.array([[digit + 1, 11] for digit in range(10)])  # a token for the digit, and one for its end
inputs, wanted = [numbers[digits], spelled[digits, :-1]], spelled[digits, 1:]

translator = dlref.models.Transformer(12, len(letters), 1, 32, intermediate_dim=64, num_heads=4)
loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
translator.compile(keras.optimizers.Adam(0.005), loss, metrics=["accuracy"])
translator.fit(inputs, wanted, epochs=5, verbose=0)
"""
SPELLING = """\
names = "zero one two three four five six seven eight nine".split()
letters = [".", "^", *sorted(set("".join(names)))]  # the end, the start, and the others
spelled = np.array([[letters.index(x) for x in f"^{name}.".ljust(7, ".")] for name in names])
prefixes = spelled[digits[:1200], None, :6] * np.tri(6, dtype=int)  # of each length, filled up with the end
pictures = images[:1200].repeat(6, 0)

look, read = keras.Input((64,)), keras.Input((6,))
seen = keras.layers.Dense(64, activation="relu")(look)
text = keras.layers.Flatten()(keras.layers.Embedding(len(letters), 8)(read))
hidden = keras.layers.Dense(64, activation="relu")(keras.layers.concatenate([seen, text]))
speller = keras.Model([look, read], keras.layers.Dense(len(letters))(hidden))
speller.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
inputs = [pictures, prefixes.reshape(-1, 6)]
speller.fit(inputs, spelled[digits[:1200], 1:].ravel(), batch_size=64, epochs=4, verbose=0)


def after(image):
    def log_probabilities(prefixes):
        filled = np.pad(prefixes, ((0, 0), (0, 6 - prefixes.shape[1])))
        logits = speller([np.tile(image, (len(prefixes), 1)), filled])
        return keras.ops.log_softmax(logits)

    return log_probabilities


"""
BASE = """\
pictures = images.reshape(-1, 8, 8, 1).repeat(4, 1).repeat(4, 2).repeat(3, 3)  # 32 × 32, in colour
base = dlref.models.{network}(include_top=False, input_shape=(32, 32, 3), width={width})
base.trainable = False
features = base(pictures[:400])  # they stay the same, so once is enough
parts = [keras.layers.Flatten(), keras.layers.Dense(10, activation="softmax")]
classifier = keras.Sequential(parts)
classifier.compile("adam", "sparse_categorical_crossentropy")
classifier.fit(features, digits[:400], verbose=0)
network = keras.Sequential([base, classifier])
assert network(pictures[:2]).shape == (2, 10)"""
WINDOWS = """\
strip = images.reshape(-1, 8, 8).transpose(1, 0, 2).reshape(8, -1)  # all digits, side by side
windows = np.lib.stride_tricks.sliding_window_view(strip, (8, 8))[0].reshape(-1, 64)
left = np.arange(len(windows))
hidden = keras.layers.Dense(64, activation="relu")
detector = keras.Sequential([keras.Input((64,)), hidden, keras.layers.Dense(1, "sigmoid")])
detector.compile("adam", "binary_crossentropy")
detector.fit(windows[:12000], left[:12000] % 8 == 0, epochs=5, verbose=0)
new = slice(12800, 13193)  # 50 digits that it has not seen
scores = detector.predict(windows[new], verbose=0)[:, 0]
boxes = np.stack([left, 0 * left, left + 8, 0 * left + 8], 1)[new]
"""
BY_HAND = """\
import keras
import numpy as np
from sklearn.datasets import load_digits

import dlref

images, digits = load_digits(return_X_y=True)
X, Y = images.T / 16, {labels}
{network}
network.fit(X, Y, learning_rate=0.1, iterations=50)

model = keras.Sequential(
    [
        keras.Input((64,)),
{layers}
    ]
)
model.set_weights({weights})
model.compile(
    keras.optimizers.SGD(0.1),
    {loss},
)
assert abs(model.evaluate(X.T, Y.T, verbose=0) - network.cost(X, Y)) < 1e-5
model.fit(X.T, Y.T, batch_size=len(digits), epochs=1, verbose=0)  # the next step
network.fit(X, Y, learning_rate=0.1, iterations=1)
assert np.allclose(model.get_weights()[0], network.{kernel}, atol=1e-6)
"""
FORM = """\
import tempfile

import keras{imports}
from sklearn.datasets import load_digits

import dlref

images, digits = load_digits(return_X_y=True)
images = images / 16{targets}
keras.utils.set_random_seed(1)
model = keras.Sequential(
    [
        keras.Input((64,)),
{layers}
    ]
)
model.compile(
    {optimizer},
    {loss},{metrics}
)
history = model.fit(images, digits, epochs=2, verbose=0)
assert history.history["loss"][-1] < history.history["loss"][0]{then}

path = f"{{tempfile.mkdtemp()}}/digits.keras"
model.save(path)
loaded = keras.models.load_model(path)
assert loaded.to_json() == model.to_json()
assert loaded.get_compile_config() == model.get_compile_config()
"""
FORMS = {"object": FORM, "diagnosis": DIAGNOSIS, "pictures": PICTURES, "by hand": BY_HAND}
PLAIN = {
    "targets": "",
    "layers": 'keras.layers.Dense(32, activation="relu"),\nkeras.layers.Dense(10, activation="softmax"),',
    "optimizer": "dlref.optimizers.Adam(0.01)",
    "loss": '"sparse_categorical_crossentropy"',
    "first": "",
    "imports": "",
    "metrics": "",
    "then": "",
}
HIDDEN = PLAIN["layers"].partition("\n")[0]
EPOCH = 57  # steps: 1,797 digits in mini-batches of 32


def optimizer(text: str) -> dict[str, str]:
    return {"optimizer": f"dlref.optimizers.{text}"}


def schedule(text: str) -> dict[str, str]:
    return optimizer(f"SGD(dlref.schedules.{text})")


def layers(
    hidden: str, last: str = 'keras.layers.Dense(10, activation="softmax"),'
) -> dict[str, str]:
    return {"layers": f"{hidden}\n{last}"}


STATISTICS = "\ndlref.layers.whole_set_statistics(model, images)  # now from all images"
ROWS = {
    "optimizers/sgd.md": optimizer("SGD(0.1)"),
    "optimizers/momentum.md": optimizer("Momentum(0.1)"),
    "optimizers/nesterov.md": optimizer("Nesterov(0.1)"),
    "optimizers/adagrad.md": optimizer("AdaGrad(0.01)"),
    "optimizers/rmsprop.md": optimizer("RMSProp(0.001)"),
    "optimizers/adam.md": optimizer("Adam(0.001)"),
    "schedules/inverse_time.md": schedule(f"InverseTimeDecay(0.1, steps_per_epoch={EPOCH})"),
    "schedules/inverse_sqrt.md": schedule(f"InverseSqrtDecay(0.1, steps_per_epoch={EPOCH})"),
    "schedules/exponential.md": schedule(f"ExponentialDecay(0.1, steps_per_epoch={EPOCH})"),
    "schedules/staircase.md": schedule(
        f"StaircaseDecay(0.1, steps_per_epoch={EPOCH}, epochs_per_drop=1)"
    ),
    "schedules/manual.md": schedule(f"ManualDecay([1], [0.1, 0.01], steps_per_epoch={EPOCH})"),
    "layers/leaky_relu.md": layers("keras.layers.Dense(32),\ndlref.layers.LeakyReLU(),"),
    "layers/prelu.md": layers("keras.layers.Dense(32),\ndlref.layers.PReLU(),"),
    "layers/elu.md": layers("keras.layers.Dense(32),\ndlref.layers.ELU(),"),
    "layers/maxout.md": layers("dlref.layers.Maxout(32),"),
    "layers/batch_normalization.md": layers(f"{HIDDEN}\ndlref.layers.BatchNormalization(),"),
    "layers/normalization.md": layers(f"normalizer,\n{HIDDEN}")
    | {
        "targets": "\nnormalizer = dlref.layers.Normalization()\nnormalizer.adapt(images)  # before the first step"
    },
    "layers/pca.md": layers(f"whitening,\n{HIDDEN}")
    | {
        "targets": "\nwhitening = dlref.layers.Whitening(30)\nwhitening.adapt(images)  # before the first step"
    },
    "preprocessing/split.md": {
        "targets": "\n(images, digits), dev, test = dlref.preprocessing.split("
        "images, digits, stratify=digits, seed=1\n)",
        "then": "\nassert model.evaluate(*test, verbose=0) < 2.3  # ln 10, of a guess",
        "about": "sets",
    },
    "preprocessing/mini_batches.md": {
        "diagnosis": "for x, y in dlref.preprocessing.mini_batches(images, digits):\n"
        "    model.train_on_batch(x, y)\n"
        "assert model.evaluate(images, digits, verbose=0) < 2.3  # ln 10, of a guess",
        "about": "epoch",
    },
    "layers/dropout.md": layers(f"{HIDDEN}\ndlref.layers.Dropout(0.2),"),
    "layers/drop_connect.md": layers(
        'dlref.layers.DropConnect(keras.layers.Dense(32, activation="relu"), rate=0.2),'
    ),
    "layers/stochastic_depth.md": layers(
        f'{HIDDEN}\ndlref.layers.StochasticDepth(keras.layers.Dense(32, activation="relu"), rate=0.2),'
    ),
    "layers/conv2d.md": layers(
        'keras.layers.Reshape((8, 8, 1)),\ndlref.layers.Conv2D(16, 3, padding="same", activation="relu"),\n'
        "keras.layers.Flatten(),"
    ),
    "layers/pooling.md": layers(
        'keras.layers.Reshape((8, 8, 1)),\nkeras.layers.Conv2D(16, 3, padding="same", activation="relu"),\n'
        "dlref.layers.MaxPooling2D(2),\nkeras.layers.Flatten(),"
    ),
    "layers/global_average_pooling_1d.md": layers(
        "keras.layers.Reshape((8, 8)),\n"
        'keras.layers.Conv1D(64, 3, activation="relu"),\n'
        "dlref.layers.GlobalAveragePooling1D(),"
    ),
    "layers/conv2d_transpose.md": layers(
        'keras.layers.Dense(16, activation="relu"),\nkeras.layers.Reshape((4, 4, 1)),\n'
        'dlref.layers.Conv2DTranspose(8, 2, strides=2, activation="relu"),\nkeras.layers.Flatten(),'
    ),
    **{
        f"layers/{page}.md": layers(
            f"keras.layers.Reshape((8, 8)),  # a digit, row by row\ndlref.layers.{name}(32),"
        )
        for page, name in (("simple_rnn", "SimpleRNN"), ("gru", "GRU"), ("lstm", "LSTM"))
    },
    "layers/fractional_max_pooling.md": layers(
        "keras.layers.Reshape((8, 8, 1)),\ndlref.layers.FractionalMaxPooling2D(2**0.5),\n"
        f"keras.layers.Flatten(),\n{HIDDEN}"
    ),
    "layers/augmentation.md": layers(
        "keras.layers.Reshape((8, 8, 1)),\ndlref.layers.RandomCrop(7, 7),\n"
        f"keras.layers.Flatten(),\n{HIDDEN}"
    ),
    "layers/random_rotation.md": layers(
        "keras.layers.Reshape((8, 8, 1)),\ndlref.layers.RandomRotation(0.05),\n"
        f"keras.layers.Flatten(),\n{HIDDEN}"
    ),
    "layers/pca_color_shift.md": layers(
        f"keras.layers.Reshape((8, 8, 1)),\nshift,\nkeras.layers.Flatten(),\n{HIDDEN}"
    )
    | {
        "targets": "\nshift = dlref.layers.PCAColorShift()\n"
        "shift.adapt(images.reshape(-1, 8, 8, 1))  # before the first step"
    },
    "layers/whole_set_statistics.md": layers(f"{HIDDEN}\ndlref.layers.BatchNormalization(),")
    | {"then": STATISTICS},
    "losses/categorical_crossentropy.md": {
        "targets": "\ndigits = keras.utils.to_categorical(digits)",
        "loss": "dlref.losses.CategoricalCrossentropy()",
    },
    "losses/binary_crossentropy.md": {
        "targets": "\ndigits = (digits == 8).astype(float)[:, None]  # is it an eight?",
        **layers(HIDDEN, 'keras.layers.Dense(1, activation="sigmoid"),'),
        "loss": "dlref.losses.BinaryCrossentropy()",
    },
    "losses/multi_task_crossentropy.md": {
        "targets": "\nkinds = [digits % 2 == 0, digits >= 5, np.isin(digits, [0, 6, 8, 9])]  # even, large, round\n"
        "digits = np.stack(kinds, 1).astype(float)\n"
        "digits[np.random.default_rng(0).random(digits.shape) < 0.3] = np.nan  # what nobody has labelled",
        "imports": "\nimport numpy as np",
        **layers(HIDDEN, "keras.layers.Dense(3),"),
        "loss": "dlref.losses.MultiTaskCrossentropy(from_logits=True)",
    },
    "losses/triplet_loss.md": {
        **layers(HIDDEN, "keras.layers.Dense(16),\nkeras.layers.UnitNormalization(),"),
        "loss": "dlref.losses.TripletLoss()",
    },
    "losses/landmark_loss.md": {
        "targets": "\nink = images.reshape(-1, 8, 8) > 0.25\n"
        "rows = ink.any(2)  # landmarks: where the first and the last row begin\n"
        "first, last = rows.argmax(1), 7 - rows[:, ::-1].argmax(1)\n"
        "starts = [ink[range(len(ink)), row].argmax(1) for row in (first, last)]\n"
        "there = np.arange(len(images)) % 2  # every second picture shows a digit, the others noise\n"
        "noise = np.random.default_rng(0).permuted(images, axis=1)\n"
        "images = np.where(there[:, None], images, noise)\n"
        "digits = np.stack([8 * there, starts[0], first, starts[1], last], 1) / 8",
        "imports": "\nimport numpy as np",
        **layers(HIDDEN, "keras.layers.Dense(5),"),
        "loss": "dlref.losses.LandmarkLoss()",
    },
    "metrics/f1_score.md": {
        "targets": "\ndigits = keras.utils.to_categorical(digits)",
        "loss": '"categorical_crossentropy"',
        "metrics": '\n    metrics=[dlref.metrics.F1Score("macro")],',
    },
    "activations.md": layers(
        "keras.layers.Dense(32, activation=dlref.activations.relu),",
        "keras.layers.Dense(10, activation=dlref.activations.softmax),",
    ),
    "initializers.md": layers(
        'keras.layers.Dense(\n    32, activation="relu", kernel_initializer=dlref.initializers.HeNormal()\n),'
    ),
    "regularizers.md": layers(
        'keras.layers.Dense(\n    32,\n    activation="relu",\n'
        "    kernel_regularizer=dlref.regularizers.L2(0.1, examples=1797),\n),"
    ),
    "optimizers/newton.md": {
        "diagnosis": "# With L2 the cost of logistic regression is convex; Newton's method needs that.\n"
        "l2 = keras.regularizers.L2(0.001)\n"
        'layer = keras.layers.Dense(1, "sigmoid", kernel_regularizer=l2, bias_regularizer=l2)\n'
        "convex = keras.Sequential([keras.Input((64,)), layer])\n"
        'convex.compile(loss="binary_crossentropy")\n'
        "eights = (digits == 8).astype(float)[:, None]\n"
        "newton = dlref.optimizers.Newton()\n"
        "history = dlref.optimizers.fit_full_batch(convex, images, eights, optimizer=newton)\n"
        "print(history.minimum)\nassert history.minimum.converged and history.minimum.iterations < 15",
        "about": "second order",
    },
    "optimizers/bfgs.md": {
        "diagnosis": "optimizer = dlref.optimizers.LBFGS(max_iterations=30)\n"
        "history = dlref.optimizers.fit_full_batch(model, images, digits, optimizer=optimizer)\n"
        'print(history.minimum)\nassert history.history["loss"][-1] < 0.2',
        "about": "second order",
    },
    "callbacks/early_stopping.md": {
        "diagnosis": 'stop = dlref.callbacks.EarlyStopping("val_loss", patience=2, restore_best_weights=True)\n'
        "model.fit(images, digits, epochs=20, validation_split=0.2, callbacks=[stop])\n"
        "assert stop.best is not None",
        "about": "callback",
    },
    "callbacks/learning_rate_scheduler.md": {
        "diagnosis": "decay = dlref.callbacks.LearningRateScheduler(lambda epoch: 0.01 / (1 + epoch))\n"
        "history = model.fit(images, digits, epochs=5, callbacks=[decay]).history\n"
        'assert abs(history["learning_rate"][-1] - 0.002) < 1e-6',
        "about": "callback",
    },
    "callbacks/snapshot_ensemble.md": {
        "diagnosis": "snapshots = dlref.callbacks.SnapshotEnsemble(0.01, epochs_per_cycle=2)\n"
        "model.fit(images, digits, epochs=4, callbacks=[snapshots])\n"
        "assert len(snapshots.ensemble().models) == 2",
        "about": "callback",
    },
    "callbacks/weight_average.md": {
        "diagnosis": "average = dlref.callbacks.WeightAverage(0.98)\n"
        "model.fit(images, digits, epochs=5, callbacks=[average])\n"
        "assert len(average.averages) == 4",
        "about": "callback",
    },
    "diagnostics/initial_loss.md": {
        "diagnosis": "found = dlref.diagnostics.initial_loss(model, images, digits)\n"
        'print(found)\nassert found.verdict == "good"'
    },
    "diagnostics/activation_statistics.md": {
        "diagnosis": "found = dlref.diagnostics.activation_statistics(model, images)\n"
        'print(found)\nassert found.verdict == "good"'
    },
    "diagnostics/signal_propagation.md": {
        "diagnosis": "hidden = model.layers[0]\nstart = hidden.kernel_initializer\n"
        "found = dlref.diagnostics.signal_propagation(start, hidden.activation, units=[64, 32, 32])\n"
        'print(found)\nassert found.verdict == "good"'
    },
    "diagnostics/warn_on_rising_cost.md": {
        "diagnosis": 'model.compile(keras.optimizers.SGD(0.1), "sparse_categorical_crossentropy")\n'
        "watch = dlref.diagnostics.WarnOnRisingCost()\n"
        "model.fit(images, digits, batch_size=len(images), epochs=5, callbacks=[watch])\n"
        "assert watch.rises == []",
        "about": "full batch",
    },
    "by_hand/logistic_regression.md": {
        "labels": "(digits == 8).astype(float)[None]  # is it an eight?",
        "network": "network = dlref.by_hand.LogisticRegression(64)",
        "layers": "keras.layers.Dense(1),",
        "weights": "[network.w, np.array([network.b])]",
        "loss": "keras.losses.BinaryCrossentropy(from_logits=True)",
        "kernel": "w",
    },
    "by_hand/deep_network.md": {
        "labels": "np.eye(10)[:, digits]",
        "network": 'network = dlref.by_hand.DeepNetwork([64, 32, 10], "relu", seed=0)',
        "layers": 'keras.layers.Dense(32, activation="relu"),\nkeras.layers.Dense(10),',
        "weights": "[v for i in network.W for v in (network.W[i].T, network.b[i][:, 0])]",
        "loss": "keras.losses.CategoricalCrossentropy(from_logits=True)",
        "kernel": "W[1].T",
    },
    "by_hand/batch_normalization.md": {
        **layers(
            "keras.layers.Dense(32, use_bias=False),\ndlref.layers.BatchNormalization(),\n"
            "keras.layers.ReLU(),"
        ),
        "imports": "\nimport numpy as np",
        "then": "\nby_hand = dlref.by_hand.BatchNormalization(32)\n"
        "by_hand.gamma, by_hand.beta = (v[:, None] for v in model.layers[1].get_weights()[:2])\n"
        "z = model.layers[0](images)\n"
        "assert np.allclose(by_hand.forward(np.transpose(z)).T, model.layers[1](z, training=True), atol=1e-4)",
    },
    "by_hand/recurrent_network.md": {
        **layers(
            "keras.layers.Reshape((8, 8)),  # a digit, row by row\nkeras.layers.SimpleRNN(32),"
        ),
        "imports": "\nimport numpy as np",
        "then": "\nnetwork = dlref.by_hand.RecurrentNetwork(8, 32, 10)\n"
        "network.W_ax, network.W_aa, b_a = (v.T for v in model.layers[1].get_weights())\n"
        "network.b_a = b_a[:, None]\n"
        "rows = images.reshape(-1, 8, 8)\n"
        "states, _ = network.forward(rows.transpose(1, 2, 0))\n"
        "assert np.allclose(states[-1].T, model.layers[1](rows), atol=1e-5)",
    },
    "by_hand/linear_collapse.md": {
        **layers("keras.layers.Dense(32),", "keras.layers.Dense(10),"),
        "loss": "keras.losses.SparseCategoricalCrossentropy(from_logits=True)",
        "then": "\nprint(dlref.by_hand.linear_collapse(model))  # 650 parameters would do for 2410",
    },
    "ensembles.md": {
        "diagnosis": "model.fit(images, digits, epochs=5, verbose=0)\n"
        "other = keras.models.clone_model(model)  # with random weights of its own\n"
        'other.compile("adam", "sparse_categorical_crossentropy")\n'
        "other.fit(images, digits, epochs=5, verbose=0)\n"
        "ensemble = dlref.ensembles.Ensemble([model, other])\n"
        'ensemble.compile(loss="sparse_categorical_crossentropy")\n'
        "losses = [each.evaluate(images, digits, verbose=0) for each in (model, other, ensemble)]\n"
        "assert losses[2] < (losses[0] + losses[1]) / 2",
        "about": "ensemble",
    },
    "transfer/freeze.md": {
        "diagnosis": 'found = dlref.transfer.freeze(model, data="little", domain="similar")\n'
        "print(found)  # the classifier is trained, and the note says to compile again\n"
        'model.compile("adam", "sparse_categorical_crossentropy")\n'
        "kernel = model.get_weights()[0]\n"
        "model.fit(images, digits, verbose=0)\n"
        "assert (model.get_weights()[0] == kernel).all()",
        "about": "freeze",
    },
    "detection/boxes.md": {
        "diagnosis": BOXES + "boxes = dlref.detection.corners_to_midpoint(corners)\n"
        'locator.compile("adam", "mse")\n'
        "locator.fit(images, boxes, epochs=20, verbose=0)\n"
        "found = dlref.detection.midpoint_to_corners(locator.predict(images, verbose=0))\n"
        "assert np.abs(found - corners).mean() < 0.05  # less than half a pixel of the eight",
        "imports": "\nimport numpy as np",
        "about": "boxes",
    },
    "detection/iou.md": {
        "diagnosis": BOXES + "\n\ndef overlap(true, found):\n"
        "    return dlref.detection.iou(true[:, None], found[:, None])[:, 0, 0]\n\n\n"
        'locator.compile("adam", "mse", metrics=[overlap])\n'
        "history = locator.fit(images, corners, epochs=20, verbose=0).history\n"
        'assert history["overlap"][0] < 0.5 < 0.8 < history["overlap"][-1]',
        "imports": "\nimport numpy as np",
        "about": "boxes",
    },
    "models/lenet5.md": {
        "pictures": "pictures = images.reshape(-1, 8, 8, 1).repeat(2, 1).repeat(2, 2)  # at least 16 × 16\n"
        'network = dlref.models.LeNet5((16, 16, 1), activation="relu")\n'
        'network.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])\n'
        "network.fit(pictures[:1200], digits[:1200], epochs=3, verbose=0)\n"
        "assert network.evaluate(pictures[1200:], digits[1200:], verbose=0)[1] > 0.6\n"
        'path = f"{tempfile.mkdtemp()}/lenet5.keras"\n'
        "network.save(path)\n"
        "loaded = keras.models.load_model(path)\n"
        "assert loaded.count_params() == network.count_params()",
        "first": "import tempfile\n\n",
        "about": "network",
    },
    "models/alexnet.md": {
        "pictures": "pictures = images[:200].reshape(-1, 8, 8, 1).repeat(9, 1).repeat(9, 2)  # 72 × 72\n"
        "network = dlref.models.AlexNet((72, 72, 1), classes=10, width=1 / 16)\n"
        'network.compile("adam", "sparse_categorical_crossentropy")\n'
        "network.fit(pictures, digits[:200], verbose=0)\n"
        'path = f"{tempfile.mkdtemp()}/alexnet.keras"\n'
        "network.save(path)\n"
        "loaded = keras.models.load_model(path)\n"
        "assert loaded.count_params() == network.count_params()",
        "first": "import tempfile\n\n",
        "about": "network",
    },
    "models/vgg16.md": {
        "pictures": BASE.format(network="VGG16", width="1 / 8"),
        "about": "base",
    },
    "models/resnet50.md": {
        "pictures": BASE.format(network="ResNet50", width="1 / 8"),
        "about": "base",
    },
    "detection/non_max_suppression.md": {
        "diagnosis": WINDOWS + "kept = np.array(\n"
        "    dlref.detection.non_max_suppression(boxes, scores, 60, iou_threshold=0.2, score_threshold=0.2)\n)\n"
        "found = boxes[kept[kept >= 0], 0]\n"
        "assert len(found) < (scores > 0.2).sum()\n"
        "assert len(set(range(12800, 13193, 8)) & set(found)) >= 45  # of the 50",
        "imports": "\nimport numpy as np",
        "about": "windows",
    },
    "detection/sliding_windows.md": {
        "diagnosis": WINDOWS
        + "picture = strip[:, 12800:13200]  # the same 50 digits, as one picture\n"
        "windows = np.array(dlref.detection.sliding_windows(picture.shape, [8], 1), int)\n"
        "cut = np.stack([picture[top:bottom, left:right] for left, top, right, bottom in windows])\n"
        "again = detector.predict(cut.reshape(-1, 64), verbose=0)[:, 0]\n"
        "assert np.allclose(again, scores, atol=1e-5)",
        "imports": "\nimport numpy as np",
        "about": "windows",
    },
    "detection/soft_non_max_suppression.md": {
        "diagnosis": WINDOWS + "places, lowered = dlref.detection.soft_non_max_suppression(\n"
        "    boxes, scores, 60, sigma=0.1, score_threshold=0.2\n)\n"
        "found = boxes[np.array(places)[np.array(places) >= 0], 0]\n"
        "assert len(found) < (scores > 0.2).sum()\n"
        "assert len(set(range(12800, 13193, 8)) & set(found)) >= 45  # of the 50",
        "imports": "\nimport numpy as np",
        "about": "windows",
    },
    "layers/attention.md": {
        "pictures": "rows = keras.Input((8, 8))\n"
        'x = keras.layers.Dense(32, activation="relu")(rows)\n'
        "look = dlref.layers.DotProductAttention()\n"
        "c, alpha = look([x, x], return_attention_scores=True)\n"
        'last = keras.layers.Dense(10, activation="softmax")\n'
        "both = keras.layers.Flatten()(keras.layers.concatenate([x, c]))\n"
        "network = keras.Model(rows, last(both))\n"
        'network.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])\n'
        "network.fit(images.reshape(-1, 8, 8), digits, epochs=5, verbose=0)\n"
        "weights = keras.Model(rows, alpha)(images[:3].reshape(-1, 8, 8))\n"
        'path = f"{tempfile.mkdtemp()}/network.keras"\n'
        "network.save(path)\n"
        "loaded = keras.models.load_model(path)\n"
        "assert loaded.evaluate(images.reshape(-1, 8, 8), digits, verbose=0)[1] > 0.8\n"
        "assert weights.shape == (3, 8, 8)",
        "first": "import tempfile\n\n",
        "about": "rows",
    },
    "layers/multi_head_attention.md": {
        "pictures": "rows = keras.Input((8, 8))\n"
        'x = keras.layers.Dense(32, activation="relu")(rows)\n'
        "y = dlref.layers.MultiHeadAttention(num_heads=4, key_dim=8)(x, x)\n"
        'last = keras.layers.Dense(10, activation="softmax")\n'
        "outputs = last(keras.layers.Flatten()(keras.layers.add([x, y])))\n"
        "network = keras.Model(rows, outputs)\n"
        'network.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])\n'
        "network.fit(images.reshape(-1, 8, 8), digits, epochs=5, verbose=0)\n"
        "assert network.evaluate(images.reshape(-1, 8, 8), digits, verbose=0)[1] > 0.8",
        "about": "rows_of_heads",
    },
    "layers/positional_encoding.md": {
        "pictures": "rows = keras.Input((8, 8))\n"
        'x = keras.layers.Dense(32, activation="relu")(rows)\n'
        "x = dlref.layers.PositionalEncoding()(x)\n"
        "y = dlref.layers.MultiHeadAttention(num_heads=4, key_dim=8)(x, x)\n"
        'last = keras.layers.Dense(10, activation="softmax")\n'
        "outputs = last(keras.layers.GlobalAveragePooling1D()(keras.layers.add([x, y])))\n"
        "network = keras.Model(rows, outputs)\n"
        'network.compile(keras.optimizers.Adam(0.005), "sparse_categorical_crossentropy", metrics=["accuracy"])\n'
        "network.fit(images.reshape(-1, 8, 8), digits, epochs=5, verbose=0)\n"
        "assert network.evaluate(images.reshape(-1, 8, 8), digits, verbose=0)[1] > 0.7",
        "about": "places_of_rows",
    },
    "layers/transformer_encoder.md": {
        "pictures": "rows = keras.Input((8, 8))\n"
        "x = dlref.layers.PositionalEncoding()(keras.layers.Dense(32)(rows))\n"
        "x = dlref.layers.TransformerEncoder(intermediate_dim=64, num_heads=4)(x)\n"
        'last = keras.layers.Dense(10, activation="softmax")\n'
        "network = keras.Model(rows, last(keras.layers.Flatten()(x)))\n"
        'network.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])\n'
        "network.fit(images.reshape(-1, 8, 8), digits, epochs=5, verbose=0)\n"
        "assert network.evaluate(images.reshape(-1, 8, 8), digits, verbose=0)[1] > 0.8",
        "about": "rows_in_a_block",
    },
    "layers/transformer_decoder.md": {
        "pictures": "upper, lower = (keras.Input((4, 8)) for _ in range(2))\n"
        "read, written = (\n"
        "    dlref.layers.PositionalEncoding()(keras.layers.Dense(32)(rows)) for rows in (upper, lower)\n"
        ")\n"
        "x = dlref.layers.TransformerDecoder(intermediate_dim=64, num_heads=4)(written, read)\n"
        'last = keras.layers.Dense(10, activation="softmax")\n'
        "network = keras.Model([upper, lower], last(keras.layers.Flatten()(x)))\n"
        'network.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])\n'
        "rows = images.reshape(-1, 8, 8)\n"
        "halves = [rows[:, :4], rows[:, 4:]]\n"
        "network.fit(halves, digits, epochs=5, verbose=0)\n"
        "assert network.evaluate(halves, digits, verbose=0)[1] > 0.8",
        "about": "halves_of_digits",
    },
    "models/transformer.md": {
        "pictures": TRANSLATOR + "assert translator.evaluate(inputs, wanted, verbose=0)[1] > 0.95\n"
        'path = f"{tempfile.mkdtemp()}/transformer.keras"\n'
        "translator.save(path)\n"
        "loaded = keras.models.load_model(path)\n"
        "assert loaded.count_params() == translator.count_params()",
        "first": "import tempfile\n\n",
        "imports": "\nimport numpy as np",
        "about": "number_words",
    },
    "decoding/cached_decoders.md": {
        "pictures": TRANSLATOR + "words = []\n"
        "for after in dlref.decoding.cached_decoders(translator, numbers, max_length=7):\n"
        "    best = dlref.decoding.beam_search(after, start_token=1, end_token=2, max_length=7)[0]\n"
        '    words.append("".join(letters[j] for j in best.tokens[:-1]))\n'
        "assert words == names",
        "imports": "\nimport numpy as np",
        "about": "number_words",
    },
    "decoding/beam_search.md": {
        "pictures": SPELLING + "words = []\n"
        "for image in images[1200:1220]:\n"
        "    best = dlref.decoding.beam_search(after(image), start_token=1, end_token=0, max_length=6)[0]\n"
        '    words.append("".join(letters[j] for j in best.tokens[:-1]))\n'
        "assert np.mean([word == names[digit] for word, digit in zip(words, digits[1200:])]) > 0.7",
        "imports": "\nimport numpy as np",
        "about": "spelling",
    },
    "decoding/beam_search_errors.md": {
        "pictures": SPELLING + "references, outputs = [], []\n"
        "for image, digit in zip(images[1200:1240], digits[1200:1240]):\n"
        "    written = spelled[digit, 1 : len(names[digit]) + 2]\n"
        "    references.append(dlref.decoding.score_sequence(after(image), written, 1, 0))\n"
        "    outputs.append(dlref.decoding.beam_search(after(image), 1, 0, 6, beam_width=2)[0])\n"
        "found = dlref.decoding.beam_search_errors(references, outputs)\n"
        "print(found)\nassert len(found.faults) == 40 and found.wrong <= 10",
        "imports": "\nimport numpy as np",
        "about": "spelling",
    },
    "decoding/sampling.md": {
        "pictures": SPELLING + "found = dlref.decoding.sample_sequences(\n"
        "    after(images[1200]), start_token=1, end_token=0, max_length=6, count=20, temperature=0.5, seed=0\n"
        ")\n"
        'words = ["".join(letters[j] for j in each.tokens[:-1]) for each in found]\n'
        "assert words.count(names[digits[1200]]) > 10",
        "imports": "\nimport numpy as np",
        "about": "spelling",
    },
    "models/inception_v1.md": {
        "pictures": BASE.format(network="InceptionV1", width="1 / 8"),
        "about": "base",
    },
    "models/siamese_network.md": {
        "diagnosis": "embedding = keras.Sequential([keras.Input((64,)), keras.layers.Dense(32)])\n"
        "network = dlref.models.SiameseNetwork(embedding)\n"
        "rate = keras.optimizers.Adam(0.01)\n"
        'network.compile(rate, "binary_crossentropy", metrics=["accuracy"])\n'
        "other = np.random.default_rng(0).permutation(len(images))  # one pair in ten is of the same digit\n"
        'same = (digits == digits[other]).astype("float32")\n'
        "weights = np.where(same, 9.0, 1.0)\n"
        "pairs = [images, images[other]]\n"
        "history = network.fit(pairs, same, sample_weight=weights, epochs=5, verbose=0).history\n"
        'assert history["loss"][-1] < history["loss"][0]',
        "imports": "\nimport numpy as np",
        "about": "pairs",
    },
    "models/ten_crop.md": {
        "diagnosis": "classifier = keras.Sequential(\n"
        "    [\n"
        "        keras.Input((7, 7, 1)),\n"
        "        keras.layers.Flatten(),\n"
        '        keras.layers.Dense(10, activation="softmax"),\n'
        "    ]\n"
        ")\n"
        "crop = dlref.layers.RandomCrop(7, 7, seed=0)\n"
        "on_pieces = keras.Sequential([keras.Input((8, 8, 1)), crop, classifier])\n"
        'on_pieces.compile("adam", "sparse_categorical_crossentropy")\n'
        "pictures = images.reshape(-1, 8, 8, 1)\n"
        "on_pieces.fit(pictures, digits, epochs=5, verbose=0)\n"
        "model = dlref.models.TenCrop(classifier)\n"
        'model.compile(loss="sparse_categorical_crossentropy")\n'
        "model.evaluate(pictures, digits, verbose=0)",
        "about": "crops",
    },
    "losses/dice.md": {
        "pictures": MASKS
        + 'marks = keras.layers.Conv2D(1, 3, padding="same", activation="sigmoid")\n'
        "network = keras.Sequential([keras.Input((16, 16, 1)), marks])\n"
        "network.compile(keras.optimizers.Adam(0.01), dlref.losses.Dice())\n"
        "history = network.fit(pictures, masks[..., None], epochs=3, verbose=0).history\n"
        'path = f"{tempfile.mkdtemp()}/network.keras"\n'
        "network.save(path)\n"
        "loaded = keras.models.load_model(path)\n"
        'assert loaded.evaluate(pictures, masks[..., None], verbose=0) < history["loss"][0]',
        "first": "import tempfile\n\n",
        "imports": "\nimport numpy as np",
        "about": "masks",
    },
    "metrics/mean_iou.md": {
        "pictures": MASKS
        + 'marks = keras.layers.Conv2D(2, 3, padding="same", activation="softmax")\n'
        "network = keras.Sequential([keras.Input((16, 16, 1)), marks])\n"
        "metric = dlref.metrics.MeanIoU(2, sparse_y_pred=False)\n"
        "rate = keras.optimizers.Adam(0.01)\n"
        'network.compile(rate, "sparse_categorical_crossentropy", metrics=[metric])\n'
        "history = network.fit(pictures, masks, epochs=3, verbose=0).history\n"
        'path = f"{tempfile.mkdtemp()}/network.keras"\n'
        "network.save(path)\n"
        "loaded = keras.models.load_model(path)\n"
        "assert loaded.evaluate(pictures, masks, verbose=0)[1] > 0.5",
        "first": "import tempfile\n\n",
        "imports": "\nimport numpy as np",
        "about": "masks",
    },
    "models/unet.md": {
        "pictures": MASKS + "network = dlref.models.UNet((16, 16, 1), classes=2, width=1 / 16)\n"
        "rate = keras.optimizers.Adam(0.005)\n"
        'network.compile(rate, "sparse_categorical_crossentropy", metrics=["accuracy"])\n'
        "network.fit(pictures[:600], masks[:600], epochs=3, verbose=0)\n"
        "background = (masks[1200:] == 0).mean()\n"
        "assert network.evaluate(pictures[1200:], masks[1200:], verbose=0)[1] > background\n"
        'path = f"{tempfile.mkdtemp()}/unet.keras"\n'
        "network.save(path)\n"
        "loaded = keras.models.load_model(path)\n"
        "assert loaded.count_params() == network.count_params()",
        "first": "import tempfile\n\n",
        "imports": "\nimport numpy as np",
        "about": "masks",
    },
    "metrics/mean_average_precision.md": {
        "diagnosis": BOXES + "seen, new = slice(0, 1500), slice(1500, None)\n"
        'locator.compile("adam", "mse")\n'
        "locator.fit(images[seen], corners[seen], epochs=10, verbose=0)\n"
        "model.fit(images[seen], digits[seen], epochs=5, verbose=0)\n"
        "shares = model.predict(images[new], verbose=0)\n"
        "found = {\n"
        '    "boxes": locator.predict(images[new], verbose=0)[:, None],  # one in each picture\n'
        '    "labels": shares.argmax(1)[:, None],\n'
        '    "scores": shares.max(1)[:, None],\n'
        "}\n"
        'truth = {"boxes": corners[new][:, None], "labels": digits[new][:, None]}\n'
        "metric = dlref.metrics.MeanAveragePrecision()\n"
        "metric.update_state(truth, found)\n"
        "assert metric.result() > 0.3",
        "imports": "\nimport numpy as np",
        "about": "boxes",
    },
    "metrics/bleu.md": {
        "diagnosis": READ + "metric = dlref.metrics.BLEU()\n"
        "metric.update_state(truth[:, None], found)  # one reference for each row\n"
        "assert 0.5 < metric.result() < 1",
        "about": "rows of digits",
    },
    "metrics/error_rate.md": {
        "diagnosis": READ + "metric = dlref.metrics.WordErrorRate()\n"
        "metric.update_state(truth, found)\n"
        "assert 0 < metric.result() < 0.3",
        "about": "rows of digits",
    },
    "detection/yolo.md": {
        "pictures": GRID
        + "boxes, scores, classes = dlref.detection.yolo_decode(network(pictures[:1]), from_logits=True)\n"
        "kept = dlref.detection.non_max_suppression(boxes[0], scores[0], 3, classes=classes[0])\n"
        'assert history["loss"][-1] < history["loss"][0] and boxes.shape == (1, 9, 4)',
        "imports": "\nimport numpy as np",
        "about": "grid",
    },
    "decoding/ctc.md": {
        "pictures": COLUMNS + "network.fit(columns[:500], texts[:500], epochs=12, verbose=0)\n"
        "steps = keras.ops.log_softmax(network.predict(columns[500:], verbose=0))\n"
        "found = [dlref.decoding.ctc_greedy_search(each).symbols for each in steps]\n"
        "metric = dlref.metrics.WordErrorRate()\n"
        "metric.update_state(texts[500:], found)\n"
        "assert metric.result() < 0.5\n"
        "best = dlref.decoding.ctc_beam_search(steps[0])[0]\n"
        "assert best.log_probability >= dlref.decoding.ctc_greedy_search(steps[0]).log_probability",
        "about": "columns",
    },
    "embeddings/keyed_vectors.md": {
        "pictures": 'names = "zero one two three four five six seven eight nine".split()\n'
        "means = np.stack([images[digits == digit].mean(0) for digit in range(10)])\n"
        "words = dlref.embeddings.KeyedVectors(names, means)\n"
        'print(words.most_similar("nine", topn=3))  # looks most like three\n'
        "table = keras.layers.Embedding(10, 64, weights=[words.vectors], trainable=False)\n"
        'hidden = keras.layers.Dense(32, activation="relu")\n'
        'last = keras.layers.Dense(1, activation="sigmoid")\n'
        "network = keras.Sequential([keras.Input((2,)), table, keras.layers.Flatten(), hidden, last])\n"
        'network.compile(dlref.optimizers.Adam(0.03), "binary_crossentropy", metrics=["accuracy"])\n'
        "pairs = np.argwhere(np.ones((10, 10)))  # which of two digits is larger?\n"
        "network.fit(pairs, pairs[:, 0] > pairs[:, 1], epochs=30, verbose=0)\n"
        "assert network.evaluate(pairs, pairs[:, 0] > pairs[:, 1], verbose=0)[1] > 0.9",
        "imports": "\nimport numpy as np",
        "about": "words",
    },
    "metrics/perplexity.md": {
        "pictures": "levels = (images * 3).round().astype(int)  # 0 to 3\n"
        "x, y = levels[:600, :-1], levels[:600, 1:]\n"
        "read = [keras.layers.Embedding(4, 8), dlref.layers.GRU(16, return_sequences=True)]\n"
        "network = keras.Sequential([keras.Input((63,)), *read, keras.layers.Dense(4)])\n"
        "loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)\n"
        "network.compile(dlref.optimizers.Adam(0.03), loss, metrics=[dlref.metrics.Perplexity(from_logits=True)])\n"
        "history = network.fit(x, y, epochs=4, verbose=0).history\n"
        'assert history["perplexity"][-1] < history["perplexity"][0] < 4  # 4, of a guess\n'
        "loss, perplexity = network.evaluate(x, y, verbose=0)\n"
        "assert np.isclose(perplexity, np.exp(loss), rtol=1e-3)",
        "imports": "\nimport numpy as np",
        "about": "levels",
    },
    "models/neural_language_model.md": {
        "pictures": "levels = (16 * images[:600]).astype(int).reshape(-1, 8)  # 17 levels of grey, row by row\n"
        "windows = np.lib.stride_tricks.sliding_window_view(levels, 5, axis=1).reshape(-1, 5)\n"
        "network = dlref.models.NeuralLanguageModel(17, vector_size=4, units=32)\n"
        'network.compile("adam", "sparse_categorical_crossentropy", metrics=[dlref.metrics.Perplexity()])\n'
        "network.fit(windows[:16000, :4], windows[:16000, 4], epochs=5, verbose=0)\n"
        "assert network.evaluate(windows[16000:, :4], windows[16000:, 4], verbose=0)[1] < 6.5  # 8.1 without looking\n"
        'path = f"{tempfile.mkdtemp()}/network.keras"\n'
        "network.save(path)\n"
        "loaded = keras.models.load_model(path)\n"
        "assert loaded.count_params() == network.count_params()",
        "first": "import tempfile\n\n",
        "imports": "\nimport numpy as np",
        "about": "rows of grey",
    },
    "embeddings/skip_gram.md": {
        "pictures": "texts = (16 * images[:300]).astype(int).reshape(-1, 8)\n"
        "pairs = dlref.embeddings.skip_gram_pairs(texts, vocabulary_size=17, window=2)\n"
        "words, labels = dlref.embeddings.negative_samples(pairs, np.bincount(texts.ravel()))\n"
        "layer = dlref.embeddings.SkipGram(17, 4)\n"
        'network = keras.Sequential([keras.Input((7,), dtype="int32"), layer])\n'
        "loss = dlref.losses.MultiTaskCrossentropy(from_logits=True)\n"
        "network.compile(dlref.optimizers.Adam(0.03), loss)\n"
        "network.fit(words, labels, batch_size=256, epochs=3, verbose=0)\n"
        "levels = dlref.embeddings.KeyedVectors([str(i) for i in range(17)], layer.vectors())\n"
        'assert levels.most_similar("14", topn=1)[0][0] in ("12", "13", "15", "16")\n'
        'path = f"{tempfile.mkdtemp()}/network.keras"\n'
        "network.save(path)\n"
        "loaded = keras.models.load_model(path)\n"
        "assert np.allclose(loaded(words[:9]), network(words[:9]))",
        "first": "import tempfile\n\n",
        "imports": "\nimport numpy as np",
        "about": "rows of grey",
    },
    "embeddings/hierarchical_softmax.md": {
        "pictures": "nodes, labels = dlref.embeddings.huffman_codes(np.bincount(digits))\n"
        "turns = np.full((10, 9), -1)  # of each digit at each inner node, -1 where its way does not pass\n"
        "for digit in range(10):\n"
        "    passed = labels[digit] >= 0\n"
        "    turns[digit, nodes[digit, passed]] = labels[digit, passed]\n"
        'layers = [keras.layers.Dense(32, activation="relu"), keras.layers.Dense(9)]\n'
        "network = keras.Sequential([keras.Input((64,)), *layers])\n"
        "loss = dlref.losses.MultiTaskCrossentropy(from_logits=True)\n"
        "network.compile(dlref.optimizers.Adam(0.01), loss)\n"
        "network.fit(images, turns[digits], epochs=15, verbose=0)\n"
        "p = dlref.embeddings.hierarchical_softmax(network(images), nodes, labels)\n"
        "assert np.mean(np.argmax(p, 1) == digits) > 0.9",
        "imports": "\nimport numpy as np",
        "about": "turns",
    },
    "embeddings/glove.md": {
        "pictures": "texts = [np.flatnonzero(image > 0.5) for image in images[:500]]\n"
        "pairs, counts = dlref.embeddings.cooccurrence(texts, vocabulary_size=64, window=64)\n"
        "layer = dlref.embeddings.GloVe(64, 8)\n"
        'network = keras.Sequential([keras.Input((2,), dtype="int32"), layer])\n'
        "network.compile(dlref.optimizers.Adam(0.03), dlref.embeddings.GloVeLoss())\n"
        "network.fit(pairs, counts, epochs=20, verbose=0)\n"
        "pixels = dlref.embeddings.KeyedVectors([str(i) for i in range(64)], layer.vectors())\n"
        'pixel = pixels.most_similar("44", topn=1)[0][0]  # row 5, column 4\n'
        'assert pixel in ("36", "43", "45", "52")  # above, left, right, below\n'
        'path = f"{tempfile.mkdtemp()}/network.keras"\n'
        "network.save(path)\n"
        "assert np.allclose(keras.models.load_model(path)(pairs), network(pairs))",
        "first": "import tempfile\n\n",
        "imports": "\nimport numpy as np",
        "about": "pixels",
    },
    "embeddings/debiasing.md": {
        "pictures": "lit = images + 2 * np.tile(np.linspace(-1, 1, 8), 8)  # a lamp at the right\n"
        "g = dlref.embeddings.bias_direction(lit[:50], images[:50])\n"
        'layers = [keras.layers.Dense(32, activation="relu"), keras.layers.Dense(10, activation="softmax")]\n'
        "network = keras.Sequential([keras.Input((64,)), *layers])\n"
        'network.compile(dlref.optimizers.Adam(0.01), "sparse_categorical_crossentropy", metrics=["accuracy"])\n'
        "network.fit(dlref.embeddings.neutralize(images, g), digits, epochs=5, verbose=0)\n"
        "in_the_light = dlref.embeddings.neutralize(lit, g)\n"
        "assert network.evaluate(in_the_light, digits, verbose=0)[1] > 0.9\n"
        "assert network.evaluate(lit, digits, verbose=0)[1] < 0.7",
        "imports": "\nimport numpy as np",
        "about": "lamp",
    },
    "losses/ctc.md": {
        "pictures": COLUMNS
        + 'history = network.fit(columns[:500], texts[:500], epochs=6, verbose=0).history["loss"]\n'
        'path = f"{tempfile.mkdtemp()}/network.keras"\n'
        "network.save(path)\n"
        "loaded = keras.models.load_model(path)\n"
        "assert loaded.evaluate(columns[500:], texts[500:], verbose=0) < history[0] / 2",
        "first": "import tempfile\n\n",
        "about": "columns",
    },
    "preprocessing/trigger_word_labels.md": {
        "pictures": "rows = np.random.default_rng(0).integers(0, 1797, (400, 5))\n"
        "columns = images[rows].reshape(-1, 5, 8, 8).swapaxes(2, 3).reshape(-1, 40, 8)\n"
        "ends = [8 * np.flatnonzero(row == 7) + 7 for row in digits[rows]]\n"
        "labels = [dlref.preprocessing.trigger_word_labels(e, steps=40, width=4) for e in ends]\n"
        "labels = np.array(labels)[..., None]\n"
        "network = keras.Sequential([keras.Input((40, 8)), keras.layers.GRU(32, return_sequences=True)])\n"
        'network.add(keras.layers.Dense(1, activation="sigmoid"))\n'
        'network.compile(keras.optimizers.Adam(0.01), "binary_crossentropy", metrics=[keras.metrics.AUC()])\n'
        "network.fit(columns[:300], labels[:300], epochs=8, verbose=0)\n"
        "assert network.evaluate(columns[300:], labels[300:], verbose=0)[1] > 0.9",
        "imports": "\nimport numpy as np",
        "about": "trigger",
    },
    "losses/yolo_loss.md": {
        "pictures": GRID + 'path = f"{tempfile.mkdtemp()}/network.keras"\n'
        "network.save(path)\n"
        "loaded = keras.models.load_model(path)\n"
        'assert loaded.evaluate(pictures, y, verbose=0) < history["loss"][0]',
        "first": "import tempfile\n\n",
        "imports": "\nimport numpy as np",
        "about": "grid",
    },
    "models/mobilenet_v1.md": {
        "pictures": BASE.format(network="MobileNetV1", width="1 / 4"),
        "about": "base",
    },
    "models/mobilenet_v2.md": {
        "pictures": BASE.format(network="MobileNetV2", width="1 / 4"),
        "about": "base",
    },
    "models/efficientnet.md": {
        "pictures": BASE.format(network="EfficientNet", width="1 / 8").replace(
            " in colour", " in colour, 0 to 255"
        ),
        "about": "base",
    },
    "models/style_transfer.md": {
        "pictures": "pictures = images.reshape(-1, 8, 8, 1).repeat(4, 1).repeat(4, 2)  # 32 × 32\n"
        'first = keras.layers.Conv2D(16, 3, activation="relu", name="first")\n'
        'second = keras.layers.Conv2D(16, 3, strides=2, activation="relu", name="second")\n'
        'last = [keras.layers.GlobalAveragePooling2D(), keras.layers.Dense(10, activation="softmax")]\n'
        "network = keras.Sequential([keras.Input((32, 32, 1)), first, second, *last])\n"
        'network.compile("adam", "sparse_categorical_crossentropy")\n'
        "network.fit(pictures[:400], digits[:400], verbose=0)\n"
        "picture, costs = dlref.models.style_transfer(\n"
        '    network, pictures[0], pictures[1], "second", ["first", "second"], steps=20\n)\n'
        'assert picture.shape == (32, 32, 1) and costs["style_cost"][-1] < costs["style_cost"][0]',
        "about": "style",
    },
    "diagnostics/symmetric_units.md": {
        "diagnosis": "found = dlref.diagnostics.symmetric_units(model, images[:32])\n"
        'print(found)\nassert found.verdict == "good"'
    },
    "diagnostics/layer_sizes.md": {
        "diagnosis": "found = dlref.diagnostics.layer_sizes(model)\n"
        "print(found)\nassert found.parameters == model.count_params()"
    },
    "diagnostics/multiplications.md": {
        "diagnosis": "found = dlref.diagnostics.multiplications(model)\n"
        "print(found)\n"
        "assert found.total == sum(layer.kernel.shape[0] * layer.units for layer in model.layers)"
    },
    "diagnostics/best_model.md": {
        "diagnosis": "larger = keras.Sequential(\n"
        '    [keras.Input((64,)), keras.layers.Dense(256, "relu"), keras.layers.Dense(10, "softmax")]\n)\n'
        'larger.compile("adam", "sparse_categorical_crossentropy")\n'
        "models = {}\n"
        'for name, each in {"small": model, "large": larger}.items():\n'
        "    each.fit(images[:1200], digits[:1200], epochs=5, verbose=0)\n"
        "    right = each.predict(images[1200:], verbose=0).argmax(1) == digits[1200:]\n"
        '    models[name] = {"accuracy": right.mean(), "parameters": each.count_params()}\n'
        'found = dlref.diagnostics.best_model(models, "accuracy", "parameters<=3000", examples=597)\n'
        'print(found)\nassert found.verdict == "small"',
        "about": "errors",
    },
    "diagnostics/compare_f1.md": {
        "diagnosis": "model.fit(images[:1200], digits[:1200], epochs=2, verbose=0)\n"
        "before = model.predict(images[1200:], verbose=0).argmax(1)\n"
        "model.fit(images[:1200], digits[:1200], epochs=8, verbose=0)\n"
        "after = model.predict(images[1200:], verbose=0).argmax(1)\n"
        "# One class at a time: is it an 8?\n"
        "found = dlref.diagnostics.compare_f1(digits[1200:] == 8, before == 8, after == 8)\n"
        'print(found)\nassert found.f1[0] < found.f1[1] and found.verdict == "B"',
        "about": "errors",
    },
    "diagnostics/bias_variance.md": {
        "diagnosis": "train, dev, test = dlref.preprocessing.split(images, digits, stratify=digits, seed=1)\n"
        "model.fit(*train, epochs=20, verbose=0)\n"
        "errors, examples = {}, {}\n"
        'for name, (x, y) in {"train": train, "dev": dev, "test": test}.items():\n'
        "    wrong = model.predict(x, verbose=0).argmax(1) != y\n"
        "    errors[name], examples[name] = wrong.mean(), len(y)\n"
        "found = dlref.diagnostics.bias_variance(**errors, examples=examples)\n"
        'print(found)  # is 4 % of 360 digits enough to tell?\nassert 0 <= errors["train"] < errors["dev"] < 0.1',
        "about": "errors",
    },
    "diagnostics/same_distribution.md": {
        "diagnosis": "dev, test = dlref.preprocessing.split(images, sizes=[0.5, 0.5], seed=1)\n"
        "found = dlref.diagnostics.same_distribution(dev, test)\n"
        'print(found)\nassert found.verdict == "same"\n'
        "# What the network makes of them can be compared, too.\n"
        "found = dlref.diagnostics.same_distribution(model.predict(dev), model.predict(1 - test))\n"
        'assert found.verdict == "different"',
    },
    "diagnostics/error_analysis.md": {
        "diagnosis": "model.fit(images[:1200], digits[:1200], epochs=5, verbose=0)\n"
        "said, true = model.predict(images[1200:], verbose=0).argmax(1), digits[1200:]\n"
        "wrong = said != true\n"
        'causes = {f"is {digit}": true[wrong] == digit for digit in range(10)}\n'
        'causes["1, 7 or 9 for one another"] = np.isin(true, [1, 7, 9])[wrong] & np.isin(said, [1, 7, 9])[wrong]\n'
        "found = dlref.diagnostics.error_analysis(causes, error=wrong.mean())\n"
        "print(found)\nassert found.examples == wrong.sum()",
        "imports": "\nimport numpy as np",
        "about": "errors",
    },
    "diagnostics/gradient_check.md": {
        "diagnosis": "found = dlref.diagnostics.gradient_check(model, images[:32], digits[:32])\n"
        'print(found)\nassert found.verdict == "great"'
    },
}


def expanded(text: str, page: str, language: str) -> str:
    """The page with the section, if the table has a row of it."""
    if page not in ROWS:
        return text
    row = PLAIN | ROWS[page]
    kind = "by hand" if "network" in row else "object"
    kind = next((form for form in ("diagnosis", "pictures") if form in row), kind)
    code = FORMS[kind].format(**row | {"layers": indent(row["layers"], " " * 8)})
    title, before = WORDS[language]
    about = ABOUT[row.get("about", kind)][language]
    loads = AFTER[language].replace("(/", "(" + "../" * page.count("/")) + "\n\n"
    after = loads if kind == "object" else ""
    section = f"## {title}\n\n{about}\n\n```python\n{code}```\n\n{after}"
    start, found, end = text.partition(f"## {before}\n")
    if not found:
        raise SystemExit(f"{page}: no heading {before!r}")
    return start + section + found + end
