"""Read BibTeX as BibTeX and LaTeX do."""

from __future__ import annotations

import re
from typing import Final

_NAMED: Final = {
    "textbackslash": "\\",
    "textbraceleft": "{",
    "textbraceright": "}",
    "textasciitilde": "~",
    "textasciicircum": "^",
    "textless": "<",
    "textgreater": ">",
    "textbar": "|",
}


_ENTRY: Final = re.compile(r"@(?P<type>[a-z]+)\{(?P<key>[a-z0-9-]+),\n(?P<fields>.*)\}\n", re.DOTALL)


_VERBATIM: Final = ("url",)


def read(text: str) -> dict[str, str]:
    """Read one entry as BibTeX does, and its values as LaTeX prints them. Raises ValueError if either would fail."""
    entry = _ENTRY.fullmatch(text)
    if entry is None:
        raise ValueError(f"no entry: {text!r}")
    fields = {"ENTRYTYPE": entry["type"], "ID": entry["key"]}
    rest = entry["fields"]
    while rest:
        match = re.match(r"  ([a-z]+) = ", rest)
        if match is None:
            raise ValueError(f"no field: {rest!r}")
        value, rest = value_of(rest[match.end() :])
        if not rest.startswith(",\n") or match[1] in fields:
            raise ValueError(f"not one value: {rest!r}")
        rest = rest[2:]
        fields[match[1]] = value if match[1] in _VERBATIM else printed(value)
    return fields


def value_of(text: str) -> tuple[str, str]:
    """Return a value and what follows it. BibTeX counts every brace, escaped ones too."""
    if not text.startswith("{"):
        macro = re.match(r"[a-z]{3}", text)
        if macro is None:
            raise ValueError(f"no value: {text!r}")
        return macro[0], text[3:]
    depth = 0
    for place, sign in enumerate(text):
        depth += {"{": 1, "}": -1}.get(sign, 0)
        if depth == 0:
            return text[1:place], text[place + 1 :]
    raise ValueError(f"a brace is left open: {text!r}")


def printed(text: str) -> str:
    """Return what LaTeX prints; reject a character that it would not print literally."""
    out, place = "", 0
    command = re.compile(r"\\(?:([a-z]+)\{\}|([&%$#_]))")
    while place < len(text):
        if fields := command.match(text, place):
            out, place = out + (_NAMED[fields[1]] if fields[1] else fields[2]), fields.end()
        elif text[place] in "&%$#_\\~^<>|":
            raise ValueError(f"{text[place]!r} is not escaped: {text!r}")
        else:
            out, place = out + ("" if text[place] in "{}" else text[place]), place + 1
    return out
