"""The aggregate for the ministry: totals by cluster, none of which tells of fewer than three members."""

from clusterpool.report.aggregate.disclosure import FEWEST_MEMBERS, Aggregate, ClusterTotal, aggregate_of, withheld_rows
from clusterpool.report.aggregate.writing import AGGREGATE_COLUMNS, aggregate_files

__all__ = [
    "AGGREGATE_COLUMNS",
    "FEWEST_MEMBERS",
    "Aggregate",
    "ClusterTotal",
    "aggregate_files",
    "aggregate_of",
    "withheld_rows",
]
