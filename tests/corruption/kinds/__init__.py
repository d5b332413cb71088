"""The kinds of files that dlref reads."""

from tests.corruption.kinds import babysitter, data, embeddings, pages, populations, study
from tests.corruption.kinds.kind import Kind

ALL = (study, populations, data, embeddings, babysitter, pages)
KINDS: dict[str, Kind] = {kind.name: kind for module in ALL for kind in module.KINDS}
