"""Every model of a search begins with Keras' settings of the caller, who finds them as they were."""

import re
from pathlib import Path

import keras
import pytest

from dlref.tuning.populations.model import keras_settings
from tests.populations.searching import check_against_fit, network, search

KERAS = Path(keras.__file__).parent / "src"
# What Keras counts, or keeps while something is called.
COUNTED = {
    "object_name_uids",
    "global_random_seed",
    "global_seed_generator",
    "uninitialized_variables",
}
COUNTED |= {
    "name_scope_stack",
    "stateless_scope",
    "symbolic_scope",
    "autocast_scope",
    "tracking_on",
}
COUNTED |= {"current_call_ctx", "in_tf_graph_scope", "skip_set"}
COUNTED |= {"shared_objects/id_to_config_map", "shared_objects/id_to_obj_map"}


@pytest.fixture
def chosen():
    """Settings that are none of Keras' defaults."""
    keras.config.set_dtype_policy("mixed_bfloat16")
    keras.config.disable_traceback_filtering()
    keras.config.disable_interactive_logging()
    yield keras_settings._settings()
    keras.config.enable_traceback_filtering()
    keras.config.enable_interactive_logging()


def of_one_layer(hp, alone=False):
    rate = hp.Float("rate", 0.01, 0.1)
    assert not keras.config.is_traceback_filtering_enabled()
    assert not keras.config.is_interactive_logging_enabled()
    model = network(keras.layers.Dense(4), optimizer=keras.optimizers.SGD(rate), run_eagerly=alone)
    assert [layer.compute_dtype for layer in model.layers[-2:]] == ["bfloat16"] * 2
    return model


def test_populations_have_the_settings_of_the_caller(tmp_path, chosen):
    heard = check_against_fit(of_one_layer, tmp_path, 3, within=0.02, epochs=1)
    assert heard.populations == ["3 trials, mini-batch 32"]
    assert keras_settings._settings() == chosen


def test_trials_alone_have_the_settings_of_the_caller(tmp_path, chosen):
    tuner, heard = search(lambda hp: of_one_layer(hp, alone=True), tmp_path, 2)
    assert heard.states == ["finished"] * 2 and not heard.populations
    assert keras_settings._settings() == chosen
    (model,) = tuner.get_best_models()
    assert model.layers[-1].compute_dtype == "bfloat16" and keras_settings._settings() == chosen


def test_what_a_build_sets_is_no_setting_of_the_next_trial(tmp_path):
    before, found = keras_settings._settings(), []

    def build(hp):
        found.append(keras.config.dtype_policy().name)
        if hp.Choice("half", [True, False]):
            keras.config.set_dtype_policy("mixed_bfloat16")
        return network(keras.layers.Dense(4))

    search(build, tmp_path, 4)
    assert set(found) == {keras.config.floatx()} and keras_settings._settings() == before


def test_no_setting_of_keras_is_forgotten():
    used = r"global_attribute\(\s*\"([a-z_/]+)\""
    names = {name for file in KERAS.rglob("*.py") for name in re.findall(used, file.read_text())}
    assert names - COUNTED <= set(keras_settings.NAMES) and "dtype_policy" in names
