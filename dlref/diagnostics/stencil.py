"""What 17 values of the cost near the parameters tell: how it is rounded, and whether it has a kink.

Along one parameter a smooth cost is nearly a polynomial of low degree, and its fourth differences are next to nothing.
What is left of them is rounding (Moré and Wild 2011, Estimating Computational Noise), or else a kink or a jump.
"""

from typing import Any

import numpy as np
from keras import ops

from dlref.compiling import in_one_program

STEPS = np.linspace(-1, 1, 17)  # in units of epsilon
ROOT = 70**0.5  # of what a fourth difference multiplies the variance by
UNIT = 2.0**-53
BATCH = 32  # entries in one call of the program
SAMPLE = 32  # entries that tell how the cost is rounded
FEW = 8 * BATCH
SURE = 6  # standard deviations


class Stencil:
    """The costs at 17 steps from -epsilon to epsilon along a parameter.

    Args:
        J: the cost, as a function of all parameters in one vector.
        theta: that vector.
        epsilon: how far the steps reach.
    """

    def __init__(self, J: Any, theta: Any, epsilon: float) -> None:
        self.epsilon = epsilon

        def cost(place: Any) -> Any:
            i, step = place
            return J(theta + step * ops.one_hot(i, len(theta), dtype="float64"))

        places = ops.zeros(BATCH * len(STEPS), "int64"), ops.zeros(BATCH * len(STEPS))
        self._run = in_one_program(lambda *places: ops.map(cost, places), *places)

    def fourth_differences(self, entries: np.ndarray) -> np.ndarray:
        """13 for each entry."""
        found = []
        for start in range(0, len(entries), BATCH):
            part = np.resize(
                entries[start : start + BATCH], BATCH
            )  # of one size: JAX compiles each
            places = np.repeat(part, len(STEPS)), np.tile(self.epsilon * STEPS, BATCH)
            costs = ops.convert_to_numpy(self._run(*map(ops.convert_to_tensor, places)))
            found.append(np.diff(costs.reshape(BATCH, len(STEPS)), 4))
        return np.concatenate(found)[: len(entries)]

    def noise(self, entries: np.ndarray, cost: float) -> float:
        """The standard deviation of the cost's rounding errors, at least what rounding the cost itself makes.

        From the smaller differences, since an entry with a kink has large ones.
        """
        sizes = np.abs(self.fourth_differences(entries[:: -(-len(entries) // SAMPLE)]))
        quarter = np.quantile(sizes[sizes > 0], 0.25) if sizes.any() else 0.0
        deviation = float(quarter) / 0.3186 / ROOT  # 0.3186 is that quantile of |N(0, 1)|
        return max(deviation, UNIT * abs(cost))

    def kinks(self, entries: np.ndarray, off: np.ndarray, noise: float) -> np.ndarray:
        """At which entries a kink explains that both derivatives are `off` by so much.

        A kink by which (1) is off by d makes fourth differences at least epsilon d / 4 apart. At the parameter itself
        there is no derivative, and the kinks of several examples may cancel out but for a trace. Those that are off
        most are looked at first; where there is none, the rest are not looked at.
        """
        found = np.zeros(len(entries), bool)
        order = np.argsort(-off)
        for start in range(0, np.count_nonzero(off), FEW):
            part = order[start : start + FEW]
            part = part[off[part] > 0]
            differences = self.fourth_differences(entries[part])
            spread = np.ptp(differences, 1)  # of a smooth cost they are alike
            here = np.abs(differences).argmax(1) == len(STEPS) // 2 - 2
            explained = here | (spread > self.epsilon * off[part] / 5)
            found[part] = explained & (spread > SURE * ROOT * noise)
            if not found[part].any():
                break
        return found
