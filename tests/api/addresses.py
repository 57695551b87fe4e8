"""List all addresses of version 1, each with a record of the small world in its path."""

from __future__ import annotations

from typing import Final

from django.urls import URLPattern

from api.v1.urls import urlpatterns

#: Collection → the slug in the paths of questions about one record.
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
#: First step of the path → values of its other parameters.
_OTHERS: Final = {
    "desk": {"<slug:plural>": "orders", "<slug:slug>": SLUGS["orders"], "<slug:move>": "submit"},
    "docs": {"<slug:name>": "not-named_paths"},
}


def addresses() -> list[tuple[str, str]]:
    """Return the name and the path below ``/api/v1/`` of every address."""
    named_paths = []
    for pattern in urlpatterns:
        assert isinstance(pattern, URLPattern)
        path = str(pattern.pattern).lstrip("^").rstrip("$").replace("\\Z", "")
        plural = path.split("/")[0]
        slug = SLUGS.get(plural, "")
        parts = {"(?P<slug>[a-z0-9-]{1,150})": slug, "<slug:slug>": slug, "<int:number>": "1", "<int:sequence>": "1"}
        for part, value in {**parts, **_OTHERS.get(plural, {})}.items():
            path = path.replace(part, value)
        assert "<" not in path, path
        named_paths.append((str(pattern.name), path))
    return named_paths
