"""The script that a name is written in, as far as its letters alone say so."""

from __future__ import annotations

import unicodedata
from typing import Final

#: The first word of a letter's name in Unicode → its script (ISO 15924).
_SCRIPTS: Final = {
    "LATIN": "Latn",
    "FULLWIDTH": "Latn",
    "GREEK": "Grek",
    "CYRILLIC": "Cyrl",
    "ARMENIAN": "Armn",
    "HEBREW": "Hebr",
    "ARABIC": "Arab",
    "SYRIAC": "Syrc",
    "THAANA": "Thaa",
    "DEVANAGARI": "Deva",
    "BENGALI": "Beng",
    "GURMUKHI": "Guru",
    "GUJARATI": "Gujr",
    "TAMIL": "Taml",
    "SINHALA": "Sinh",
    "THAI": "Thai",
    "LAO": "Laoo",
    "TIBETAN": "Tibt",
    "MYANMAR": "Mymr",
    "GEORGIAN": "Geor",
    "ETHIOPIC": "Ethi",
    "KHMER": "Khmr",
    "MONGOLIAN": "Mong",
    "CJK": "Hani",
    "HANGUL": "Hang",
    "HIRAGANA": "Hira",
    "KATAKANA": "Kana",
}
#: Scripts that are written together and have a code of their own then.
_TOGETHER: Final = {
    frozenset({"Hang", "Hani"}): "Kore",
    frozenset({"Hira", "Hani"}): "Jpan",
    frozenset({"Kana", "Hani"}): "Jpan",
    frozenset({"Hira", "Kana"}): "Jpan",
    frozenset({"Hira", "Kana", "Hani"}): "Jpan",
}


def script_of(text: str) -> str:
    """Return the script of a text (ISO 15924); empty if its letters are of several scripts, or of none known here.

    Han characters are ``Hani``: whether they are simplified, or which language they write, no letter says.
    """
    scripts = frozenset(_SCRIPTS.get(_first_word(one), "") for one in text if _is_letter(one))
    if len(scripts) == 1:
        return next(iter(scripts))
    return _TOGETHER.get(scripts, "")


def _is_letter(character: str) -> bool:
    # Modifier letters, such as the mark of an ayn, stand in any script.
    return unicodedata.category(character) in ("Ll", "Lu", "Lt", "Lo")


def _first_word(character: str) -> str:
    return unicodedata.name(character, "").partition(" ")[0]
