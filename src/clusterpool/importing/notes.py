"""What an import has to say: findings that stop it or want a look, and what it assumed; in one language."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from clusterpool.errors import DataError
from clusterpool.importing.profile import Profile
from clusterpool.importing.questions import Asked, Question
from clusterpool.language import Domain, phrases
from clusterpool.messages import Finding, Findings, MessageId, Severity, Words
from clusterpool.reading import Assumption

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from clusterpool.language import Language


SAMPLES = 3
"""So many cells are shown where people are asked."""


class UndecidedError(DataError):
    """A file was not imported: it is wrong, or leaves something open.

    Parameters
    ----------
    profile : Profile
        What is decided about it so far.
    asked : tuple[Asked, ...]
        What is open.
    """

    def __init__(self, found: Findings, profile: Profile | None = None, asked: tuple[Asked, ...] = ()) -> None:
        super().__init__(found)
        self.profile = profile or Profile()
        self.asked = asked


@dataclass
class Notes:
    """Collects what is found and assumed while one file is imported; `currency` is the pool's."""

    table: str
    file: str
    language: Language
    currency: str = "DZD"
    profile: Profile = field(default_factory=Profile)
    asked: list[Asked] = field(default_factory=list)
    found: list[Finding] = field(default_factory=list)
    assumptions: list[Assumption] = field(default_factory=list)

    def tell(
        self, message: MessageId, line: int = 0, column: str = "", value: str = "", /, **fields: str | Words
    ) -> None:
        """Note a finding at a line of the file (0: none) and a column of it (``""``: none)."""
        place = (self.table, self.file, line, column, value[:200])
        self.found.append(Finding(message, *place, tuple({"table": self.table, "column": column, **fields}.items())))

    def ask(
        self,
        message: MessageId,
        line: int = 0,
        column: str = "",
        value: str = "",
        /,
        *,
        question: Question,
        samples: Sequence[Iterable[object]] = (),
        **fields: str | Words,
    ) -> None:
        """Note something that only people can decide; the message has the field ``answer``, too."""
        place = (self.table, self.file, line, column, value[:200])
        answer = Words("answer", (("options", question.options), ("toml", question.toml(self.table))))
        given = {"table": self.table, "column": column, **fields, "answer": answer}
        one = Finding(message, *place, tuple(given.items()))
        self.found.append(one)
        shown = tuple(tuple(dict.fromkeys(filter(None, map(str, cells))))[:SAMPLES] for cells in samples)
        self.asked.append(Asked(question, one.problem_in(self.language), shown or ((value,) if value else (),)))

    def deciding(self, name: str, key: str, values: Sequence[str], *, alone: bool) -> Question:
        """Which of some values a key has: for the whole file, or (`alone`) for the column `name` of it by itself."""
        rules = self.profile.columns
        owner = next((column for column, rule in rules.items() if rule.column == name), "")
        if alone and owner:
            held = rules[owner].model_dump(exclude_defaults=True)
            return Question.of("columns", owner, *({**held, key: value} for value in values))
        if alone and name in {*self.profile.breaks, *(one for pair in self.profile.pairs for one in pair)}:
            return Question.of("break_rule", key, *values)
        return Question.of("file", key, *values)

    def assume(self, key: str, /, **fields: str) -> None:
        """Note an assumption: the phrases ``key.subject``, ``key.value`` and ``key.evidence``, filled in."""
        words = phrases(Domain.IMPORTING, self.language)
        said = [words[f"{key}.{part}"].format(**fields) for part in ("subject", "value", "evidence")]
        self.assumptions.append(Assumption(self.file, *said))

    def quiet(self) -> Notes:
        """Notes that nobody reads."""
        return Notes(self.table, self.file, self.language, self.currency, self.profile)

    def has(self, *messages: MessageId) -> bool:
        """Whether one of these was noted."""
        return any(one.id in messages for one in self.found)

    @property
    def errors(self) -> set[MessageId]:
        """The errors that were noted."""
        return {one.id for one in self.found if one.severity is Severity.ERROR}

    def stop_if_wrong(self) -> None:
        """Raise what was found if an error is among it.

        Raises
        ------
        UndecidedError
            `problems` lists every fault.
        """
        if any(one.severity is Severity.ERROR for one in self.found):
            raise UndecidedError(Findings(tuple(self.found)), self.profile, tuple(self.asked))
