"""Two results side by side: what changes for whom, and what changed in the input."""

from clusterpool.report.comparison.comparison import Comparison, MemberChange, Side, TableChange, compare
from clusterpool.report.comparison.text import comparison_text

__all__ = ["Comparison", "MemberChange", "Side", "TableChange", "compare", "comparison_text"]
