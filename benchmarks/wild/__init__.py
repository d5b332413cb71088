"""`python -m benchmarks.wild`: Keras Tuner as people write it, one script for each kind; `kinds.py` has the table."""
