"""/api/v1/desk/: the user, and the collections that they may read."""

from __future__ import annotations

from rest_framework.request import Request
from rest_framework.response import Response

from api.http.readers import DESK
from api.v1.schemas import desk_operations as described
from api.v1.views.desk.base import DeskView
from sanctions.editorial.permissions import may_read
from sanctions.records.registry import RECORD_TYPES


class DeskRootView(DeskView):
    """The account of the request, and the addresses of the records and proposals that it may read."""

    operations = {"GET": described.ROOT}

    def get(self, request: Request) -> Response:
        """Answer the name of the account and the addresses."""
        plurals = [kind.plural for kind in RECORD_TYPES if may_read(request.user, kind.model)]
        return Response(
            {
                "account": request.user.get_username(),
                "collections": {plural: f"{DESK}{plural}/" for plural in plurals},
                "proposals": f"{DESK}proposals/",
            }
        )
