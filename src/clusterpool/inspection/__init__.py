"""Inspection: what was found in an input, as a report for terminals and as marks in a copy of its workbook."""

from clusterpool.inspection.annotated import write_annotated
from clusterpool.inspection.text import alike_findings, counts, inspection_lines, rows_text, values_text

__all__ = ["alike_findings", "counts", "inspection_lines", "rows_text", "values_text", "write_annotated"]
