"""Templates: empty tables with one example row each, as CSV files or as a workbook that helps to fill it in."""

from clusterpool.templates.files import write_csv_templates
from clusterpool.templates.workbook import write_workbook_template

__all__ = ["write_csv_templates", "write_workbook_template"]
