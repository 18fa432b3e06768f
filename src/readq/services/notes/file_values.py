"""Convert the values of a note for a sync.

A sync compares three versions of a note: the one in the library, the one in the Markdown file, and the one in the row
that the last sync stored.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import date, tzinfo
from typing import NamedTuple

from readq.days import local_day, parse_instant
from readq.formats.markdown import note_file
from readq.formats.markdown.note_file import NoteFile, NoteProperties
from readq.merge.note_sides import CommonSide, NoteSide
from readq.model.values import Status
from readq.services.notes.files import ReadFile
from readq.services.papers.notes import tidy
from readq.store.notes.file_rows import FileRow, NotedPaper
from readq.text import clean, quoted


class FileSide(NamedTuple):
    """The values of a note in its file. `refused` has a message for each invalid value in the file."""

    side: NoteSide
    refused: Sequence[str]


def library_side(noted: NotedPaper) -> NoteSide:
    """Return the values of a note in the library: its text, and the title, status and tags of its paper."""
    paper = noted.paper
    return NoteSide(paper.note or "", paper.title, paper.status, frozenset(paper.tags))


def common_side(row: FileRow | None) -> CommonSide | None:
    """Return the values that the note had after the last sync, both in the file and in the library.

    Return None if `row` is None.
    """
    if row is None:
        return None
    stored = json.loads(row.properties)
    return CommonSide(row.note_digest, stored["title"], stored["status"], frozenset(stored["tags"]))


def file_side(content: NoteFile, common: CommonSide | None, library: NoteSide) -> FileSide:
    """Return the values of a note in its file.

    A missing or invalid value in the file is replaced by the value after the last sync, `common`. If there was no sync,
    it is replaced by the value in the library.
    """
    unchanged = common or library
    refused: list[str] = []
    status = content.status
    if status is not None and status not in list(Status):
        refused.append(f"its status {quoted(status)} is none of {', '.join(Status)}: left alone")
        status = None
    tags = unchanged.tags
    if "tags" in content.values or common:
        named, wrong = note_file.tags_of_file(content.tags, library.tags | unchanged.tags)
        tags = frozenset(named)
        refused += [f"{quoted(tag)} is no tag: left alone" for tag in wrong]
    title = clean(content.title or "") or unchanged.title
    return FileSide(NoteSide(tidy(content.text), title, status or unchanged.status, tags), refused)


def properties(noted: NotedPaper, content: NoteFile | None, row: FileRow | None, zone: tzinfo | None) -> NoteProperties:
    """Return the front matter to write for a paper.

    It keeps aliases that the user added to the file, and a status or tags in the file that are invalid.
    `content` is the present content of the file, or None if there is no file. `row` is the state of the file after the
    last sync, or None if there was no sync. `zone` is the time zone of the dates.
    """
    paper = noted.paper
    added = added_aliases(content, row) if content else ()
    typed = content.status if content else None
    common = common_side(row)
    known = {*paper.tags, *(common.tags if common else ())}
    return NoteProperties(
        key=paper.key,
        title=paper.title,
        status=typed if typed is not None and typed not in list(Status) else paper.status,
        tags=paper.tags,
        aliases=tuple(dict.fromkeys((paper.title, *noted.former_keys, *added))),
        authors=paper.authors,
        year=paper.year,
        arxiv=paper.arxiv_id,
        doi=paper.doi,
        url=paper.url,
        added=local_day(parse_instant(paper.added).astimezone(zone)),
        due=None if paper.due is None else date.fromisoformat(paper.due),
        refused_tags=tuple(note_file.tags_of_file(content.tags, known)[1]) if content else (),
    )


def added_aliases(content: NoteFile, row: FileRow | None) -> list[str]:
    """Return the aliases that the user added to a file.

    `row` is the state of the file after the last sync, or None if there was no sync.
    """
    before = json.loads(row.properties)["aliases"] if row else ()
    typed = content.values.get("aliases", ())
    return [alias for alias in ([typed] if isinstance(typed, str) else typed) if alias not in before]


def unread_edits(noted: NotedPaper, content: NoteFile, row: FileRow | None) -> list[str]:
    """Return the names of the properties that the user edited in a file, although a sync does not read them.

    `row` is the state of the file after the last sync, or None if there was no sync.
    """
    before = json.loads(row.properties).get("unread") if row else None
    if before is None:
        return []
    present, typed = _digests(_unread(noted)), _digests(content.values)
    return [name for name in _UNREAD if typed[name] not in (before[name], present[name])]


_UNREAD = ("authors", "year", "arxiv", "doi", "url")
"""The metadata that a sync writes to a file, and does not read from it."""


def _unread(noted: NotedPaper) -> Mapping[str, object]:
    paper = noted.paper
    year = None if paper.year is None else str(paper.year)
    return dict(zip(_UNREAD, (paper.authors, year, paper.arxiv_id, paper.doi, paper.url), strict=True))


def _digests(values: Mapping[str, object]) -> dict[str, str]:
    return {name: note_file.digest(json.dumps(values.get(name) or None))[:12] for name in _UNREAD}


def row_of(noted: NotedPaper, name: str, read: ReadFile, text: str) -> FileRow:
    """Return the state of a note and its file after a sync, as a row to store in the library.

    `name` is the name of the file, `read` its content, and `text` the text of the note.
    """
    paper = noted.paper
    stored = {
        "title": paper.title,
        "status": paper.status,
        "tags": sorted(paper.tags),
        "aliases": [paper.title, *noted.former_keys],
        "unread": _digests(_unread(noted)),
    }
    return FileRow(
        paper_id=paper.id,
        name=name,
        size=read.state.size,
        mtime_ns=read.state.mtime_ns,
        digest=read.digest,
        note_digest=note_file.digest(text),
        version=noted.version,
        properties=json.dumps(stored, ensure_ascii=False),
    )
