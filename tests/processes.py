"""Real processes as a user of TensorFlow has them: without what developers install besides.

TensorFlow and Keras import JAX and matplotlib if they are there, a fifth of what a process needs to start.
"""

import os

import keras

ROOT = os.getcwd()
HIDDEN = [os.path.join("tests", "lean")] if keras.backend.backend() == "tensorflow" else []
ENVIRONMENT = {
    **os.environ,
    "PYTHONPATH": os.pathsep.join([ROOT, *(os.path.join(ROOT, folder) for folder in HIDDEN)]),
}
