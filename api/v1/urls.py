"""The URLs of version 1 of the API."""

from django.urls import URLPattern, URLResolver, path
from rest_framework.routers import SimpleRouter

from api.v1.views.actors import ActorViewSet
from api.v1.views.agreements import AgreementViewSet
from api.v1.views.commitments import CommitmentViewSet
from api.v1.views.compare import CompareView
from api.v1.views.compliance import ComplianceView
from api.v1.views.designations import DesignationViewSet
from api.v1.views.desk.bulk import BulkView
from api.v1.views.desk.proposals import ProposalListView, ProposalMoveView, ProposalView
from api.v1.views.desk.records import DeskRecordView, DraftsView, ProposeView, RecordMoveView
from api.v1.views.desk.root import DeskRootView
from api.v1.views.dictionary import ColumnsView
from api.v1.views.documentation import (
    DeprecationsView,
    DocumentationView,
    ProblemTypeListView,
    ProblemTypeView,
    SchemaView,
)
from api.v1.views.events import EventViewSet
from api.v1.views.feed import ChangesView
from api.v1.views.lineage import OrderLineageView
from api.v1.views.measures import MeasureViewSet
from api.v1.views.network import NetworkView
from api.v1.views.notices import NoticeView, NoticeViewSet
from api.v1.views.orders import OrderViewSet
from api.v1.views.panel import PanelColumnsView, PanelView
from api.v1.views.programs import ProgramViewSet
from api.v1.views.reasons import (
    AgreementStandingView,
    CommitmentStandingView,
    MeasureStandingView,
    OrderStandingView,
    ViolationStandingView,
)
from api.v1.views.reconcile import PropertiesView, ReconcileView, SuggestView
from api.v1.views.releases import ReleaseListView, ReleaseManifestView, ReleaseView
from api.v1.views.root import RootView
from api.v1.views.search import SearchView
from api.v1.views.sources import SourceViewSet
from api.v1.views.stats import StatsView
from api.v1.views.timeline import TimelineViewSet
from api.v1.views.versions import VersionListView, VersionView
from api.v1.views.violations import ViolationViewSet
from sanctions.records.registry import RECORD_TYPES

app_name = "v1"

NOUNS = {
    "orders": OrderViewSet,
    "measures": MeasureViewSet,
    "programs": ProgramViewSet,
    "agreements": AgreementViewSet,
    "commitments": CommitmentViewSet,
    "violations": ViolationViewSet,
    "actors": ActorViewSet,
    "designations": DesignationViewSet,
    "events": EventViewSet,
    "sources": SourceViewSet,
}

#: Questions that are not about one record, each at the address of its name.
QUESTIONS = {
    "search": SearchView.as_view(),
    "timeline": TimelineViewSet.as_view({"get": "list"}, basename="timeline"),
    "compare": CompareView.as_view(),
    "panel": PanelView.as_view(),
    "network": NetworkView.as_view(),
    "stats": StatsView.as_view(),
    "notices": NoticeViewSet.as_view({"get": "list"}, basename="notices"),
    "changes": ChangesView.as_view(),
    "releases": ReleaseListView.as_view(),
    "columns": ColumnsView.as_view(),
}

#: Questions about one record: (collection, question) → view.
OF_RECORDS = {
    ("orders", "standing"): OrderStandingView,
    ("orders", "lineage"): OrderLineageView,
    ("measures", "standing"): MeasureStandingView,
    ("agreements", "standing"): AgreementStandingView,
    ("agreements", "compliance"): ComplianceView,
    ("commitments", "standing"): CommitmentStandingView,
    ("violations", "standing"): ViolationStandingView,
}

#: The editorial API: below its own address, so that everything else stays anonymous and can be cached.
DESK = [
    path("desk/", DeskRootView.as_view(), name="desk-root"),
    path("desk/bulk/", BulkView.as_view(), name="desk-bulk"),
    path("desk/proposals/", ProposalListView.as_view(), name="desk-proposals"),
    path("desk/proposals/<int:number>/", ProposalView.as_view(), name="desk-proposal"),
    path("desk/proposals/<int:number>/<slug:move>/", ProposalMoveView.as_view(), name="desk-proposal-move"),
    path("desk/<slug:plural>/", DraftsView.as_view(), name="desk-drafts"),
    path("desk/<slug:plural>/<slug:slug>/", DeskRecordView.as_view(), name="desk-record"),
    path("desk/<slug:plural>/<slug:slug>/proposals/", ProposeView.as_view(), name="desk-propose"),
    path("desk/<slug:plural>/<slug:slug>/<slug:move>/", RecordMoveView.as_view(), name="desk-move"),
]

router = SimpleRouter()
for name, view in NOUNS.items():
    router.register(name, view, basename=name)

urlpatterns: list[URLPattern | URLResolver] = [
    path("", RootView.as_view(collections=tuple(NOUNS), questions=tuple(QUESTIONS)), name="root"),
    path("schema/", SchemaView.as_view(), name="schema"),
    path("docs/", DocumentationView.as_view(), name="docs"),
    path("docs/deprecations/", DeprecationsView.as_view(), name="deprecations"),
    path("docs/problems/", ProblemTypeListView.as_view(), name="problem-types"),
    path("docs/problems/<slug:name>/", ProblemTypeView.as_view(), name="problem-type"),
    *(path(f"{name}/", view, name=name) for name, view in QUESTIONS.items()),
    path("reconcile/", ReconcileView.as_view(), name="reconcile"),
    path("reconcile/suggest/", SuggestView.as_view(), name="reconcile-suggest"),
    path("reconcile/properties/", PropertiesView.as_view(), name="reconcile-properties"),
    path("panel/columns/", PanelColumnsView.as_view(), name="panel-columns"),
    path("notices/<int:sequence>/", NoticeView.as_view(), name="notice"),
    path("releases/<int:number>/", ReleaseView.as_view(), name="release"),
    path("releases/<int:number>/manifest/", ReleaseManifestView.as_view(), name="release-manifest"),
    *(
        path(f"{plural}/<slug:slug>/{name}/", view.as_view(), name=f"{plural}-{name}")
        for (plural, name), view in OF_RECORDS.items()
    ),
    *(
        path(f"{kind.plural}/<slug:slug>/versions/", VersionListView.for_type(kind), name=f"{kind.plural}-versions")
        for kind in RECORD_TYPES
    ),
    *(
        path(
            f"{kind.plural}/<slug:slug>/versions/<int:number>/",
            VersionView.for_type(kind),
            name=f"{kind.plural}-version",
        )
        for kind in RECORD_TYPES
    ),
    *DESK,
    *router.urls,
]
