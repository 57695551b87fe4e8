"""When and by whom test data is published."""

from datetime import UTC, datetime

from sanctions.ledger.versions import Act

#: The act by which test data becomes public, where it does not matter which.
ACT = Act(at=datetime(2025, 1, 1, tzinfo=UTC))
