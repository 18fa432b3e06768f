"""Define the style of .bib entries: the user's choices for titles, preprints, names of journals, and versions.

The settings in the config file use the same values.
"""

from typing import NamedTuple

PROTECTION = ("words", "title", "none")
"""The parts of a title that are put in braces to keep their capitals.

`words` are the words that need braces, `title` is the whole title, and `none` is no part.
"""

PREPRINTS = ("misc", "online", "article")
"""The entry types that a preprint can have."""

JOURNALS = ("given", "full", "short")
"""The forms of the name of a journal: as given, in full, or abbreviated."""

VERSIONS = ("given", "preprint", "published")
"""The versions of a paper that can be cited.

`given` is the version that the imported entry of the paper describes, `preprint` the preprint, and `published` the
published version.
"""


class EntryStyle(NamedTuple):
    """The style of .bib entries."""

    protect: str = "words"
    """The parts of a title that are put in braces: one of PROTECTION."""
    preprints: str = ""
    """The entry type of a preprint: one of PREPRINTS, or "" for `misc` in BibTeX and `online` in biblatex."""
    journals: str = "given"
    """The form of the name of a journal: one of JOURNALS."""
    version: str = "given"
    """The version of a paper to cite: one of VERSIONS."""
