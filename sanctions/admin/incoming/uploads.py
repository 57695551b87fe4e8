"""The files of an import: they are uploaded, and kept until they are imported or a day is over."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection
from datetime import datetime
from pathlib import PurePath
from typing import Final

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect

from sanctions.exceptions import UnreadableList, UnreadableSheet
from sanctions.models import Upload

_LONGEST_NAME: Final = 200


def take_upload(
    request: HttpRequest,
    keep: Callable[[], Upload],
    preview_link: Callable[[str], str],
    form_page: Callable[[str], HttpResponse],
) -> HttpResponse:
    """Keep the posted files and redirect to their preview; show the form, with the reason if they cannot be read."""
    if request.method != "POST":
        return form_page("")
    try:
        upload = keep()
    except (UnreadableList, UnreadableSheet) as refusal:
        return form_page(str(refusal))
    return HttpResponseRedirect(preview_link(upload.token))


def keep_upload(request: HttpRequest, content: bytes, *, record_type: str, name: str, at: datetime) -> Upload:
    """Store files for their preview; delete those of all users that are older than a day."""
    Upload.objects.outdated(at).delete()
    upload = Upload(
        token=secrets.token_urlsafe(32),
        record_type=record_type,
        name=name,
        content=content,
        account_id=request.user.pk or 0,
        made_at=at,
    )
    upload.save()
    return upload


def find_upload(request: HttpRequest, token: str, record_types: Collection[str]) -> Upload:
    """Return an upload of the user, for one of the record types or sources."""
    uploads = Upload.objects.filter(token=token[:64], record_type__in=record_types, account_id=request.user.pk)
    upload = uploads.first()
    if upload is None:
        raise Http404("This upload does not exist. It was imported, or is older than a day.")
    return upload


def file_name(name: str | None) -> str:
    """Return the name of an uploaded file without its folders and unprintable characters, cut at the front."""
    printable = "".join(sign for sign in PurePath(name or "").name if sign.isprintable())
    return printable.strip()[-_LONGEST_NAME:] or "file"


def megabytes(size: int) -> int:
    """Return a number of bytes in megabytes, for limits that are shown."""
    return size // 1024 // 1024
