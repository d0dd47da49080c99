"""The workbook of a result: a sheet a subject, real numbers, totals as formulas; xlsxwriter lives only here."""

from clusterpool.report.workbook.sheets import Column, Shape, Sheet, sheets_of
from clusterpool.report.workbook.writing import workbook_bytes

__all__ = ["Column", "Shape", "Sheet", "sheets_of", "workbook_bytes"]
