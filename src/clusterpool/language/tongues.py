"""The languages."""

from __future__ import annotations

from enum import StrEnum

from babel import Locale


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

    @property
    def right_to_left(self) -> bool:
        """Whether it is written from right to left."""
        return self is Language.ARABIC

    @property
    def locale(self) -> Locale:
        """How its figures are written; Arabic as in Algeria, with western digits."""
        return Locale.parse("ar_DZ" if self is Language.ARABIC else self.value)
