"""Read some of the papers of a dump, with all the checks that a whole dump gets."""

import contextlib
import os
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from readq.errors import NothingReadableError, ReadqError
from readq.merge.libraries import one_record_each
from readq.model.records import FeedRecord, PaperRecord, ViewRecord
from readq.services.dump import file_layout
from readq.services.dump.read_folder import read_dump
from readq.services.dump.three_way.compared_dumps import DumpVersion, PaperLines, write_part


class Dumped(NamedTuple):
    """The checked content of one of the dumps to merge.

    `papers` are the papers of the dump, without papers that are the same in all the dumps. `feeds` and `views` are
    complete.
    """

    papers: tuple[PaperRecord, ...]
    feeds: tuple[FeedRecord, ...]
    views: tuple[ViewRecord, ...]


def checked_part(version: DumpVersion, lines: Mapping[str, PaperLines], keys: Iterable[str]) -> Dumped:
    """Return the papers of a dump that have one of `keys`. Raises NothingReadableError if a paper cannot be read.

    In a dump that a person has merged, a paper can have several lines. Their records are joined.
    """
    with tempfile.TemporaryDirectory(prefix="readq-") as temporary:
        folder = os.path.join(temporary, "part")
        write_part(version, lines, keys, folder)
        part = os.path.join(folder, "")
        try:
            content = read_dump(folder)
        except ReadqError as error:
            raise NothingReadableError(error.message.replace(part, f"{version.name}: "), error.hint) from error
        with contextlib.closing(content.papers):
            if content.rejected:
                where, why = content.rejected[0]
                place = _place(where.removeprefix(part), version, [lines[key] for key in sorted(keys) if key in lines])
                raise NothingReadableError(
                    f"{version.name}: {place}: {why}",
                    f"{file_layout.REMEDY}, or dump again; nothing was changed",
                )
            return Dumped(one_record_each(tuple(content.papers)), content.feeds, content.views)


def _place(where: str, version: DumpVersion, papers: Sequence[PaperLines]) -> str:
    """Return the place in a dump for the place `where` in a part of it, whose list has the lines of `papers`."""
    name, _, line = where.partition(": line ")
    if name != file_layout.PAPERS or not line:
        return where
    paper = papers[int(line) - 1]
    path = name if name in version.lists else file_layout.list_path(paper.note_path)
    return f"{path}: the paper {paper.key}"
