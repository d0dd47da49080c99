"""What terminals show: the result in text of at most 80 columns, in every language."""

from clusterpool.report.terminal.page import summary

__all__ = ["summary"]
