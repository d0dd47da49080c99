"""The languages that people are spoken to in: phrases by domain and key, and figures as they are written."""

from clusterpool.language.figures import day, decimal, money, percent, symbol
from clusterpool.language.phrases import Domain, Phrase, phrases
from clusterpool.language.tongues import Language

__all__ = ["Domain", "Language", "Phrase", "day", "decimal", "money", "percent", "phrases", "symbol"]
