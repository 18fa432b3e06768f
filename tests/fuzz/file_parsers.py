"""Parsers that need files or a library: dumps, settings, queries, PDFs, the target of an export, an edited entry."""

import contextlib
import functools
import io
import json
import logging
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from parsers import NOW, Parser, seeds_of, text_of

from readq import config_file
from readq.errors import ReadqError
from readq.feeds import spec as feed_spec
from readq.formats.bib_file.block_list import BlockList
from readq.formats.bib_file.blocks import scan
from readq.formats.bib_file.content import Content
from readq.formats.bib_file.revision import FewEntries, Wishes, replace, revise
from readq.formats.bib_file.soundness import RefusedError
from readq.model.bib_entries import Fresh, Written
from readq.net.endpoints import Endpoints
from readq.pdf import extract, full_text, highlights, limited_process
from readq.pdf.identify import reference_in
from readq.services.citing import output_file
from readq.services.dump import file_layout
from readq.services.dump.read_folder import read_dump, refuse_later_format
from readq.services.dump.write_folder import dump
from readq.services.enrichment.add_arguments import parse_arguments
from readq.services.importing.import_files import ImportOptions, import_paths
from readq.services.papers import corrections
from readq.services.papers.notes import tidy
from readq.services.papers.triage import parse_snooze
from readq.services.views import list_selection, selection
from readq.spool import Spool
from readq.store.library import open_for_reading, open_for_writing
from readq.store.papers.queries import list_ids


def file_parsers() -> Iterator[Parser]:
    """Yield the parsers of this module."""
    for name, text in _dump_files().items():
        yield Parser(f"dump {name}", functools.partial(_read_dump, name), (text,), 2)
    yield Parser("dump settings", _settings, seeds_of("config"))
    yield Parser("query", _query, seeds_of("query"), 2)
    yield Parser("feed spec", _spec, seeds_of("spec"))
    yield Parser("pdf", _pdf, seeds_of("pdf"), 2)
    yield Parser("export target", _export_target, seeds_of("bibtex"))
    yield Parser("updated file", _updated_file, seeds_of("bibtex"))
    yield Parser("edited entry", _edited_entry, (_entry_to_edit(),), 2)
    yield Parser("words of commands", _words, (*seeds_of("identifier"), *seeds_of("day")))


@functools.cache
def folder() -> Path:
    """Return a folder for this process, removed at its end."""
    made = tempfile.TemporaryDirectory(prefix="readq-fuzz-")
    _KEPT.append(made)
    return Path(made.name)


_KEPT: list[tempfile.TemporaryDirectory[str]] = []


@functools.cache
def _library() -> str:
    """Return the path of a library with the papers of a .bib, of a daily list with sightings, and a note."""
    path = str(folder() / "library.db")
    for name in ("bibtex", "huggingface"):
        source = folder() / f"{name}.txt"
        source.write_bytes(seeds_of(name)[0])
        import_paths(path, [str(source)], ImportOptions(tags=("growth",)), NOW)
    return path


@functools.cache
def _reader() -> sqlite3.Connection:
    return open_for_reading(_library())


@functools.cache
def _dump_files() -> dict[str, bytes]:
    """Return the files of a dump by name, from the papers of `_library`, and settings."""
    with contextlib.closing(open_for_writing(_library())) as connection:
        connection.execute("UPDATE paper SET starred = 1 WHERE id = 1")
        target = folder() / "dump"
        dump(connection, str(target))
    files = {str(one.relative_to(target)): one.read_bytes() for one in sorted(target.rglob("*")) if one.is_file()}
    key = json.loads(files[file_layout.PAPERS].split(b"\n")[0])["key"]
    card = ",".join((key, "", "2026-11-20T08:00:00Z", "2026-11-20", "3600", "3", "0.9", "fsrs-6"))
    files[file_layout.RATINGS] = f"{','.join(file_layout.RATING_COLUMNS)}\n{card}\n".encode()
    files[file_layout.FEEDS] = json.dumps([{"name": "hf", "spec": "hf:daily"}]).encode()
    files[file_layout.VIEWS] = json.dumps([{"name": "a", "query": "tag:growth", "sort": None}]).encode()
    files[file_layout.CONFIG] = seeds_of("config")[0]
    files[file_layout.note_path(key)] = b"claim: it grows\n\n# More\n"
    return files


def _read_dump(name: str, data: bytes) -> object:
    """Read a dump in which one file is fuzzed."""
    place = folder() / "fuzzed"
    if not place.is_dir():
        for other, text in _dump_files().items():
            (place / other).parent.mkdir(parents=True, exist_ok=True)
            (place / other).write_bytes(text)
    (place / name).write_bytes(data)
    try:
        refuse_later_format(str(place))
        found = read_dump(str(place))
        with contextlib.closing(found.papers):
            return tuple(found.papers), found.feeds, found.views, found.config, found.rejected
    finally:
        (place / name).write_bytes(_dump_files()[name])


def _settings(data: bytes) -> object:
    path = folder() / "config.toml"
    path.write_bytes(data)
    found = config_file.load(str(path))
    return found, config_file.values(text_of(data), str(path))


def _query(data: bytes) -> object:
    """Compile a query in the ways of the command line and of the filter line, and run it."""
    text = text_of(data)
    list_ids(_reader(), list_selection(text, NOW))
    return list_ids(_reader(), selection("inbox", text, NOW, typing=True))


def _spec(data: bytes) -> object:
    normal = feed_spec.normalised(text_of(data))
    assert feed_spec.normalised(normal) == normal
    assert feed_spec.normalised(feed_spec.public_address(normal)) == normal
    return feed_spec.source(normal, Endpoints(), moved_to=text_of(data)).name


def _pdf(data: bytes) -> object:
    """Read a PDF as the separate processes do, without the limits of these processes."""
    limited_process.limit_resources = lambda seconds: None
    path = folder() / "paper.pdf"
    path.write_bytes(data)
    try:
        found = _printed(extract.main, str(path))
        _printed(highlights.main, str(path))
        _printed(full_text.main, str(path))
    finally:
        # Those processes silence their log for good.
        logging.disable(logging.NOTSET)
    return reference_in(found["pages"], found["metadata"]) if "error" not in found else None


def _printed(main: Callable[[str], int], path: str) -> dict[str, Any]:
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        main(path)
    found: dict[str, Any] = json.loads(out.getvalue())
    return found


def _export_target(data: bytes) -> object:
    path = folder() / "refs.bib"
    path.write_bytes(data)
    with Spool() as text:
        text.write(seeds_of("bibtex")[0].decode())
        output_file.refuse_foreign(str(path), text, None)
    return None


def _updated_file(data: bytes) -> object:
    """Update a .bib file as a whole and in parts, which must give the same."""
    whole, in_parts = (_updated(data, window) for window in (len(data), 50))
    assert whole == in_parts
    return whole


def _updated(data: bytes, window: int) -> bytes | str:
    content = Content(len(data), lambda start, end: data[start:end], window)
    fresh = [Fresh(17, "a", "@misc{a,\n  title = {On growth}\n}\n")]
    entries = FewEntries(fresh, {"b": Written(18, "")})
    replace(content, fresh, entries, Wishes())
    try:
        revision = revise(content, BlockList(scan(content)), entries, {}, Wishes(renew=["a"], removes=True))
    except RefusedError as refused:
        return str(refused)
    return b"".join(revision.parts())


@functools.cache
def _entry_to_edit() -> bytes:
    return corrections.entry_to_edit(_reader(), 1).encode()


def _edited_entry(data: bytes) -> object:
    """Apply an edited entry to a paper, and take that back."""
    with contextlib.closing(open_for_writing(_library())) as connection, _undone(connection):
        return corrections.correct(connection, 1, _entry_to_edit().decode(), text_of(data), NOW)


@contextlib.contextmanager
def _undone(connection: sqlite3.Connection) -> Iterator[None]:
    """Restore the file of the library afterwards: `correct` opens and commits its own transaction."""
    path = Path(_library())
    before = path.read_bytes()
    try:
        yield
    finally:
        connection.close()
        path.write_bytes(before)


def _words(data: bytes) -> object:
    """Parse words of command lines: of add, snooze, note."""
    text = text_of(data)
    found: list[object] = [tidy(text)]
    calls: tuple[Callable[[], object], ...] = (
        lambda: parse_arguments([text], lambda word: False, lambda path: path),
        lambda: parse_snooze(text, NOW),
    )
    for call in calls:
        found.append(_or_refusal(call))
    return found


def _or_refusal(call: Callable[[], object]) -> object:
    try:
        return call()
    except ReadqError as error:
        return str(error)
