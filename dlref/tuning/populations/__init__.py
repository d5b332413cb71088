"""Many models of one structure in one compiled program."""
