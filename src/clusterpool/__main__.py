"""``python -m clusterpool`` is the command line."""

from clusterpool.cli import main

main()
