"""Validity: a row of `offers` outside its days at the order date is no part of the market."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from clusterpool.messages import MessageId

if TYPE_CHECKING:
    from clusterpool.validation.review import Review


def drop_invalid_offers(review: Review, *, dated: bool) -> None:
    """Take the rows out that are not valid at the order date, and tell each; rows keep their lines.

    Parameters
    ----------
    dated : bool
        Whether the order date was given or follows from dates of the input. Without, validity cannot be judged.
    """
    offers = review.table("offers")
    limited = offers["valid_from"].notna() | offers["valid_until"].notna()
    if not limited.any():
        return
    if not dated:
        review.note(MessageId.OFFER_NO_ORDER_DATE, "offers", offers.index[limited][:1], "valid_until")
        return
    review.note(
        MessageId.OFFER_NEVER_VALID,
        "offers",
        offers.index[offers["valid_until"] < offers["valid_from"]],
        "valid_until",
    )
    ordered = str(review.settings.order_date)
    early, late = offers["valid_from"] > pd.Timestamp(ordered), offers["valid_until"] < pd.Timestamp(ordered)
    review.note(MessageId.OFFER_NOT_YET_VALID, "offers", offers.index[early], "valid_from", date=ordered)
    review.note(MessageId.OFFER_EXPIRED, "offers", offers.index[late & ~early], "valid_until", date=ordered)
    review.tables["offers"] = offers[~(early | late)]
