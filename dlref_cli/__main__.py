"""`python -m dlref_cli`."""

from dlref_cli import main

main(prog_name="dlref")
