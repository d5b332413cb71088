"""The programs that were compiled, each found again by what it trains; and the check that padding is exact."""

from collections import OrderedDict
from collections.abc import Callable
from typing import Any

import keras
import numpy as np
from keras import tree

from dlref.tuning.populations.model.fast_build import of_few_lengths
from dlref.tuning.populations.model.layouts import read_layouts
from dlref.tuning.populations.model.model_spec import ModelSpec, read_spec
from dlref.tuning.populations.model.scalar_tensor import lent
from dlref.tuning.populations.model.traversal import Path
from dlref.tuning.populations.model.unsupported import Unsupported
from dlref.tuning.populations.program.flat_weights import check_widths
from dlref.tuning.populations.program.padding import Layout, cut, padded, plain
from dlref.tuning.populations.program.trial_models import TrialModel, widest

PROGRAMS = 16  # that are kept
EXAMPLES = 8  # with which a padded net is compared with the narrow one
TOLERANCE = 1e-3


class CompileCache:
    """Compiled programs by what they train.

    Args:
        build: makes the model of hyperparameters' values, from a key.
    """

    def __init__(self, build: Callable[[dict[str, Any], str], keras.Model]) -> None:
        self._build = build
        self._kept: OrderedDict[Any, Any] = OrderedDict()
        self._exact: set[Any] = set()  # structures that padding does not change

    def find(self, members: list[TrialModel], data: Any, scalars: set[Path], loops: bool) -> Any:
        """The program that trains `members` on data like `data`.

        Args:
            members: models of one structure, of any size of mini-batch.
            data: x, y and the examples' weights.
            scalars: what may differ between members.
            loops: whether the members take turns.

        Raises:
            Unsupported: if no program can.
        """
        first = members[0].spec
        paths = [path for path in first.scalars if path in scalars]
        constants = tuple(value for path, value in first.scalars.items() if path not in scalars)
        layouts = widest(members)
        key = (first.structure, tuple(paths), constants, tuple(layouts), loops)
        if key in self._kept:
            self._kept.move_to_end(key)
            return self._kept[key]
        batch = tree.map_structure(lambda a: None if a is None else a[:EXAMPLES], data)
        model = self._template(members, layouts, scalars)
        several = len({tuple(member.layouts) for member in members}) > 1
        if several:
            check_widths(model)
        owners = read_spec(model).owners
        program = program_class()(model, {path: owners[path] for path in paths}, batch, loops)
        if several and first.structure not in self._exact:
            narrow = min(members, key=lambda member: sum(a.size for a in member.trainable))
            self._compare(program, narrow, batch)
            self._exact.add(first.structure)
        self._kept[key] = program
        if len(self._kept) > PROGRAMS:
            self._kept.popitem(last=False)
        return program

    def cancel(self) -> None:
        """Gives up what has not begun to be compiled."""
        for program in self._kept.values():
            program.cancel()

    def _template(
        self, members: list[TrialModel], layouts: list[Layout], scalars: set[Path]
    ) -> keras.Model:
        """A model of the widest layouts: one of the members, or one of their largest integers."""
        member = next((member for member in members if member.layouts == layouts), members[0])
        values = dict(member.values)
        if member.layouts != layouts:
            for name in [name for name, value in values.items() if type(value) is int]:
                values[name] = max(member.values.get(name, 0) for member in members)
        with of_few_lengths():
            model = self._build(values, member.key)
        if read_layouts(model) == layouts and _alike(read_spec(model), member.spec, scalars):
            return model
        if member.layouts == layouts:
            raise Unsupported("the model is another each time it is built")
        raise Unsupported("padding: no model is as wide as the widest layers of all")

    def _compare(self, program: Any, narrow: TrialModel, batch: Any) -> None:
        """Raises `Unsupported` if the padded net does not compute what the narrow one does."""
        with of_few_lengths():
            model = self._build(narrow.values, narrow.key)
        arrays = narrow.variables
        targets = [*program.model.trainable_variables, *program.model.non_trainable_variables]
        layouts = zip(arrays, narrow.layouts, program.layouts, strict=True)
        wide = [padded(array, own, among) for array, own, among in layouts]

        def compute(trained: keras.Model, variables: Any, values: Any) -> Any:
            tensors = [keras.ops.convert_to_tensor(value) for value in values]
            pairs = list(zip(variables, tensors, strict=True))
            with keras.StatelessScope(pairs, collect_losses=True):
                outputs = tree.flatten(trained(batch[0], training=False))
                return [*outputs, keras.ops.cast(sum(trained.losses), keras.config.floatx())]

        def compute_wide(values: Any) -> Any:
            floatx = keras.config.floatx()
            numbers = [narrow.spec.scalars[path] for path in program.owners]
            tensors = [keras.ops.convert_to_tensor(number, floatx) for number in numbers]
            with lent(program.owners.values(), tensors):  # its own penalties may be others
                return compute(program.model, targets, values)

        own = [*model.trainable_variables, *model.non_trainable_variables]
        exact = program.compiled(lambda values: compute(model, own, values))(arrays)
        found = program.compiled(compute_wide)(wide)
        for one, other in zip(map(np.asarray, found), map(np.asarray, exact), strict=True):
            own = cut(one, plain(one.shape), plain(other.shape))  # outputs may be padded, too
            if not np.allclose(own, other, TOLERANCE, TOLERANCE):
                raise Unsupported("padding changes these models")


def _alike(one: ModelSpec, other: ModelSpec, scalars: set[Path]) -> bool:
    """Whether two models differ in `scalars` and widths alone."""
    return one.structure == other.structure and all(
        one.scalars[path] == value for path, value in other.scalars.items() if path not in scalars
    )


def program_class() -> Any:
    """The program of the backend."""
    if keras.backend.backend() == "tensorflow":
        from dlref.tuning.populations.program.tensorflow_program import TensorFlowProgram

        return TensorFlowProgram
    if keras.backend.backend() == "jax":
        from dlref.tuning.populations.program.jax_program import JaxProgram

        return JaxProgram
    raise Unsupported(f"there are no populations on the backend {keras.backend.backend()}")
