"""Upload, preview and confirm a list in the admin."""

from __future__ import annotations

import re
from typing import Any, Final

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

BEGIN: Final = "/admin/sanctions/import/begin/"


ROW: Final = '{number},"{name}","individual","SYRIA",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,"{remarks}"\r\n'


def csv(*names: str, remarks: str = "DOB 1960.") -> bytes:
    rows = [ROW.format(number=number, name=name, remarks=remarks) for number, name in enumerate(names, start=1)]
    return "".join([*rows, "\x1a"]).encode()


def handed_in(client: Client, content: bytes, name: str = "sdn.csv", **more: str) -> Any:
    """Hand a file in; return the answer: the way to its preview, or the page that refuses it."""
    values = {"source": "ofac-sdn", "as_of": "2024-05-01"} | more
    return client.post(BEGIN, {**values, "files": [SimpleUploadedFile(name, content)]})


def previewed(client: Client, content: bytes, **more: str) -> str:
    answer = handed_in(client, content, **more)
    assert answer.status_code == 302, answer.content.decode()
    return str(answer.headers["Location"])


def confirmed(client: Client, address: str) -> Any:
    seal = re.search(r'name="seal" value="(\w+)"', client.get(address).content.decode())
    assert seal is not None
    return client.post(address, {"seal": seal[1]}, follow=True)
