"""Every address of version 1, with a record of the small world in it."""

from __future__ import annotations

from typing import Final

from django.urls import URLPattern

from api.v1.urls import urlpatterns

#: What stands in the paths of questions about one record of the small world.
SLUGS: Final = {
    "orders": "us-eo-13645",
    "measures": "us-eo-13645-freeze",
    "agreements": "jcpoa",
    "commitments": "jcpoa-stockpile",
    "violations": "stockpile-2019",
    "actors": "iran",
    "programs": "us-iran",
    "designations": "bank-melli-sdn",
    "events": "iaea-reports",
    "sources": "law",
}
#: What stands in the paths of the desk and of the explained problems.
_OTHERS: Final = {
    "desk": {"<slug:plural>": "orders", "<slug:slug>": SLUGS["orders"], "<slug:move>": "submit"},
    "docs": {"<slug:name>": "not-found"},
}


def addresses() -> list[tuple[str, str]]:
    """Return the name and the path below ``/api/v1/`` of every address."""
    found = []
    for pattern in urlpatterns:
        assert isinstance(pattern, URLPattern)
        path = str(pattern.pattern).lstrip("^").rstrip("$").replace("\\Z", "")
        plural = path.split("/")[0]
        slug = SLUGS.get(plural, "")
        parts = {"(?P<slug>[a-z0-9-]{1,150})": slug, "<slug:slug>": slug, "<int:number>": "1", "<int:sequence>": "1"}
        for part, value in {**parts, **_OTHERS.get(plural, {})}.items():
            path = path.replace(part, value)
        assert "<" not in path, path
        found.append((str(pattern.name), path))
    return found
