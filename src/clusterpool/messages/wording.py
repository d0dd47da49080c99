"""Words that are not yet in a language: a key of a catalogue and what goes into its template."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, NamedTuple

from clusterpool.language import Domain, phrases

if TYPE_CHECKING:
    from collections.abc import Iterable

    from clusterpool.language import Language


LONGEST_COMPARED, MOST_COMPARED = 100, 2_000
"""A nearest name is looked for among so many names, for a text of such a length: looking takes time."""


class Words(NamedTuple):
    """A phrase of a catalogue with its fields; `text` puts it in a language.

    Parameters
    ----------
    fields : tuple[tuple[str, str | Words | tuple[str, ...]], ...]
        Name and content of each field of the template; a tuple of texts is read as "a or b".
    """

    key: str
    fields: tuple[tuple[str, str | Words | tuple[str, ...]], ...] = ()
    domain: Domain = Domain.CHECKS


def text(words: Words, language: Language) -> str:
    """The words in a language.

    Raises
    ------
    KeyError
        The catalogue does not have the key, or the template asks for a field that is not given.

    Examples
    --------
    >>> from clusterpool.language import Language
    >>> text(Words("did-you-mean", (("near", "film"),)), Language.FRENCH)
    "vouliez-vous dire 'film' ?"
    """
    template = phrases(words.domain, language)[words.key]
    return template.format(**{name: _content(content, language) for name, content in words.fields})


def _content(content: str | Words | tuple[str, ...], language: Language) -> str:
    if isinstance(content, str):
        return content
    if isinstance(content, Words):
        return text(content, language)
    return f" {phrases(Domain.CHECKS, language)['or']} ".join(content)


def nearest(value: str, known: Iterable[str]) -> str:
    """The name of `known` that is most like a value; ``""`` where none is.

    Examples
    --------
    >>> nearest("flim", ["film", "carton"]), nearest("x", ["film"])
    ('film', '')
    """
    if len(value) > LONGEST_COMPARED:
        return ""
    folded = {name.casefold(): name for name in sorted(known, reverse=True)[-MOST_COMPARED:]}
    near = difflib.get_close_matches(value.casefold(), sorted(folded), n=1, cutoff=0.6)
    return folded[near[0]] if near else ""


def did_you_mean(value: str, known: Iterable[str]) -> Words | None:
    """``did you mean 'x'?`` for the nearest of `known`; None where none is near."""
    near = nearest(value, known)
    return Words("did-you-mean", (("near", near),)) if near else None
