"""Reports of a result: its folder of files, the text for the terminal, and the check of what was saved."""

from clusterpool.report.comparison import compare as compare_results
from clusterpool.report.comparison import comparison_text
from clusterpool.report.document import document_of, to_text
from clusterpool.report.files import check_target, read_result, write_result
from clusterpool.report.page import page_html
from clusterpool.report.publications import Publications
from clusterpool.report.published import language_of
from clusterpool.report.result import CLUSTER_COLUMNS, COALITION_COLUMNS, MEMBER_COLUMNS, SETTLEMENT_COLUMNS, Result
from clusterpool.report.rounded import direct_settlement
from clusterpool.report.settlement import settle
from clusterpool.report.statements import write_statements
from clusterpool.report.terminal import summary
from clusterpool.report.verify import verify_result
from clusterpool.report.workbook import workbook_bytes

__all__ = [
    "CLUSTER_COLUMNS",
    "COALITION_COLUMNS",
    "MEMBER_COLUMNS",
    "SETTLEMENT_COLUMNS",
    "Publications",
    "Result",
    "check_target",
    "compare_results",
    "comparison_text",
    "direct_settlement",
    "document_of",
    "language_of",
    "page_html",
    "read_result",
    "settle",
    "summary",
    "to_text",
    "verify_result",
    "workbook_bytes",
    "write_result",
    "write_statements",
]
