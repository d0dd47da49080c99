"""What an import has to say: findings that stop it or want a look, and what it assumed; in one language."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from clusterpool.errors import DataError
from clusterpool.language import Domain, phrases
from clusterpool.messages import Finding, Findings, MessageId, Severity
from clusterpool.reading import Assumption

if TYPE_CHECKING:
    from clusterpool.language import Language


@dataclass
class Notes:
    """Collects what is found and assumed while one file is imported."""

    table: str
    file: str
    language: Language
    found: list[Finding] = field(default_factory=list)
    assumptions: list[Assumption] = field(default_factory=list)

    def tell(self, message: MessageId, line: int = 0, column: str = "", value: str = "", /, **fields: str) -> None:
        """Note a finding at a line of the file (0: none) and a column of it (``""``: none)."""
        place = (self.table, self.file, line, column, value[:200])
        self.found.append(Finding(message, *place, tuple({"table": self.table, "column": column, **fields}.items())))

    def assume(self, key: str, /, **fields: str) -> None:
        """Note an assumption: the phrases ``key.subject``, ``key.value`` and ``key.evidence``, filled in."""
        words = phrases(Domain.IMPORTING, self.language)
        said = [words[f"{key}.{part}"].format(**fields) for part in ("subject", "value", "evidence")]
        self.assumptions.append(Assumption(self.file, *said))

    def quiet(self) -> Notes:
        """Notes that nobody reads."""
        return Notes(self.table, self.file, self.language)

    def stop_if_wrong(self) -> None:
        """Raise what was found if an error is among it.

        Raises
        ------
        DataError
            `problems` lists every fault.
        """
        if any(one.severity is Severity.ERROR for one in self.found):
            raise DataError(Findings(tuple(self.found)))
