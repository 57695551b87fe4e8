"""The URLs of version 1 of the API."""

from django.urls import URLPattern, URLResolver, path
from rest_framework.routers import SimpleRouter

from api.v1.views.actors import Actors
from api.v1.views.agreements import Agreements
from api.v1.views.commitments import Commitments
from api.v1.views.designations import Designations
from api.v1.views.documentation import DocumentationView, ProblemType, ProblemTypes, SchemaView
from api.v1.views.events import Events
from api.v1.views.measures import Measures
from api.v1.views.orders import Orders
from api.v1.views.programs import Programs
from api.v1.views.root import Root
from api.v1.views.sources import Sources
from api.v1.views.violations import Violations

app_name = "v1"

NOUNS = {
    "orders": Orders,
    "measures": Measures,
    "programs": Programs,
    "agreements": Agreements,
    "commitments": Commitments,
    "violations": Violations,
    "actors": Actors,
    "designations": Designations,
    "events": Events,
    "sources": Sources,
}

router = SimpleRouter()
for name, view in NOUNS.items():
    router.register(name, view, basename=name)

urlpatterns: list[URLPattern | URLResolver] = [
    path("", Root.as_view(collections=tuple(NOUNS)), name="root"),
    path("schema/", SchemaView.as_view(), name="schema"),
    path("docs/", DocumentationView.as_view(), name="docs"),
    path("docs/problems/", ProblemTypes.as_view(), name="problem-types"),
    path("docs/problems/<slug:name>/", ProblemType.as_view(), name="problem-type"),
    *router.urls,
]
