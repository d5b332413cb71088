"""A review and the same words in another order: two labels, one mean; and the mean while padding is added."""

import matplotlib.pyplot as plt
import numpy as np

from dlref.layers import GlobalAveragePooling1D

# Of each word: how good it sounds, and whether it turns what comes next around.
WORDS = {"good": (1.0, 0.0), "bad": (-1.0, 0.1), "not": (-0.2, 1.0), "but": (0.5, 0.7)}
PADDING = np.arange(9)


def draw(text):
    figure, (plane, curves) = plt.subplots(1, 2, figsize=(7.2, 3.4))
    layer = GlobalAveragePooling1D()
    x = np.array([[WORDS[word] for word in ("good", "but", "not", "bad")]], "float32")
    mean = np.asarray(layer(x))[0]
    for word, (across, up) in WORDS.items():
        plane.plot(across, up, "o", color="C0")
        plane.annotate(word, (across, up), (0, 7), textcoords="offset points", ha="center")
    plane.plot(*mean, "s", color="C1")
    both = text(
        "“good but not bad”,\n“bad but not good”", "“good but not bad”,\n“bad but not good”"
    )
    plane.annotate(both, mean, (0, -30), textcoords="offset points", ha="center", color="C1")
    plane.set(xlim=(-1.4, 1.4), ylim=(-0.3, 1.3), xlabel="$x_1$", ylabel="$x_2$")
    plane.set_title(text("one mean for both orders", "순서가 달라도 같은 평균"))
    padded = [np.pad(x[:, :1], ((0, 0), (0, n), (0, 0))) for n in PADDING]
    masked = [layer(each, mask=np.any(each, -1))[0, 0] for each in padded]
    curves.plot(PADDING, masked, "s-", color="C1", label=text("with the mask", "마스크를 쓸 때"))
    curves.plot(
        PADDING,
        [each[0, :, 0].mean() for each in padded],
        "o--",
        color="C0",
        label=text("padding counted", "패딩도 셀 때"),
    )
    curves.set(xlabel=text("steps of padding", "패딩 시점 수"), ylabel="$a_1$", ylim=(0, 1.1))
    curves.set_title(text("“good” and padding", "“good”과 패딩"))
    curves.legend()
    return figure
