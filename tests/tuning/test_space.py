"""The scales against the lectures' numbers, by real draws.

Every check of randomness is a test at significance 1e-6 on draws from fixed seeds: a right sampler fails for one seed
in a million, and the wrong samplers below, which must fail, show that the checks have power.
"""

import keras_tuner
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest, chisquare, kstest

from dlref.tuning import averaging_decay, log_uniform, power_of_two
from dlref.tuning.study import Study
from tests.oracles import tuning as lecture

SIGNIFICANCE = 1e-6
DRAWS = 4000


def draws(declare, seed=0, count=DRAWS):
    """What `declare(hp)` returns in the trials of a real random search."""
    hp = keras_tuner.HyperParameters()
    declare(hp)
    oracle = Study(seed=seed, objective="val_loss", max_trials=count, hyperparameters=hp)
    values = []
    for trial in range(count):
        hp.values = oracle.populate_space(str(trial))["values"]
        values.append(declare(hp))
    return values


def alpha(hp):
    return log_uniform(hp, "alpha", 1e-4, 1.0)


def linear_alpha(hp):
    return hp.Float("alpha", 1e-4, 1.0)


def beta(hp):
    return averaging_decay(hp, "beta", 0.9, 0.999)


def linear_beta(hp):
    return hp.Float("beta", 0.9, 0.999)


def log_beta(hp):
    return hp.Float("beta", 0.9, 0.999, sampling="log")


def reverse_log_beta(hp):
    return hp.Float("beta", 0.9, 0.999, sampling="reverse_log")


def size(hp):
    return power_of_two(hp, "size", 32, 256)


def linear_size(hp):
    return hp.Int("size", 32, 256, step=32)


def alpha_is_log_uniform(values):
    shares = [lecture.log_uniform_share(value, 1e-4, 1.0) for value in values]
    return kstest(shares, "uniform").pvalue > SIGNIFICANCE


def beta_is_log_uniform(values):
    shares = [lecture.averaging_decay_share(value, 0.9, 0.999) for value in values]
    return kstest(shares, "uniform").pvalue > SIGNIFICANCE


def exponents_are_uniform(values):
    counts = [values.count(2**k) for k in range(5, 9)]
    return sum(counts) == len(values) and chisquare(counts).pvalue > SIGNIFICANCE


def share_is(values, predicate, expected):
    below = sum(predicate(value) for value in values)
    return binomtest(below, len(values), expected).pvalue > SIGNIFICANCE


@pytest.mark.parametrize("seed", [0, 1])
@pytest.mark.parametrize(
    ("check", "right", "wrong"),
    [
        (alpha_is_log_uniform, alpha, [linear_alpha]),
        (beta_is_log_uniform, beta, [linear_beta, log_beta, reverse_log_beta]),
        (exponents_are_uniform, size, [linear_size]),
    ],
)
def test_distribution(check, right, wrong, seed):
    assert check(draws(right, seed))
    for mutant in wrong:
        assert not check(draws(mutant, seed)), mutant.__name__


@pytest.mark.parametrize(
    ("declare", "predicate", "expected"),
    [
        (alpha, lambda value: value < 0.001, 1 / 4),
        (alpha, lambda value: 0.1 <= value <= 1.0, 1 / 4),
        (linear_alpha, lambda value: 0.1 <= value <= 1.0, 0.9),
        (beta, lambda value: value < 0.99, 1 / 2),
        (reverse_log_beta, lambda value: value < 0.951, 1 / 2),
    ],
)
def test_numbers_of_the_lectures(declare, predicate, expected):
    values = draws(declare)
    assert share_is(values, predicate, expected)
    assert not share_is(values, predicate, expected + 0.1)


def test_draws_go_where_the_window_changes():
    """0.9 to 0.9005 leaves the window at about 10; 0.999 to 0.9995, as far, doubles it from 1000 to 2000."""
    for value, expected in ((0.9, 10), (0.9005, 10.05), (0.999, 1000), (0.9995, 2000)):
        assert lecture.window(value) == pytest.approx(expected, rel=1e-4)

    values = draws(lambda hp: averaging_decay(hp, "beta", 0.9, 0.9995))
    low = sum(0.9 <= value <= 0.9005 for value in values)
    high = sum(0.999 <= value <= 0.9995 for value in values)
    shares = [lecture.averaging_decay_share(value, 0.9, 0.9995) for value in (0.9005, 0.999)]
    assert binomtest(low, DRAWS, shares[0]).pvalue > SIGNIFICANCE
    assert binomtest(high, DRAWS, 1 - shares[1]).pvalue > SIGNIFICANCE
    assert high > 50 * low


def test_beta_is_stored_as_one_minus_beta():
    hp = keras_tuner.HyperParameters()
    averaging_decay(hp, "beta")
    (stored,) = hp.space
    assert (stored.name, stored.sampling) == ("one_minus_beta", "log")
    assert (stored.min_value, stored.max_value) == pytest.approx((0.001, 0.1))


HP = keras_tuner.HyperParameters()
NAN = float("nan")
WRONG = [  # function, arguments, the error, the argument it names
    (log_uniform, (HP, "a", 0.0, 1.0), ValueError, "min_value"),
    (log_uniform, (HP, "a", -1, 1.0), ValueError, "min_value"),
    (log_uniform, (HP, "a", 1e-4, NAN), ValueError, "max_value"),
    (log_uniform, (HP, "a", 1e-4, float("inf")), ValueError, "max_value"),
    (log_uniform, (HP, "a", 1.0, 1.0), ValueError, "min_value"),
    (log_uniform, (HP, "a", 5e-324, 1e308), ValueError, "max_value"),
    (log_uniform, (HP, "a", "0.1", 1.0), TypeError, "min_value"),
    (log_uniform, (HP, "a", None, 1.0), TypeError, "min_value"),
    (log_uniform, (HP, "a", True, 2.0), TypeError, "min_value"),
    (log_uniform, (HP, "", 0.1, 1.0), TypeError, "name"),
    (log_uniform, (HP, 3, 0.1, 1.0), TypeError, "name"),
    (log_uniform, (None, "a", 0.1, 1.0), TypeError, "hp"),
    (averaging_decay, (HP, "b", 0.0, 0.9), ValueError, "min_value"),
    (averaging_decay, (HP, "b", 0.9, 1.0), ValueError, "max_value"),
    (averaging_decay, (HP, "b", 0.999, 0.9), ValueError, "min_value"),
    (averaging_decay, (HP, "b", NAN, 0.9), ValueError, "min_value"),
    (averaging_decay, (HP, "b", "0.9", 0.99), TypeError, "min_value"),
    (averaging_decay, ({}, "b"), TypeError, "hp"),
    (power_of_two, (HP, "n", 48, 256), ValueError, "min_value"),
    (power_of_two, (HP, "n", 32, 255), ValueError, "max_value"),
    (power_of_two, (HP, "n", 0, 256), ValueError, "min_value"),
    (power_of_two, (HP, "n", -2, 256), ValueError, "min_value"),
    (power_of_two, (HP, "n", 256, 32), ValueError, "min_value"),
    (power_of_two, (HP, "n", 1, 2**2000), ValueError, "max_value"),
    (power_of_two, (HP, "n", 32.0, 256), TypeError, "min_value"),
    (power_of_two, (HP, "n", "32", 256), TypeError, "min_value"),
]


@pytest.mark.parametrize(("function", "arguments", "error", "argument"), WRONG)
def test_a_wrong_argument_is_named(function, arguments, error, argument):
    with pytest.raises(error) as raised:
        function(*arguments)
    assert f"{function.__name__}: `{argument}`" in str(raised.value)
    assert "Received: " in str(raised.value)


anything = st.one_of(
    st.none(), st.booleans(), st.text(), st.complex_numbers(), st.lists(st.floats(), max_size=2)
)
bounds = st.one_of(
    anything, st.floats(), st.integers(-4, 2**70), st.integers(0, 70).map(lambda k: 2**k)
)


@pytest.mark.parametrize("function", [log_uniform, averaging_decay, power_of_two])
@given(low=bounds, high=bounds, name=st.one_of(anything, st.just("name")))
def test_hostile_arguments_are_refused_or_give_a_value_in_range(function, low, high, name):
    hp = keras_tuner.HyperParameters()
    try:
        function(hp, name, low, high)
    except (TypeError, ValueError) as error:
        assert str(error).startswith(f"{function.__name__}: `")
        assert hp.space == []
        return
    (declared,) = hp.space
    for probability in (0.0, 0.3, 1 - 2**-53):
        hp.values[declared.name] = declared.prob_to_value(probability)
        assert low * (1 - 1e-9) - 1e-9 <= function(hp, name, low, high) <= high * (1 + 1e-9) + 1e-9
