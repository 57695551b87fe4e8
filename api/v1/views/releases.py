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
    """All releases, newest first. With `release=` and a number, every address answers from that release."""

    name = "Releases"
    operation = Operation("releases", "releases", "The releases", ref("ReleaseList"))

    def answer(self, query: Parameters, **path: Any) -> Any:
        return {"results": [releases.shown(release) for release in Release.objects.order_by("-number")]}


class ReleaseView(QuestionView):
    """One release: when it was frozen, how many records it has, and the checksums that prove them."""

    operation = Operation("release", "releases", "One of the releases", ref("Release"), ("number",))

    def get_view_name(self) -> str:
        return f"Release {self.kwargs.get('number', '')}"

    def answer(self, query: Parameters, **path: Any) -> Any:
        return releases.shown(self.release(path["number"]))

    def release(self, number: int) -> Release:
        """Return the release. Raises NotFound."""
        release = Release.objects.filter(number=number).first() if number < 2**31 else None
        if release is None:
            raise NotFound(f"No release has the number {number}.")
        return release


class ReleaseManifestView(ReleaseView):
    """The contents of a release: the version of each record, and the checksum of its document.

    As text (`format=sha256`) it can be read by `sha256sum --check`; the checksum of the release is that of this text.
    """

    operation = Operation("release_manifest", "releases", "Its manifest", ref("Manifest"), ("number",))
    renderer_classes = [JSONRenderer, PageRenderer, ChecksumRenderer]

    def answer(self, query: Parameters, **path: Any) -> Any:
        return releases.manifest(self.release(path["number"]))
