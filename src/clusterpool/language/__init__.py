"""The languages that people are spoken to in: phrases by domain and key, and figures as they are written."""

from clusterpool.language.direction import isolated, plain
from clusterpool.language.figures import day, decimal, money, percent, symbol
from clusterpool.language.phrases import Domain, Phrase, capital, counted, phrases
from clusterpool.language.tongues import Language, LanguageCode

__all__ = [
    "Domain",
    "Language",
    "LanguageCode",
    "Phrase",
    "capital",
    "counted",
    "day",
    "decimal",
    "isolated",
    "money",
    "percent",
    "phrases",
    "plain",
    "symbol",
]
