"""Make the entries of a .bib file as readq would write them now."""

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence

from readq.formats.bibtex.venues import cited_version, is_preprint
from readq.model.bib_entries import Fresh
from readq.model.citable import Citable
from readq.services.citing.export import chosen_fields, has_own_texts
from readq.services.manuscripts.choice import Choice, Chosen
from readq.store.papers import citations
from readq.store.papers.queries import CHUNK


def fresh_entries(
    connection: sqlite3.Connection,
    ids: Sequence[int],
    chosen: Chosen,
    choice: Choice,
    keys_in_file: Callable[[Sequence[int]], Mapping[int, str]],
) -> Iterator[Fresh]:
    """Yield the entries of the papers `ids`, which are among the papers `chosen`, as they would be written now.

    `keys_in_file` returns the keys under which some papers are in the file.
    """
    plain, fields = choice.form, chosen_fields(connection, chosen.ids, choice.form.choice)
    has_texts = has_own_texts(plain, fields)
    for start in range(0, len(ids), CHUNK):
        chunk = ids[start : start + CHUNK]
        # A paper whose key changed keeps the key under which it is in the file: documents cite it.
        in_file = keys_in_file(chunk)
        for number, paper in citations.citables(connection, chunk, own_texts=has_texts):
            key = chosen.cited.names.get(paper.key) or in_file.get(number, paper.key)
            form = plain._replace(names={paper.key: key}) if key != paper.key else plain
            text = "".join(form.parts([paper], fields))
            version = cited_version(paper, fields.style.version)
            yield Fresh(number, text[text.index("{") + 1 : text.index(",")], text, _shows_publication(version))


def _shows_publication(paper: Citable) -> bool:
    """Return whether the entry shows the published version of a preprint, with a venue that the user did not set."""
    is_published = bool(paper.venue) and not is_preprint(paper.venue or "")
    return bool(paper.arxiv_id) and is_published and "venue" not in paper.edited
