"""How a record of each kind is made."""

from collections.abc import Callable
from typing import Final

from sanctions.models import Record
from tests.factories.actors import make_actor
from tests.factories.agreements import make_agreement
from tests.factories.designations import make_designation
from tests.factories.events import make_event
from tests.factories.orders import make_order
from tests.factories.programs import make_program
from tests.factories.sources import make_source
from tests.factories.violations import make_violation

MAKERS: Final[dict[str, Callable[..., Record]]] = {
    "actor": make_actor,
    "agreement": make_agreement,
    "designation": make_designation,
    "event": make_event,
    "order": make_order,
    "program": make_program,
    "source": make_source,
    "violation": make_violation,
}
