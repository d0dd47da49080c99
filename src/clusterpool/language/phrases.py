"""Phrases: one gettext catalogue a domain and language, looked up by key.

Keys are the message ids of ``catalogues/DOMAIN/LANGUAGE.po``, texts are `str.format` templates. English is a catalogue
like the others, so that no code holds words for people.
"""

from __future__ import annotations

from enum import StrEnum
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import TYPE_CHECKING

from babel.messages.pofile import read_po

if TYPE_CHECKING:
    from collections.abc import Mapping

    from clusterpool.language.tongues import Language

Phrase = str
"""A `str.format` template."""


class Domain(StrEnum):
    """A room's own phrases; the value is the folder that holds them."""

    CHECKS = "checks"
    IMPORTING = "importing"
    TEMPLATES = "templates"
    COMMON = "common"
    DOCUMENTS = "documents"
    PAGE = "page"
    PLOTS = "plots"
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
    place = files(__package__).joinpath("catalogues", domain.value, f"{language.value}.po")
    with place.open("rb") as file:
        catalogue = read_po(file, locale=language.value, abort_invalid=True)
    return MappingProxyType({str(one.id): str(one.string) for one in catalogue if one.id})
