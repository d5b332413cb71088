"""Every file that dlref reads, damaged in every way, as fuzzers damage the files of a parser.

A case is a kind of file, a corruption and a seed, all of which follow from its number. The file is damaged in a copy of
a sound folder, and dlref reads it. Right is an error that names the file, which stays as it is, or the result of the
sound file, or the one that the changed file honestly states, as another reader understands it. Wrong is a bare
traceback, a result that no file states, code run from data, a hang, or the end of the process. So cases are run in a
process of their own, which is watched:

    python -m tests.corruption --kind study --corruption "bits flipped"
    python -m tests.corruption --number 17
    python -m tests.corruption --out FILE       # all of them

What is damaged is in `edit_text.py` and `edit_binary.py`, what is read in `kinds.py`.
"""
