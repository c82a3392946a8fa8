"""Run the command line with `python -m keystead.cli`."""

from keystead.cli import main

main()
