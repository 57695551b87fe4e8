"""What all questions share: an answer that is made for the asking, of one record or of many."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import Model, QuerySet
from rest_framework.request import Request
from rest_framework.response import Response

from api.http.problems import InvalidParameters
from api.v1.clocks import BitemporalView
from api.v1.filters.base import ParameterBackend, Parameters
from api.v1.missing_records import missing_record
from api.v1.schemas.description import Operation


class QuestionView(BitemporalView):
    """A question that is asked by parameters alone."""

    filter_backends = [ParameterBackend]
    #: The parameters that the question takes; what it is in the schema; what stands above its page.
    parameters: ClassVar[type[Parameters]] = Parameters
    operation: ClassVar[Operation]
    name: ClassVar[str]

    def get(self, request: Request, **path: Any) -> Response:
        """Refuse parameters with a fault, and answer the others."""
        query = self.parameters_class()(request.query_params, self.rows(), now=self.now())
        if faults := query.faults():
            raise InvalidParameters(faults)
        return Response(self.answer(query, **path))

    def parameters_class(self) -> type[Parameters]:
        """Return the parameters that this very request may have."""
        return self.parameters

    def rows(self) -> QuerySet[Any]:
        """Return the rows that filters narrow, where the question has such; see :meth:`Parameters.rows`."""
        return QuerySet()

    def answer(self, query: Parameters, **path: Any) -> Any:
        """Return the answer: plain data, or JSON as bytes."""
        raise TypeError(f"{type(self).__name__} has no answer.")


class RecordQuestionView(QuestionView):
    """A question about one published record, named in the path."""

    #: The published rows of which one is asked about.
    about: ClassVar[QuerySet[Any]]

    def get_view_name(self) -> str:
        """Return what stands above the page: the record's slug and the question."""
        return f"{self.kwargs.get('slug', '')}: {self.name}"

    def record(self, slug: str) -> Any:
        """Return the published row; a problem of type retracted or not-found if there is none."""
        row: Model | None = self.about.published().filter(slug=slug).first()  # type: ignore[attr-defined]
        if row is None:
            raise missing_record(self.about.model, slug)
        return row
