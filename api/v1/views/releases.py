"""Releases: numbered sets of everything that was public at one instant."""

from __future__ import annotations

from typing import Any

from rest_framework.exceptions import NotFound

from api.http.renderers import ChecksumRenderer, JSONRenderer, PageRenderer
from api.v1.filters.base import Parameters
from api.v1.schemas.description import Operation
from api.v1.schemas.records import ref
from api.v1.views.questions import QuestionView
from sanctions.models import Release
from sanctions.questions import releases


class ReleaseListView(QuestionView):
    """Every release that was made, the newest first. Ask anything of one with `release=` and its number."""

    name = "Releases"
    operation = Operation("releases", "releases", "The releases", ref("ReleaseList"))

    def answer(self, query: Parameters, **path: Any) -> Any:
        """Return the releases."""
        return {"results": [releases.shown(release) for release in Release.objects.order_by("-number")]}


class ReleaseView(QuestionView):
    """One release: when it was frozen, how many records it has, and the checksums that prove them."""

    operation = Operation("release", "releases", "One of the releases", ref("Release"), ("number",))

    def get_view_name(self) -> str:
        """Return what stands above the page."""
        return f"Release {self.kwargs.get('number', '')}"

    def answer(self, query: Parameters, **path: Any) -> Any:
        """Return the release."""
        return releases.shown(self.release(path["number"]))

    def release(self, number: int) -> Release:
        """Return the release; a problem of type not-found if there is none."""
        found = Release.objects.filter(number=number).first() if number < 2**31 else None
        if found is None:
            raise NotFound(f"There is no release {number}.")
        return found


class ReleaseManifestView(ReleaseView):
    """What a release has: the version of each record, and the checksum of its document.

    As text (`format=sha256`) it is what `sha256sum --check` reads, and what the release's own checksum is of.
    """

    operation = Operation("release_manifest", "releases", "Its manifest", ref("Manifest"), ("number",))
    renderer_classes = [JSONRenderer, PageRenderer, ChecksumRenderer]

    def answer(self, query: Parameters, **path: Any) -> Any:
        """Return the manifest."""
        return releases.manifest(self.release(path["number"]))
