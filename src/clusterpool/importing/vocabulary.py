"""Words by which a row says that it is no line of the table: totals, and goods that have no price."""

from __future__ import annotations

import re

from clusterpool.places import fold

_TOTAL = re.compile(
    r"(sous[\s-]*)?(s/)?(grand\s+)?tota(l|ux)(\s+(g[eé]n[eé]ral|h\.?t\.?|t\.?t\.?c\.?|tva|net|lignes?|articles?|page))*\s*:?"
    r"|somme\s*:?|cumul\s*:?|report\s*:?|[aà]\s+reporter\s*:?|المجموع( العام)?\s*:?|الإجمالي\s*:?|sub-?total\s*:?"
    r"|(sous[\s-]*|sub[\s-]*)total\b.*",
    re.IGNORECASE,
)
NO_PRICE = frozenset(
    map(
        fold,
        [
            "nc",
            "n.c.",
            "n/c",
            "rupture",
            "en rupture",
            "rupture de stock",
            "épuisé",
            "indisponible",
            "non disponible",
            "sur devis",
            "sur demande",
            "nous consulter",
            "consulter",
            "prix sur demande",
            "na",
            "n/a",
            "n.a.",
            "nd",
            "n.d.",
            "tba",
            "tbd",
            "tbc",
            "poa",
            "p.o.a.",
            "on request",
            "on demand",
            "price on request",
            "ask",
            "call",
            "call for price",
            "out of stock",
            "sold out",
            "unavailable",
            "not available",
            "discontinued",
            "arrêté",
            "supprimé",
            "à définir",
            "auf anfrage",
            "ausverkauft",
            "nicht lieferbar",
            "esaurito",
            "su richiesta",
            "agotado",
            "a consultar",
            "غير متوفر",
            "نفد",
            "عند الطلب",
            "غير متاح",
        ],
    )
)
"""What stands in the place of a price where there is none."""


def is_total(texts: list[str]) -> bool:
    """Whether the first filled cell of a row says that the row sums up others."""
    first = next((text for text in texts if text), "")
    return bool(_TOTAL.fullmatch(first.strip()))
