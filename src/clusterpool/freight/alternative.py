"""What becomes of a shipment that rides on no trip: groupage, or it is left unmet where that is cheaper."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from clusterpool.freight.groupage import cheapest_of_load
from clusterpool.freight.trips import unmet_price

if TYPE_CHECKING:
    from clusterpool.freight.case import FreightCase
    from clusterpool.freight.loads import Load
    from clusterpool.market import Tariff


@dataclass(frozen=True, slots=True)
class Alternative:
    """The cheaper of groupage and leaving a shipment unmet (`tariff` None); both are without limit."""

    cost: float
    tariff: Tariff | None


def alternative(case: FreightCase, load: Load) -> Alternative:
    """The alternative to any trip for a load; groupage where both cost the same."""
    shortage = unmet_price(case, load)
    groupage = cheapest_of_load(case, load)
    if groupage is None or shortage < groupage[0]:
        return Alternative(shortage, None)
    return Alternative(*groupage)
