"""Complete the text typed into a prompt: tags, parts of a query, paths and lines.

The functions take the text of the prompt and the position of the cursor. They return candidates to replace the text
between a start position and the cursor. All functions are pure, except `complete_path`, which reads folders.
"""

import os
import re
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import NamedTuple

from readq.store.search.query_parser import FIELDS
from readq.store.search.vocabulary import Vocabulary, choices
from readq.text import fold


class Candidate(NamedTuple):
    """A text that completion offers. `detail` is shown beside it, such as the number of papers with a tag."""

    text: str
    detail: str = ""


class Completion(NamedTuple):
    """The candidates to replace the text between the index `start` and the cursor, the best candidate first."""

    start: int
    candidates: Sequence[Candidate] = ()


MOST = 40
"""The largest number of candidates that are offered."""

_MAX_FILES = 20_000
"""The largest number of entries of a folder that are read."""

_TOKEN = re.compile(r'(?:(?P<field>[A-Za-z]+):(?:(?:[^\s(),"]+|"[^"]*"),)*)?(?P<value>"[^"]*|[^\s(),":]*)$')
_NEEDS_QUOTES = re.compile(r'[\s(),":*]|^-')
_AGES = ("today", "7d", "2w", "1m", "1y")
_RANGES = {
    **dict.fromkeys(("added", "decided", "noted"), _AGES),
    "due": ("today", "tomorrow", "7d"),
    "upvotes": ("10..", "50..", "100.."),
    "interest": ("50..", "70..", "90.."),
    "published": ("1m", "1y"),
}
"""Maps a query field that takes a number, a range or an age to the values that completion offers for it."""


def matching(known: Iterable[Candidate], typed: str) -> list[Candidate]:
    """Return the candidates of `known` that begin with `typed`, then the candidates that contain `typed` elsewhere.

    In each of the two groups, the candidates have the order of `known`. If `typed` is a single letter, return only the
    first group. Return at most 40 candidates. Case and diacritics do not matter. A candidate equal to `typed` is left
    out.
    """
    part = fold(typed)
    folded = [(candidate, fold(candidate.text)) for candidate in known]
    begin = [candidate for candidate, text in folded if text.startswith(part) and candidate.text != typed]
    contain = [candidate for candidate, text in folded if part in text[1:] and not text.startswith(part)]
    return [*begin, *(contain if len(part) > 1 else ())][:MOST]


def complete_line(known: Sequence[Candidate], text: str, cursor: int) -> Completion:
    """Complete the whole line to one of the texts `known`, such as a day or the name of a view."""
    return Completion(0, matching(known, text[:cursor]))


def complete_tags(vocabulary: Vocabulary, present: Collection[str], text: str, cursor: int) -> Completion:
    """Complete the tag at the cursor in a line of tags. `present` are the tags of the papers to tag.

    A word that begins with `-` is completed to one of `present`. Any other word is completed to a tag that is neither
    in `present` nor typed before in the line.
    """
    start = max(text.rfind(" ", 0, cursor), text.rfind(",", 0, cursor)) + 1
    word = text[start:cursor]
    if word.startswith("-"):
        return Completion(start + 1, matching([Candidate(tag) for tag in present], word[1:]))
    typed = set(re.split(r"[\s,]+", text[:start]))
    known = [Candidate(tag, f"{used:,}") for tag, used in vocabulary.tags if tag not in present and tag not in typed]
    hash_sign = word.startswith("#")
    return Completion(start + hash_sign, matching(known, word[hash_sign:]))


def complete_query(vocabulary: Vocabulary, keys: Callable[[str], Sequence[str]], text: str, cursor: int) -> Completion:
    """Complete the name of a field, or the value of a field, at the cursor in a query.

    `keys` is a function that returns the citation keys that begin with a given text.
    """
    found = _TOKEN.search(text[:cursor])
    if found is None:
        return Completion(cursor)
    field, value, start = (found["field"] or "").lower(), found["value"], found.start("value")
    if not field:
        if value.startswith('"'):
            return Completion(cursor)
        minus = value.startswith("-")
        names = [Candidate(f"{name}:") for name in FIELDS]
        begin = [name for name in matching(names, value[minus:]) if name.text.startswith(fold(value[minus:]))]
        return Completion(start + minus, begin)
    typed = value.removeprefix('"')
    own_keys = keys(typed) if field == "key" and typed else []
    known = [*map(Candidate, own_keys), *_values(vocabulary, field)]
    return Completion(start, [candidate._replace(text=_quoted(candidate.text)) for candidate in matching(known, typed)])


def _values(vocabulary: Vocabulary, field: str) -> list[Candidate]:
    if field == "tag":
        return [Candidate(tag, f"{used:,}") for tag, used in vocabulary.tags]
    names = {"feed": vocabulary.feeds, "view": vocabulary.views}.get(field)
    return [Candidate(name) for name in names or choices(field) or _RANGES.get(field, ())]


def _quoted(value: str) -> str:
    return f'"{value}"' if _NEEDS_QUOTES.search(value) else value


def complete_path(text: str, cursor: int) -> Completion:
    """Complete the path of a file or folder. This waits for the disk, so call it outside the UI thread.

    Hidden files are offered only if the typed name begins with a dot. Folders come first, and end in a slash.
    """
    typed = text[:cursor]
    start = typed.rfind("/") + 1
    if typed == "~":
        return Completion(0, [Candidate("~/")])
    folder, part = os.path.expanduser(typed[:start]) or ".", typed[start:]
    folders: list[str] = []
    files: list[str] = []
    try:
        with os.scandir(folder) as entries:
            for _, entry in zip(range(_MAX_FILES), entries, strict=False):
                if entry.name.startswith(".") and not part.startswith("."):
                    continue
                if entry.name.startswith(part) and entry.name.isprintable():
                    is_folder = entry.is_dir()
                    (folders if is_folder else files).append(f"{entry.name}/" if is_folder else entry.name)
    except (OSError, ValueError):
        # There is no such folder, or no folder can have such a name.
        return Completion(cursor)
    names = [*sorted(folders, key=fold), *sorted(files, key=fold)]
    return Completion(start, [Candidate(name) for name in names if name != part][:MOST])
