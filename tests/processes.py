"""Real processes as a user of TensorFlow has them: without what developers install besides.

TensorFlow and Keras import JAX and matplotlib if they are there, a fifth of what a process needs to start.
"""

import os
from pathlib import Path

import keras

ROOT = Path(__file__).parents[1]
FOLDERS = [ROOT, ROOT / "tests" / "lean"] if keras.backend.backend() == "tensorflow" else [ROOT]
ENVIRONMENT = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, FOLDERS))}
