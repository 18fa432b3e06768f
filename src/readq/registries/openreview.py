"""Parse notes in responses of OpenReview's API, `{"notes": […]}`. A note is a submission, a review or a comment.

Version 2 of the API (https://docs.openreview.net/reference/api-v2) wraps each value of `content`, as in `{"value": …}`.
Version 1 does not.
"""

from datetime import UTC, datetime

from readq.formats.jats_text import plain_abstract, plain_title
from readq.model.fetched_paper import FetchedPaper
from readq.model.values import Author, Trust
from readq.registries.json_record import Object, decoded, identifiers, object_in, objects_in, text_in

_SITE = "https://openreview.net"
_INVITED = {"invitation", "invitations"}


def is_answer(value: object) -> bool:
    """Return whether `value`, parsed JSON, is a response of OpenReview with notes."""
    return any(_is_note(one) for one in _notes(value))


def parse(body: bytes) -> list[FetchedPaper]:
    """Return the papers in a response. A note is a paper if it has a title and is neither a review nor a comment."""
    return [paper for note in _notes(decoded(body)) if _is_note(note) and (paper := paper_of(note))]


def _notes(value: object) -> list[Object]:
    if isinstance(value, dict) and "notes" in value:
        value = value["notes"]
    return objects_in(value)


def is_reply(note: Object) -> bool:
    """Return whether a note is a review or comment, not a paper."""
    forum = text_in(note.get("forum"))
    return bool(forum) and forum != text_in(note.get("id"))


def _is_note(note: Object) -> bool:
    return bool(text_in(note.get("id"))) and isinstance(note.get("content"), dict) and bool(_INVITED & note.keys())


def paper_of(note: Object) -> FetchedPaper | None:
    """Convert a note to a paper. Return None if the note has no title, or if it is a review or comment."""
    content = object_in(note.get("content"))
    title = plain_title(_value(content, "title"))
    # Reviews and comments are notes of a forum that is another note.
    if not title or is_reply(note):
        return None
    forum = text_in(note.get("id"))
    names = _value(content, "authors")
    year, day = _date(note.get("pdate") or note.get("odate") or note.get("cdate"))
    venue = plain_title(_value(content, "venue"))
    pdf = text_in(_value(content, "pdf"))
    url = f"{_SITE}/forum?id={forum}"
    return FetchedPaper(
        title=title,
        trust=Trust.WEBSITE,
        where=forum,
        abstract=plain_abstract(_value(content, "abstract")),
        authors=tuple(Author(name) for one in (names if isinstance(names, list) else []) if (name := text_in(one))),
        published=day,
        year=year,
        # "Submitted to ICLR 2026" names no venue yet.
        venue=None if venue.lower().startswith(("submitted to", "under review", "withdrawn")) else venue or None,
        url=url,
        pdf_url=f"{_SITE}{pdf}" if pdf.startswith("/") else pdf or None,
        identifiers=identifiers(url),
    )


def _value(content: Object, name: str) -> object:
    value = content.get(name)
    return value.get("value") if isinstance(value, dict) else value


def _date(milliseconds: object) -> tuple[int | None, str | None]:
    if type(milliseconds) is not int or not 0 < milliseconds < 4_102_444_800_000:
        return None, None
    at = datetime.fromtimestamp(milliseconds / 1000, UTC)
    return at.year, at.date().isoformat()
