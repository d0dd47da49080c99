"""Findings as plain values for JSON, and back: the words in English for readers, the fields for other languages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from clusterpool.language import Domain
from clusterpool.messages.findings import Finding, Findings
from clusterpool.messages.identity import MessageId
from clusterpool.messages.wording import Words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


def to_records(found: Findings) -> list[dict[str, Any]]:
    """A record a finding: the columns of `FINDING_COLUMNS`, its `fields`, and the repair's words where it has its own.

    Examples
    --------
    >>> one = Finding(MessageId.RULE_NO_SUPPLIER, "rules", "rules.csv", 2, "value", "0")
    >>> from_records(to_records(Findings((one,)))).each[0] == one
    True
    """
    frame = found.frame()
    rows = frame.astype({"row": object}).to_dict("records")
    return [
        {**{str(name): cell for name, cell in row.items()}, "row": one.row, **_own(one)}
        for row, one in zip(rows, found, strict=True)
    ]


def from_records(records: Iterable[Mapping[str, Any]]) -> Findings:
    """The findings of `to_records`.

    Raises
    ------
    KeyError, TypeError, ValueError
        A record does not hold what `to_records` wrote.
    """
    return Findings(tuple(_finding(record) for record in records))


def _own(one: Finding) -> dict[str, Any]:
    own = {"fields": _fields_out(one.fields)}
    return own if one.repair is None else {**own, "instead": _words_out(one.repair)}


def _finding(record: Mapping[str, Any]) -> Finding:
    place = (record["table"], record["file"], record["row"], record["column"], record["value"])
    instead = _words_in(record["instead"]) if "instead" in record else None
    return Finding(MessageId(record["id"]), *place, _fields_in(record["fields"]), instead)


def _words_out(words: Words) -> dict[str, Any]:
    return {"domain": words.domain.value, "key": words.key, "fields": _fields_out(words.fields)}


def _words_in(words: Mapping[str, Any]) -> Words:
    return Words(words["key"], _fields_in(words["fields"]), Domain(words["domain"]))


def _fields_out(fields: tuple[tuple[str, str | Words | tuple[str, ...]], ...]) -> list[list[Any]]:
    """Pairs of name and content, whose order JSON keeps."""
    return [[name, _field_out(held)] for name, held in fields]


def _field_out(held: str | Words | tuple[str, ...]) -> Any:  # noqa: ANN401 - as JSON holds it
    if isinstance(held, Words):
        return _words_out(held)
    return held if isinstance(held, str) else list(held)


def _fields_in(fields: Iterable[tuple[str, Any]]) -> tuple[tuple[str, str | Words | tuple[str, ...]], ...]:
    return tuple((name, _field_in(held)) for name, held in fields)


def _field_in(held: Any) -> str | Words | tuple[str, ...]:  # noqa: ANN401 - as JSON holds it
    if isinstance(held, str):
        return held
    return tuple(held) if isinstance(held, list) else _words_in(held)
