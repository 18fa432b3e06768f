"""Read the folder of a dump into records. An invalid part is rejected, and all other parts are read."""

import contextlib
import csv
import io
import json
import os
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from operator import attrgetter
from typing import Any, NamedTuple, TypeVar

from readq.errors import ReadqError
from readq.feeds.secrets import is_masked
from readq.formats.json_array import fault
from readq.merge.records import join_answers
from readq.model.citation_keys.suffixes import CompactKeySet
from readq.model.records import AnswerRecord, FeedRecord, PaperRecord, ViewRecord
from readq.model.values import Rejected
from readq.services.dump import file_layout, regular_files, validation
from readq.services.dump.git_conflicts import Lines, conflict_in, conflict_in_data
from readq.services.dump.regular_files import FileState
from readq.services.dump.validation import BrokenError
from readq.spool import ObjectSpool
from readq.text import quoted, strip_controls

S = TypeVar("S")
T = TypeVar("T")

_LARGEST = 1 << 30
"""The maximum size of a file that is read, in bytes."""


class _Papers(NamedTuple):
    """The papers of a dump. `keys` are their citation keys, case-folded.

    `questions` has the questions of the cards of each paper with cards. The paper's own card has the question "".
    """

    keys: CompactKeySet
    questions: dict[str, tuple[str, ...]]


_Answers = dict[str, dict[str, list[AnswerRecord]]]
"""Maps case-folded citation keys to dicts. Each dict maps questions of cards to the answers to these cards.

The question is empty for the card of the paper itself.
"""


class DumpContent(NamedTuple):
    """The content of a dump.

    `config` is the text of its config file, or None if it has no config file. `rejected` are the invalid parts of its
    files.
    """

    papers: ObjectSpool[PaperRecord]
    feeds: tuple[FeedRecord, ...]
    views: tuple[ViewRecord, ...]
    config: str | None
    rejected: tuple[Rejected, ...]


def is_dump(path: str) -> bool:
    """Return whether `path` is the folder of a dump. Such a folder contains a marker file, `readq-dump.json`."""
    return regular_files.state(path, file_layout.MARKER) is FileState.REGULAR


def refuse_later_format(folder: str) -> None:
    """Raise ReadqError if the dump in `folder` has a newer format than this version of readq can read."""
    path = os.path.join(folder, file_layout.MARKER)
    version = _parse_format(regular_files.read(folder, file_layout.MARKER).decode("utf-8-sig", errors="replace"))
    if version is not None:
        _require_known_format(path, version)


def refuse_later_marker(path: str, text: str) -> None:
    """Raise ReadqError if a marker file names no format of a dump, or if the format is too new for this readq.

    `path` is the path of the marker file, `text` its content.
    """
    version = _parse_format(text)
    if version is None:
        raise ReadqError(f"{path} does not name the format of the dump", f"{file_layout.REMEDY}, or dump again")
    _require_known_format(path, version)


def has_one_list(marker: str) -> bool:
    """Return whether a dump has all its papers in one list, papers.jsonl. `marker` is the content of its marker file.

    Raises the errors of `refuse_later_marker`.
    """
    refuse_later_marker(file_layout.MARKER, marker)
    return file_layout.has_one_list(_parse_format(marker))


def read_dump(folder: str) -> DumpContent:
    """Read the dump in `folder` and return its content. The caller must close the field `papers` of the result.

    Raises ReadqError in three cases: the dump has no list of papers, its format is missing or newer than this readq can
    read, or a file contains a git conflict.
    """
    return _Reader(folder).read()


class _Reader:
    def __init__(self, folder: str) -> None:
        self._folder = folder
        self._rejected: list[Rejected] = []
        self._has_one_list = True

    def read(self) -> DumpContent:
        self._refuse_other_format()
        with contextlib.ExitStack() as on_error:
            complete = on_error.enter_context(contextlib.closing(ObjectSpool[PaperRecord]()))
            with contextlib.closing(ObjectSpool[PaperRecord]()) as papers:
                answers = self._answers(self._papers(papers))
                for paper in self._with_notes(_with_answers(paper, answers) for paper in papers):
                    complete.add(paper)
            feeds = self._unique(file_layout.FEEDS, validation.feed, _names_of_feed)
            views = self._unique(file_layout.VIEWS, validation.view, lambda view: (view.name,))
            settings = self._text(file_layout.CONFIG, required=False)
            on_error.pop_all()
        return DumpContent(complete, feeds, views, settings, tuple(self._rejected))

    def _refuse_other_format(self) -> None:
        text = self._text(file_layout.MARKER) or ""
        refuse_later_marker(self._path(file_layout.MARKER), text)
        self._has_one_list = file_layout.has_one_list(_parse_format(text))

    def _papers(self, papers: ObjectSpool[PaperRecord]) -> _Papers:
        """Add the papers to a spool. Return their keys and the questions of their cards."""
        found = _Papers(CompactKeySet(), {})
        for where, line in self._lines_of_papers():
            paper = self._attempt(where, _paper, line)
            if paper is None:
                continue
            key = paper.key.casefold()
            if key in found.keys:
                self._reject(where, f"a second paper with the key {paper.key}")
                continue
            found.keys.add(key)
            if paper.cards:
                found.questions[key] = tuple(card.question or "" for card in paper.cards)
            papers.add(paper)
        return found

    def _lines_of_papers(self) -> Iterator[tuple[str, str]]:
        """Yield the lines of the lists of papers that are not blank, each with its file and number in front."""
        try:
            names = regular_files.paper_lists(self._folder)
        except OSError as error:
            raise ReadqError(f"{error.filename} cannot be read: {error.strerror}", "check its permissions") from error
        # A dump of an empty library in several lists has none of them. A missing single list is an error.
        for name in names or ([file_layout.PAPERS] if self._has_one_list else []):
            for number, line in self._lines_of_list(name):
                yield f"{name}: line {number}", line

    def _lines_of_list(self, name: str) -> Iterator[tuple[int, str]]:
        with contextlib.suppress(OSError, UnicodeDecodeError):
            if self._is_sound(name):
                with regular_files.opened(self._folder, name) as file:
                    for number, line in enumerate(file, 1):
                        text = line.decode("utf-8-sig" if number == 1 else "utf-8")
                        if text.strip():
                            yield number, text.removesuffix("\n")
                return
        # Read as a whole, the file is refused with the reason.
        whole = self._text(name)
        if whole is None:
            path, why = self._rejected[-1]
            raise ReadqError(f"{path} cannot be read: {why}", f"{file_layout.REMEDY}, or dump again")
        yield from ((number, line) for number, line in enumerate(whole.split("\n"), 1) if line.strip())

    def _is_sound(self, name: str) -> bool:
        """Return whether a file can be read line by line: it has a usual size, is UTF-8 and has no conflict marker."""
        if regular_files.state(self._folder, name) is not FileState.REGULAR:
            return False
        if os.path.getsize(self._path(name)) > _LARGEST:
            return False
        with regular_files.opened(self._folder, name) as file:
            return not any(conflict_in_data(line.decode()) for line in file)

    def _with_notes(self, papers: Iterable[PaperRecord]) -> Iterator[PaperRecord]:
        """Yield the papers with the texts of their notes, even of notes added by hand. Reject notes without a paper."""
        files = {f"{file_layout.NOTES}/{name}" for name in self._note_files()}
        by_name = {name.casefold(): name for name in files}
        for paper in papers:
            name = file_layout.note_path(paper.key)
            name = name if name in files else by_name.get(name.casefold(), name)
            if paper.note is not None or name in files:
                text = self._text(name)
                paper = replace(paper, note=strip_controls(text or "").removesuffix("\n") or None)
            files.discard(name)
            yield paper
        for name in sorted(files):
            self._reject(name, "no paper of the dump has this key")

    def _note_files(self) -> list[str]:
        try:
            names = os.listdir(self._path(file_layout.NOTES)) if self._has_notes() else []
        except OSError:
            # Missing notes are reported one by one, as the papers name them.
            return []
        return [name for name in names if file_layout.is_note_path(f"{file_layout.NOTES}/{name}")]

    def _has_notes(self) -> bool:
        return regular_files.is_folder(self._folder, file_layout.NOTES)

    def _answers(self, papers: _Papers) -> _Answers:
        text = self._text(file_layout.RATINGS)
        answers: _Answers = defaultdict(lambda: defaultdict(list))
        if text is None:
            return answers
        rows = csv.DictReader(io.StringIO(text, newline=""), restval="", strict=True)
        while True:
            try:
                row = next(rows)
                key, question, answer = validation.rating(row)
                _refuse_unknown_card(papers, key, question)
            except StopIteration:
                return answers
            except (csv.Error, BrokenError) as error:
                self._reject(f"{file_layout.RATINGS}: line {rows.line_num}", str(error))
            else:
                answers[key.casefold()][question].append(answer)

    def _unique(self, name: str, parse: Callable[[Any], T], names_of: Callable[[T], tuple[str, ...]]) -> tuple[T, ...]:
        """Return the entries of the list in the file `name`. Reject broken entries, and entries with a name in use.

        A name is in use if an earlier entry has it. `names_of` returns the names of an entry, one of each kind. Only
        names of the same kind are compared.
        """
        text = self._text(name)
        found: list[T] = []
        taken: set[tuple[int, str]] = set()
        for position, value in enumerate(self._attempt(name, _list, text) or () if text is not None else (), 1):
            where = f"{name}: entry {position}"
            if (one := self._attempt(where, parse, value)) is None:
                continue
            names = set(enumerate(names_of(one)))
            if same := sorted(names & taken):
                self._reject(where, f"an earlier entry is called {same[0][1]} too")
            else:
                found.append(one)
                taken |= names
        return tuple(found)

    def _text(self, name: str, *, required: bool = True) -> str | None:
        """Return the text of a file of the dump, or None if it is missing or cannot be read.

        Rejects an unreadable file, and a missing one if `required`. Raises ReadqError if git left a conflict in it.
        """
        path = self._path(name)
        try:
            state = regular_files.state(self._folder, name)
            if state is FileState.MISSING and not required:
                return None
            if state is not FileState.REGULAR:
                self._reject(name, "missing" if state is FileState.MISSING else "not a regular file")
            elif os.path.getsize(path) > _LARGEST:
                self._reject(name, f"larger than {_LARGEST >> 20} MiB")
            else:
                text = regular_files.read(self._folder, name).decode("utf-8-sig")
                _refuse_conflict(path, conflict_in(name, text))
                return text
        except OSError as error:
            self._reject(name, f"cannot be read: {error.strerror}")
        except UnicodeDecodeError as error:
            self._reject(name, f"not UTF-8 text: {error.reason} at byte {error.start}")
        return None

    def _attempt(self, where: str, parse: Callable[[S], T], source: S) -> T | None:
        """Return `parse(source)`. If it raises BrokenError, reject the place `where` and return None."""
        try:
            return parse(source)
        except BrokenError as error:
            self._reject(where, str(error))
            return None

    def _reject(self, where: str, why: str) -> None:
        self._rejected.append(Rejected(self._path(where), why))

    def _path(self, name: str) -> str:
        return os.path.join(self._folder, name)


def _parse_format(text: str | None) -> Any:  # noqa: ANN401 - any JSON
    """Return the format in the marker file of a dump. Return None if it has none."""
    try:
        return json.loads(text or "")["format"]
    except (ValueError, TypeError, KeyError, RecursionError):
        return None


def _require_known_format(path: str, version: object) -> None:
    if not isinstance(version, int) or isinstance(version, bool) or not 1 <= version <= file_layout.VERSION:
        raise ReadqError(
            f"{path}: the dump has format {repr(version)[:40]}, this readq knows {file_layout.VERSION}", "update readq"
        )


def _refuse_conflict(path: str, conflict: Lines | None) -> None:
    """Raise ReadqError if `conflict` is set. Otherwise a part of the file would be stored, and shared later."""
    if conflict:
        lines = f"lines {conflict.first}-{conflict.last}"
        raise ReadqError(f"{path} has a git conflict ({lines})", "resolve it first; nothing was changed")


def _paper(line: str) -> PaperRecord:
    return validation.paper(_loads(line))


def _list(text: str) -> list[Any]:
    value = _loads(text)
    if not isinstance(value, list):
        raise BrokenError("not a list")
    return value


def _names_of_feed(feed: FeedRecord) -> tuple[str, ...]:
    # Feeds with different secrets can have one masked URL.
    return (feed.name,) if is_masked(feed.spec) else (feed.name, feed.spec)


def _loads(text: str) -> Any:  # noqa: ANN401 - any JSON
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BrokenError(fault(error)) from error


def _refuse_unknown_card(papers: _Papers, key: str, question: str) -> None:
    if key.casefold() not in papers.keys:
        raise BrokenError(f"no paper {quoted(key)}")
    if question not in papers.questions.get(key.casefold(), ()):
        raise BrokenError(f"paper {quoted(key)} has no such card")


def _with_answers(paper: PaperRecord, answers: _Answers) -> PaperRecord:
    own = answers.get(paper.key.casefold())
    if own is None:
        return paper
    cards = (card._replace(answers=_in_order(own.get(card.question or "", ()))) for card in paper.cards)
    # The answers give the day of a rated card, whatever the line of the paper says.
    return replace(paper, cards=tuple(card._replace(due=None) if card.is_rated else card for card in cards))


def _in_order(answers: Sequence[AnswerRecord]) -> tuple[AnswerRecord, ...]:
    """Return the answers to one card, with days that never decrease, as the scheduler requires.

    The order of the lines is kept unless their days decrease, for example because another program sorted the lines.
    """
    if all(one.day <= other.day for one, other in pairwise(answers)):
        return tuple(answers)
    return join_answers(sorted(answers, key=attrgetter("at")), ())
