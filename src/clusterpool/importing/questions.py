"""What a file leaves open: a key of the profile with its choices, as TOML, as options, as a half-filled file."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from clusterpool.importing.profile import VERSION, Profile, toml_key, toml_value
from clusterpool.language import Domain
from clusterpool.messages import Words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Value = str | int | Decimal | tuple[str, ...] | Mapping[str, object]

BLANK = "..."
"""What stands in an option where people fill something in."""
_BARE = re.compile(r"[\w.=,/:+%-]+")
_SHELL = re.compile(r'([\\$`"])')


class Choice(NamedTuple):
    """A line of the profile that decides something: the part of the section that it stands in, and what it says.

    A blank (``""`` or 0) has to be filled in: a profile that still holds one is refused.
    """

    part: tuple[str, ...]
    key: str
    value: Value

    @property
    def line(self) -> str:
        """The line of TOML."""
        return f"{toml_key(self.key)} = {toml_value(self.value)}"

    def section(self, table: str) -> str:
        """The name of the TOML table that it stands in."""
        return ".".join(toml_key(part) for part in (table, *self.part))

    def options(self) -> Iterator[str]:
        """The options of the command line that say the same."""
        if isinstance(self.value, Mapping):
            for part, held in self.value.items():
                if part == "column" and self.part == ("columns",):
                    yield f"--map {_shell(f'{held}={self.key}')}"
                else:
                    yield from (f"--set {_shell(f'{self.key}.{part}={one}')}" for one in _each(held))
        elif self.part == ("columns",):
            yield f"--map {_shell(f'{self.value}={self.key}')}"
        else:
            name = self.key if self.part in {("constants",), ("file",)} else ".".join((*self.part, self.key))
            yield from (f"--set {_shell(f'{name}={one or BLANK}')}" for one in _each(self.value))


class Question(NamedTuple):
    """What only people can decide: what a profile may say, the likeliest first."""

    choices: tuple[Choice, ...]

    @classmethod
    def of(cls, part: str, key: str, *values: Value) -> Question:
        """One key with what it may be."""
        return cls(tuple(Choice((part,), key, value) for value in values))

    def toml(self, table: str) -> str:
        """A whole profile that decides it by the first choice; the other choices are comments.

        Examples
        --------
        >>> print(Question.of("file", "decimal", ",", ".").toml("offers"))
        version = 1
        <BLANKLINE>
        [offers.file]
        decimal = ","
        # decimal = "."
        """
        first, *others = self.choices
        lines = [f"version = {VERSION}", "", f"[{first.section(table)}]", first.line]
        section = first.section(table)
        for other in others:
            lines += [f"# [{other.section(table)}]"] if other.section(table) != section else []
            lines.append(f"# {other.line}")
            section = other.section(table)
        return "\n".join(lines)

    @property
    def options(self) -> tuple[str, ...]:
        """Options of the command line that decide it: the text for each choice.

        Examples
        --------
        >>> Question.of("columns", "item", "Code article").options, Question.of("rates", "EUR", 0).options
        (('--map "Code article=item"',), ('--set rates.EUR=...',))
        """
        return tuple(" ".join(choice.options()) for choice in self.choices)


class Asked(NamedTuple):
    """A question with its words for people, and some cells that it is about: for each choice, or the same for all."""

    question: Question
    words: str
    samples: tuple[tuple[str, ...], ...] = ()


def half_filled(profile: Profile, table: str, asked: Iterable[Asked]) -> str:
    """A profile to finish: what is decided stands, what is open stands in comments with its choices."""
    held = dict(profile.sections(table))
    for question, words in ((one.question, one.words) for one in asked):
        for section in dict.fromkeys(choice.section(table) for choice in question.choices):
            choices = [choice for choice in question.choices if choice.section(table) == section]
            lines = held.setdefault(section, [])
            open_keys = tuple(f"{toml_key(choice.key)} = " for choice in choices)
            lines[:] = [line for line in lines if not line.startswith(open_keys)]
            said = ["", *(f"# {line}" for line in words.splitlines()), *(f"# {choice.line}" for choice in choices)]
            lines += said if said[-1] not in lines else []
    parts = ["\n".join([f"[{name}]", *lines]) for name, lines in held.items()]
    return "\n\n".join([f"version = {VERSION}", *parts]) + "\n"


def _each(value: object) -> Sequence[object]:
    """What an option is repeated for."""
    return value if isinstance(value, list | tuple) else (value,)


def meaning(table: str, column: str) -> Words:
    """What a column of the contract is, in any language."""
    return Words(f"{table}.{column}", domain=Domain.TEMPLATES)


def _shell(text: str) -> str:
    """A text as one word of a command line."""
    return text if _BARE.fullmatch(text) else '"' + _SHELL.sub(r"\\\1", text) + '"'
