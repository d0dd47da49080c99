"""Inspection: what was found in an input, as a report for terminals and as marks in a copy of its workbook."""

from clusterpool.inspection.annotated import write_annotated
from clusterpool.inspection.text import counts, inspection_lines

__all__ = ["counts", "inspection_lines", "write_annotated"]
