"""Keras Tuner, which has public classes but few public functions."""

import os
from typing import Any

from dlref._compat import Name

ENGINE = "keras_tuner.src.engine"

has_chief_oracle = Name("keras_tuner.src.distribute.utils", "has_chief_oracle", "").find_or(
    lambda: "KERASTUNER_ORACLE_IP" in os.environ, "An unfinished setting of a chief is not told"
)
get_hypermodel: Any = Name(f"{ENGINE}.hypermodel", "get_hypermodel", "hypermodel").needed()
create_objective: Any = Name(f"{ENGINE}.objective", "create_objective", "objective").needed()
serialize_condition: Any = Name(f"{ENGINE}.conditions", "serialize", "obj").needed()
TUNER_UTILS = f"{ENGINE}.tuner_utils"
validate_trial_results: Any = Name(
    TUNER_UTILS, "validate_trial_results", "results, objective, func_name"
).needed()
convert_to_metrics_dict: Any = Name(
    TUNER_UTILS, "convert_to_metrics_dict", "results, objective"
).needed()
get_best_step: Any = Name(TUNER_UTILS, "get_best_step", "results, objective").needed()
