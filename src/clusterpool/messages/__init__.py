"""What is said about an input: messages by id, their severity, and findings that carry them in any language."""

from clusterpool.messages.findings import FINDING_COLUMNS, PROBLEM_COLUMNS, Finding, Findings
from clusterpool.messages.identity import MessageId, Severity
from clusterpool.messages.listing import message_list
from clusterpool.messages.records import from_records, to_records
from clusterpool.messages.wording import Words, did_you_mean, nearest, text

__all__ = [
    "FINDING_COLUMNS",
    "PROBLEM_COLUMNS",
    "Finding",
    "Findings",
    "MessageId",
    "Severity",
    "Words",
    "did_you_mean",
    "from_records",
    "message_list",
    "nearest",
    "text",
    "to_records",
]
