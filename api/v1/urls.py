"""The URLs of version 1 of the API."""

from django.urls import URLPattern, URLResolver, path
from rest_framework.routers import SimpleRouter

from api.v1.views.actors import Actors
from api.v1.views.agreements import Agreements
from api.v1.views.commitments import Commitments
from api.v1.views.compare import Compare
from api.v1.views.compliance import Compliance
from api.v1.views.designations import Designations
from api.v1.views.desk.bulk import Bulk
from api.v1.views.desk.proposals import OneProposal, ProposalMove, Proposals
from api.v1.views.desk.records import Drafts, OneRecord, Propose, RecordMove
from api.v1.views.desk.root import Desk
from api.v1.views.dictionary import Columns
from api.v1.views.documentation import Deprecations, DocumentationView, ProblemTypeList, ProblemTypePage, SchemaView
from api.v1.views.events import Events
from api.v1.views.feed import Feed
from api.v1.views.lineage import OrderLineage
from api.v1.views.measures import Measures
from api.v1.views.network import Network
from api.v1.views.notices import Notices, OneNotice
from api.v1.views.orders import Orders
from api.v1.views.panel import Panel, PanelColumns
from api.v1.views.programs import Programs
from api.v1.views.reasons import (
    AgreementStanding,
    CommitmentStanding,
    MeasureStanding,
    OrderStanding,
    ViolationStanding,
)
from api.v1.views.reconcile import Properties, Reconcile, Suggest
from api.v1.views.releases import Manifest, OneRelease, Releases
from api.v1.views.root import Root
from api.v1.views.search import Search
from api.v1.views.sources import Sources
from api.v1.views.stats import Stats
from api.v1.views.timeline import Timeline
from api.v1.views.versions import RecordVersion, RecordVersions
from api.v1.views.violations import Violations
from sanctions.records.registry import RECORD_TYPES

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

#: Questions that are about no one record, each at the address of its name.
QUESTIONS = {
    "search": Search.as_view(),
    "timeline": Timeline.as_view({"get": "list"}, basename="timeline"),
    "compare": Compare.as_view(),
    "panel": Panel.as_view(),
    "network": Network.as_view(),
    "stats": Stats.as_view(),
    "notices": Notices.as_view({"get": "list"}, basename="notices"),
    "changes": Feed.as_view(),
    "releases": Releases.as_view(),
    "columns": Columns.as_view(),
}

#: Questions about one record: its collection, the question.
OF_RECORDS = {
    ("orders", "standing"): OrderStanding,
    ("orders", "lineage"): OrderLineage,
    ("measures", "standing"): MeasureStanding,
    ("agreements", "standing"): AgreementStanding,
    ("agreements", "compliance"): Compliance,
    ("commitments", "standing"): CommitmentStanding,
    ("violations", "standing"): ViolationStanding,
}

#: The editorial desk: below an address of its own, so that everything else stays anonymous and can be cached.
DESK = [
    path("desk/", Desk.as_view(), name="desk-root"),
    path("desk/bulk/", Bulk.as_view(), name="desk-bulk"),
    path("desk/proposals/", Proposals.as_view(), name="desk-proposals"),
    path("desk/proposals/<int:number>/", OneProposal.as_view(), name="desk-proposal"),
    path("desk/proposals/<int:number>/<slug:move>/", ProposalMove.as_view(), name="desk-proposal-move"),
    path("desk/<slug:plural>/", Drafts.as_view(), name="desk-drafts"),
    path("desk/<slug:plural>/<slug:slug>/", OneRecord.as_view(), name="desk-record"),
    path("desk/<slug:plural>/<slug:slug>/proposals/", Propose.as_view(), name="desk-propose"),
    path("desk/<slug:plural>/<slug:slug>/<slug:move>/", RecordMove.as_view(), name="desk-move"),
]

router = SimpleRouter()
for name, view in NOUNS.items():
    router.register(name, view, basename=name)

urlpatterns: list[URLPattern | URLResolver] = [
    path("", Root.as_view(collections=tuple(NOUNS), questions=tuple(QUESTIONS)), name="root"),
    path("schema/", SchemaView.as_view(), name="schema"),
    path("docs/", DocumentationView.as_view(), name="docs"),
    path("docs/deprecations/", Deprecations.as_view(), name="deprecations"),
    path("docs/problems/", ProblemTypeList.as_view(), name="problem-types"),
    path("docs/problems/<slug:name>/", ProblemTypePage.as_view(), name="problem-type"),
    *(path(f"{name}/", view, name=name) for name, view in QUESTIONS.items()),
    path("reconcile/", Reconcile.as_view(), name="reconcile"),
    path("reconcile/suggest/", Suggest.as_view(), name="reconcile-suggest"),
    path("reconcile/properties/", Properties.as_view(), name="reconcile-properties"),
    path("panel/columns/", PanelColumns.as_view(), name="panel-columns"),
    path("notices/<int:sequence>/", OneNotice.as_view(), name="notice"),
    path("releases/<int:number>/", OneRelease.as_view(), name="release"),
    path("releases/<int:number>/manifest/", Manifest.as_view(), name="release-manifest"),
    *(
        path(f"{plural}/<slug:slug>/{name}/", view.as_view(), name=f"{plural}-{name}")
        for (plural, name), view in OF_RECORDS.items()
    ),
    *(
        path(f"{kind.plural}/<slug:slug>/versions/", RecordVersions.of(kind), name=f"{kind.plural}-versions")
        for kind in RECORD_TYPES
    ),
    *(
        path(f"{kind.plural}/<slug:slug>/versions/<int:number>/", RecordVersion.of(kind), name=f"{kind.plural}-version")
        for kind in RECORD_TYPES
    ),
    *DESK,
    *router.urls,
]
