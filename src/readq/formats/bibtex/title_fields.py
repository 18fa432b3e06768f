"""Make the title of an entry from its title fields, or from other fields if it has no title field."""

from collections.abc import Mapping

from readq.formats.jats_text import title_of_file
from readq.latex.decode import bibtex_text
from readq.text import one_line

# The title of the whole work, of the book or issue that the entry is about, or how it was published.
_OTHER_TITLES = ("maintitle", "shorttitle", "booktitle", "issuetitle", "eventtitle", "howpublished")


def title_of(fields: Mapping[str, str]) -> str | None:
    """Return the title of an entry in Unicode. `fields` maps lower-case names to values.

    If the entry has no field title, return the first of maintitle, shorttitle, booktitle, issuetitle, eventtitle and
    howpublished that it has. If it has none of them, return its place in a journal, such as `Phys. Rev. Lett. 77, 3865
    (1996)`. If it names no journal either, return None.
    """
    title, subtitle = _text(fields, "title"), _text(fields, "subtitle")
    if title:
        return f"{title.rstrip(':')}: {subtitle}" if subtitle else title
    others = (_text(fields, name) for name in _OTHER_TITLES)
    return next((text for text in others if text), None) or _place_in_journal(fields)


def _text(fields: Mapping[str, str], name: str) -> str:
    return title_of_file(one_line(bibtex_text(fields[name]))) if name in fields else ""


def _place_in_journal(fields: Mapping[str, str]) -> str | None:
    journal = _text(fields, "journaltitle") or _text(fields, "journal")
    if not journal:
        return None
    pages = _text(fields, "pages")
    # Of volume and number an export may leave out the number, and the title must not change by that.
    issue = _text(fields, "volume") or _text(fields, "number") or _text(fields, "issue")
    place = ", ".join(part for part in (f"{journal} {issue}".strip(), pages.replace("--", "–")) if part)
    year = (_text(fields, "year") or _text(fields, "date"))[:4]
    return f"{place} ({year})" if year else place
