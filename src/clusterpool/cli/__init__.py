"""The command line; nothing but typer is imported until a command runs."""

from clusterpool.cli.app import main

__all__ = ["main"]
