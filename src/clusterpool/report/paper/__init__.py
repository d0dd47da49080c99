"""Papers that leave the office: printable HTML without a request to any network, and CSV that no sheet runs."""

from clusterpool.report.paper.printing import Printer
from clusterpool.report.paper.sheets import sheet_text

__all__ = ["Printer", "sheet_text"]
