"""The three languages in which clusterpool speaks to people: phrases by domain and key, and figures as people write them."""

from clusterpool.language.figures import day, decimal, money, percent, symbol
from clusterpool.language.phrases import Domain, Phrase, phrases
from clusterpool.language.tongues import Language

__all__ = ["Domain", "Language", "Phrase", "day", "decimal", "money", "percent", "phrases", "symbol"]
