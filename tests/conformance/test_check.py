"""Other people's objects: right ones are equal, and wrong ones differ by what is said of them."""

import json
from pathlib import Path
from typing import Any

import keras
import pytest
from keras import ops

from dlref.conformance import check, checking
from dlref.tuning.errors import SweepError
from tests.conformance.students import MyAdam, MyBatchNormalization, MyDropout, wrong

FILE = Path(__file__).with_name("students.py")
ADAM, BN, DROPOUT = "optimizers.Adam", "layers.BatchNormalization", "layers.Dropout"

EQUAL = {
    "a class": (MyAdam, ADAM),
    "a layer": (MyBatchNormalization, BN),
    "keep_prob for rate": (MyDropout, DROPOUT),
    "a function that makes one": (lambda: MyAdam(0.125, 0.5, 0.75, 0.5), ADAM),
    "an object with its own numbers": (MyBatchNormalization(0.3, 0.1), BN),
    "a built-in": (keras.layers.BatchNormalization, BN),
    "an object of Keras": (keras.layers.Dropout(0.4), DROPOUT),
    "a function of tensors": (lambda z: ops.where(z > 0, z, 0 * z), "activations.relu"),
    "with an argument": (lambda z, slope: ops.maximum(z, slope * z), "activations.leaky_relu"),
    "a law of random numbers": (
        keras.initializers.VarianceScaling(1.0, "fan_in", "untruncated_normal", seed=5),
        "initializers.XavierNormal",
    ),
}


@pytest.mark.parametrize("name", EQUAL)
def test_what_is_right_is_equal(name: str) -> None:
    assert check(*EQUAL[name]).verdict == "equal"


def test_it_tells_a_gradient_from_a_value() -> None:
    found = check(wrong(MyBatchNormalization, "frozen mean"), BN)
    assert found.first == "gradient by inputs in training, mini-batch 1"


def test_it_says_what_else_it_is() -> None:
    found = check(wrong(MyDropout, "as first published"), DROPOUT)
    assert "it equals dlref.layers.VanillaDropout" in found.remarks
    found = check(keras.regularizers.L2, "regularizers.L2")
    assert found.remarks == ["it equals keras.regularizers.L2. Keras knows neither m nor the half."]
    found = check(keras.initializers.HeNormal, "initializers.HeNormal")
    assert found.verdict == "differs" and "tails" in found.remarks[0]


def test_an_argument_that_is_missing_is_said() -> None:
    class Fixed(MyAdam):
        def __init__(self, lr: float = 0.001):
            super().__init__(lr)

    found = check(Fixed, ADAM)
    rounded = keras.backend.backend() == "tensorflow"  # 0.9 goes through float32 in it
    assert found.verdict == ("equal in float32" if rounded else "equal")
    missing = [remark.split("`")[1] for remark in found.remarks if "takes no" in remark]
    assert missing == ["beta_1", "beta_2", "epsilon"]


def test_float32_inside_is_told_from_a_mistake() -> None:
    def rounded(z: Any) -> Any:
        return ops.cast(ops.sigmoid(ops.cast(z, "float32")), z.dtype)

    found = check(rounded, "activations.sigmoid")
    assert found.verdict == "equal in float32" and "float32" in found.remarks[0]


def test_what_cannot_be_compared() -> None:
    class Fails(MyDropout):
        def call(self, x: Any, training: bool = False) -> Any:
            raise RuntimeError("not written yet")

    assert "not written yet" in check(Fails, DROPOUT).remarks[0]
    assert "needs `keep_prob`" in check(MyDropout, BN).remarks[0]
    with pytest.raises(ValueError, match=r"There are: .*optimizers\.Adam"):
        check(MyAdam, "optimizers.Adamant")


def test_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert checking.main(f"{FILE}:MyAdam", ADAM) == 0
    assert capsys.readouterr().out == "optimizers.Adam: equal\n"
    assert checking.main(f"{FILE}:instance", "optimizers.Momentum", as_json=True) == 1
    assert json.loads(capsys.readouterr().out)["verdict"] == "differs"
    with pytest.raises(SweepError, match="MyAdam"):
        checking.main(f"{FILE}:YourAdam", ADAM)
    with pytest.raises(SweepError, match="keep_prob"):
        checking.main(f"{FILE}:MyDropout", BN)
