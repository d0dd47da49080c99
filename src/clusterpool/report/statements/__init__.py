"""Confidential statements: what one member may see of a result, and nothing of any other member."""

from clusterpool.report.statements.statement import Account, Bill, Carriage, Purchase, Shortfall, Statement
from clusterpool.report.statements.view import statement_of
from clusterpool.report.statements.writing import statement_files, write_statements

__all__ = [
    "Account",
    "Bill",
    "Carriage",
    "Purchase",
    "Shortfall",
    "Statement",
    "statement_files",
    "statement_of",
    "write_statements",
]
