"""Run the command line with `python -m keystead`."""

from keystead.cli import main

main()
