"""Phrases: one gettext catalogue a domain and language, looked up by key.

Keys are the message ids of ``catalogues/DOMAIN/LANGUAGE.po``, texts are `str.format` templates. English is a catalogue
like the others, so that no code holds words for people. A phrase that changes with a number is a plural message
(``msgid_plural``), with as many forms as its language has: two in English and French, six in Arabic.
"""

from __future__ import annotations

from enum import StrEnum
from functools import cache
from gettext import c2py
from importlib.resources import files
from types import MappingProxyType
from typing import TYPE_CHECKING

from babel.messages.pofile import read_po

if TYPE_CHECKING:
    from collections.abc import Mapping

    from babel.messages import Catalog

    from clusterpool.language.tongues import Language

Phrase = str
"""A `str.format` template."""

_chooser = cache(c2py)


class Domain(StrEnum):
    """A room's own phrases; the value is the folder that holds them."""

    CHECKS = "checks"
    COMMANDS = "commands"
    IMPORTING = "importing"
    TEMPLATES = "templates"
    COMMON = "common"
    DOCUMENTS = "documents"
    PAGE = "page"
    PLOTS = "plots"
    PROOF = "proof"
    SHARING = "sharing"
    TERMINAL = "terminal"
    WORKBOOK = "workbook"


@cache
def phrases(domain: Domain, language: Language) -> Mapping[str, Phrase]:
    """Every phrase of a domain by its key.

    Raises
    ------
    KeyError
        From the mapping, for a key that the catalogue does not have.

    Examples
    --------
    >>> phrases(Domain.COMMON, Language.FRENCH)["saving"]
    'économie'
    """
    catalogue = _catalogue(domain, language)
    return MappingProxyType({str(one.id): str(one.string) for one in catalogue if one.id and not one.pluralizable})


def counted(domain: Domain, language: Language, key: str, count: int) -> Phrase:
    """The form of a phrase that goes with a number of things; the number is its field `n`.

    Raises
    ------
    KeyError
        The domain has no such plural phrase.

    Examples
    --------
    >>> [counted(Domain.SHARING, Language.FRENCH, "count.coalitions", n).format(n=n) for n in (1, 2)]
    ['1 coalition', '2 coalitions']
    """
    forms = plurals(domain, language)[key]
    return forms[_chooser(_catalogue(domain, language).plural_expr)(count)]


def capital(text: str) -> str:
    """A text that begins a line of its own.

    Examples
    --------
    >>> capital("économie : 12 DA")
    'Économie : 12 DA'
    """
    return text[:1].upper() + text[1:]


@cache
def plurals(domain: Domain, language: Language) -> Mapping[str, tuple[Phrase, ...]]:
    """All forms of each phrase of a domain that changes with a number, in the order of the catalogue's language."""
    catalogue = _catalogue(domain, language)
    return MappingProxyType(
        {one.id[0]: tuple(map(str, one.string or ())) for one in catalogue if one.id and one.pluralizable}
    )


@cache
def _catalogue(domain: Domain, language: Language) -> Catalog:
    place = files(__package__).joinpath("catalogues", domain.value, f"{language.value}.po")
    with place.open("rb") as file:
        return read_po(file, locale=language.value, abort_invalid=True)
