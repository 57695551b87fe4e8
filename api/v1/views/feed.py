"""/api/v1/changes/: what became public, in order, for clients that keep a copy."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import orjson
from rest_framework.request import Request

from api.http.renderers import JSONRenderer, PageRenderer
from api.v1.feeds import ChangesAtomRenderer
from api.v1.filters.feed import FeedParameters
from api.v1.schemas.description import Operation
from api.v1.schemas.records import ref
from api.v1.views.questions import QuestionView
from sanctions.questions.feed import feed
from sanctions.server.waiting import hold_answer


class ChangesView(QuestionView):
    """List what was created, updated, corrected, retracted, restored or merged after a sequence, in order.

    Send the `after` of the answer with the next request, and no change is ever missed. With `include_documents=true`
    each change has the document of the record after it, so that a copy of the database can be kept. With `wait=30` the
    answer comes with the next change, or after 30 seconds.
    """

    name = "changes"
    parameters = FeedParameters
    renderer_classes = [JSONRenderer, PageRenderer, ChangesAtomRenderer]
    operation = Operation("changes", "changes", "What changed, in order", ref("Feed"))

    def answer(self, query: Any, **path: Any) -> bytes:
        feed_query, seconds = query.feed_query(), query.given.get("wait")
        if isinstance(self.request.accepted_renderer, ChangesAtomRenderer):
            # Feed readers expect the newest entries and send no `after`. Titles are taken from the documents.
            feed_query = replace(feed_query, newest="after" not in query.given, documents=True)
        changes = feed(feed_query, query.instant)
        if seconds and not changes["results"] and self.request.method == "GET":
            self._hold_answer(changes["last"], seconds)
        return orjson.dumps(changes)

    def _hold_answer(self, last: int, seconds: float) -> None:
        """Let the server answer later. Requests for the same address in the same format share one answer."""
        request, renderer = self.request, self.request.accepted_renderer
        encodings = request.headers.get("Accept-Encoding", "")
        question = (request.build_absolute_uri(), renderer.media_type, str(renderer.format), encodings)
        hold_answer(request.META, after=last, seconds=seconds, question=question)

    def is_cacheable(self, request: Request) -> bool:
        """Return whether the request does not wait: a future change has no ETag yet."""
        return request.query_params.get("wait", "0") == "0"
