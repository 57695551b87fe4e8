"""The base classes of questions: views that compute their answers, about one record or many."""

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
    """A question, asked by the parameters of the query string."""

    filter_backends = [ParameterBackend]
    #: The parameters, the operation in the schema, and the title of the page.
    parameters: ClassVar[type[Parameters]] = Parameters
    operation: ClassVar[Operation]
    name: ClassVar[str]

    def get(self, request: Request, **path: Any) -> Response:
        """Answer the question. Raises :class:`InvalidParameters`."""
        query = self.parameters_class()(request.query_params, self.rows(), now=self.now())
        if faults := query.faults():
            raise InvalidParameters(faults)
        return Response(self.answer(query, **path))

    def parameters_class(self) -> type[Parameters]:
        """Return the class of the parameters of this request."""
        return self.parameters

    def rows(self) -> QuerySet[Any]:
        """Return the rows that the parameters filter, if the question has any; see :meth:`Parameters.rows`."""
        return QuerySet()

    def answer(self, query: Parameters, **path: Any) -> Any:
        """Return the answer: plain data, or JSON as bytes."""
        raise NotImplementedError


class RecordQuestionView(QuestionView):
    """A question about one published record, whose slug is in the path."""

    #: The rows among which the record is found; only published ones count.
    queryset: ClassVar[QuerySet[Any]]

    def get_view_name(self) -> str:
        """Return the title of the page: the slug of the record and the question."""
        return f"{self.kwargs.get('slug', '')}: {self.name}"

    def record(self, slug: str) -> Any:
        """Return the published record. Raises the error of a missing one: merged, retracted or not found."""
        record: Model | None = self.queryset.published().filter(slug=slug).first()  # type: ignore[attr-defined]
        if record is None:
            raise missing_record(self.queryset.model, slug)
        return record
