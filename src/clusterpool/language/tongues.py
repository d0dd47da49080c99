"""The languages."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

from babel import Locale

LanguageCode = Literal["en", "fr", "ar"]
"""The codes of the languages, wherever a `Language` is asked for."""


class Language(StrEnum):
    """A language that people are spoken to in; the value is its ISO 639 code.

    Examples
    --------
    >>> Language("ar").right_to_left, Language.FRENCH.locale.language
    (True, 'fr')
    """

    ENGLISH = "en"
    FRENCH = "fr"
    ARABIC = "ar"

    @classmethod
    def _missing_(cls, value: object) -> None:
        """Refuse what is no language, with those that are."""
        raise ValueError(f"there is no language {value!r} here: the languages are {', '.join(cls)}")

    @property
    def right_to_left(self) -> bool:
        """Whether it is written from right to left."""
        return self is Language.ARABIC

    @property
    def locale(self) -> Locale:
        """How its figures are written; Arabic as in Algeria, with western digits."""
        return Locale.parse("ar_DZ" if self is Language.ARABIC else self.value)
