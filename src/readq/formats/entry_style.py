"""How entries are written, where a paper can be cited in several good ways. The names are those of the settings."""

from typing import NamedTuple

PROTECTION = ("words", "title", "none")
"""What of a title keeps its capitals in braces: the words that need it, the whole title, or nothing."""

PREPRINTS = ("misc", "online", "article")
"""The type of the entry of a preprint."""

JOURNALS = ("given", "full", "short")
"""The names of journals: as given, in full or abbreviated."""

VERSIONS = ("given", "preprint", "published")
"""Which version of a paper is cited: the one that its entry is about, the preprint, or the published one."""


class EntryStyle(NamedTuple):
    """The style of entries. `preprints` is "" for the type that the dialect has for them."""

    protect: str = "words"
    preprints: str = ""
    journals: str = "given"
    version: str = "given"
