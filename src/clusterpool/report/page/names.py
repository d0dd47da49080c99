"""The names that people know codes by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from clusterpool.report.page.tables import Named

if TYPE_CHECKING:
    from collections.abc import Mapping

    from clusterpool.demand import Pool


@dataclass(frozen=True, slots=True)
class Names:
    """Names of members, items and suppliers by code."""

    members: Mapping[str, str]
    items: Mapping[str, str]
    suppliers: Mapping[str, str]
    units: Mapping[str, str]

    @staticmethod
    def of(pool: Pool) -> Names:
        """The names in the tables of a pool."""
        return Names(
            _column(pool, "members", "member", "name"),
            _column(pool, "items", "item", "name"),
            _column(pool, "suppliers", "supplier", "name"),
            _column(pool, "items", "item", "unit"),
        )

    def member(self, code: str) -> Named:
        """A member with its name."""
        return Named(code, self.members.get(code, ""))

    def item(self, code: str) -> Named:
        """An item with its name."""
        return Named(code, self.items.get(code, ""))

    def supplier(self, code: str) -> Named:
        """A supplier with its name."""
        return Named(code, self.suppliers.get(code, ""))


def _column(pool: Pool, table: str, key: str, value: str) -> dict[str, str]:
    frame = pool.table(table)
    return dict(zip(frame[key].tolist(), frame[value].tolist(), strict=True))
