"""Recognise the script of a name by its letters."""

from __future__ import annotations

import unicodedata
from typing import Final

#: First word of a letter's name in Unicode → its script (ISO 15924).
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
#: Scripts that are written together → the code of the combination.
_TOGETHER: Final = {
    frozenset({"Hang", "Hani"}): "Kore",
    frozenset({"Hira", "Hani"}): "Jpan",
    frozenset({"Kana", "Hani"}): "Jpan",
    frozenset({"Hira", "Kana"}): "Jpan",
    frozenset({"Hira", "Kana", "Hani"}): "Jpan",
}


def script_of(text: str) -> str:
    """Return the script of a text (ISO 15924); empty if its letters are of several scripts, or of an unknown one.

    Han characters are ``Hani``: letters alone show neither the language nor whether they are simplified.
    """
    scripts = frozenset(_SCRIPTS.get(_first_word(one), "") for one in text if _is_letter(one))
    if len(scripts) == 1:
        return next(iter(scripts))
    return _TOGETHER.get(scripts, "")


def _is_letter(character: str) -> bool:
    # Modifier letters, such as the mark of an ayn, occur in every script.
    return unicodedata.category(character) in ("Ll", "Lu", "Lt", "Lo")


def _first_word(character: str) -> str:
    return unicodedata.name(character, "").partition(" ")[0]
