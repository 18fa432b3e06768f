"""Recognise entries to which a feed has given other ids, for example because its site has another domain now.

An import stores an entry with a new id as a new paper, even if the title is known, because journals publish several
papers under one title.
"""

import sqlite3
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from readq.model.fetched_paper import FetchedPaper
from readq.model.identifiers import title_key
from readq.model.identity.generic_titles import is_generic
from readq.services.importing.changes import Entry
from readq.store.papers import provenance


def with_former_names(connection: sqlite3.Connection, feed: str, entries: Sequence[Entry]) -> Sequence[Entry]:
    """Return the entries of a response of `feed`. Entries to which the feed has given a new id have their former id.

    An entry with an unknown id is recognised as a former entry if both have the same title and day of publication, the
    former entry is missing in the response, and no other unknown or missing entry has both. Entries with a generic
    title or without a day of publication are unchanged. So are entries with an identifier such as a DOI, which an
    import recognises without the feed's id.
    """
    origin = f"feed:{feed}"
    names = {name for entry in entries if (name := entry.paper.name)}
    known = provenance.by_name(connection, [(origin, name) for name in names]) if names else {}
    unknown = [entry.paper for entry in entries if entry.paper.name and (origin, entry.paper.name) not in known]
    sought = {paper.name: _title_and_day(paper) for paper in unknown if _may_be_renamed(paper)}
    if not sought:
        return entries
    times = Counter(sought.values())
    former: dict[tuple[str, str | None], list[str]] = {}
    for source in provenance.by_title(connection, origin, {title for title, _ in times}):
        if source.name not in names:
            former.setdefault((source.title_key, source.published), []).append(source.name)

    def named(entry: Entry) -> Entry:
        work = sought.get(entry.paper.name)
        found = former.get(work, ()) if work and times[work] == 1 else ()
        return entry._replace(paper=replace(entry.paper, name=found[0])) if len(found) == 1 else entry

    return list(map(named, entries))


def _may_be_renamed(paper: FetchedPaper) -> bool:
    has_identifier = any(scheme != "url" for scheme, _ in paper.identifiers)
    return paper.published is not None and not has_identifier and not is_generic(title_key(paper.title))


def _title_and_day(paper: FetchedPaper) -> tuple[str, str | None]:
    return title_key(paper.title), paper.published
