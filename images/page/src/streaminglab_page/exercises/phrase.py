"""A text in each of the page's languages. Pure."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Phrase:
    """The same in English and in French; empty is nothing said."""

    en: str = ""
    fr: str = ""

    def __bool__(self) -> bool:
        return bool(self.en or self.fr)

    def in_language(self, language: str) -> str:
        """In French where that is asked for, in English otherwise."""
        return self.fr if language == "fr" else self.en
