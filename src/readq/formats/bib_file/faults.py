"""Find the faults in a .bib file that would cause errors or warnings in BibTeX or biber. No request is sent.

The required fields are those of BibTeX (btxdoc, section 3.1). An entry can also have them under their names in biblatex
(manual of biblatex, section 2.1.1).
"""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple

from readq.formats.bib_file.blocks import BROKEN, ENTRY, Block, blocks, conflict_lines, line_of
from readq.formats.bibtex.date_fields import MONTHS

_FIELD = re.compile(r"\s*,\s*([A-Za-z][\w:+.-]*)\s*=\s*")
_MACRO = re.compile(r"[A-Za-z_][^\s{}\",=#%()'~\\]*")
_NUMBER = re.compile(r"[0-9]+")
_JOIN = re.compile(r"\s*#\s*")
_STRING = re.compile(r"@\s*string\s*[{(]\s*([^\s=,{}()\"#%]+)\s*=", re.IGNORECASE)
_YEAR = ("year", "date")
_AUTHOR = ("author",)
_CREATOR = ("author", "editor")
_JOURNAL = ("journal", "journaltitle")
_SCHOOL = ("school", "institution")
_TITLE = ("title",)
_THESIS = (_AUTHOR, _TITLE, _SCHOOL, _YEAR)
_REQUIRED: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "article": (_AUTHOR, _TITLE, _JOURNAL, _YEAR),
    "book": (_CREATOR, _TITLE, ("publisher", "isbn", "doi", "url"), _YEAR),
    "inbook": (_CREATOR, _TITLE, ("chapter", "pages", "booktitle"), _YEAR),
    "incollection": (_AUTHOR, _TITLE, ("booktitle",), _YEAR),
    "inproceedings": (_AUTHOR, _TITLE, ("booktitle", "eventtitle"), _YEAR),
    "conference": (_AUTHOR, _TITLE, ("booktitle", "eventtitle"), _YEAR),
    "booklet": (_TITLE,),
    "manual": (_TITLE,),
    "mastersthesis": _THESIS,
    "phdthesis": _THESIS,
    "thesis": _THESIS,
    "proceedings": (_TITLE, _YEAR),
    "techreport": (_AUTHOR, _TITLE, _SCHOOL, _YEAR),
    "report": (_CREATOR, _TITLE, _SCHOOL, _YEAR),
    "unpublished": (_AUTHOR, _TITLE, ("note", "howpublished", "url", "eprint")),
    "online": (_TITLE, ("url", "doi", "eprint")),
}
"""The required fields of each entry type. An entry must have at least one field of each group."""


class Fault(NamedTuple):
    """A fault in a .bib file."""

    line: int
    """The number of the line with the fault, counted from 1."""
    key: str
    """The citation key of the entry with the fault, or "" if the fault is in no entry."""
    kind: str
    """The kind of the fault, such as `missing-field`.

    The kinds are `unbalanced`, `conflict`, `duplicate-key`, `key-case`, `missing-field`, `duplicate-field`,
    `undefined-crossref`, `undefined-string` and `syntax`.
    """
    message: str
    """A description of the fault, on one line."""


class _Entry(NamedTuple):
    block: Block
    kind: str
    fields: dict[str, str]
    macros: list[str]
    doubled: list[str]
    rest: str


def faults(data: bytes) -> list[Fault]:
    """Return the faults of a .bib file, ordered by line. Raises nothing."""
    found = blocks(data)
    entries = [_parsed(data, block) for block in found if block.kind == ENTRY and not block.is_commented]
    defined = {
        name[1].lower()
        for block in found
        if block.kind == "string" and (name := _STRING.match(data[block.start : block.end].decode("utf-8", "replace")))
    }
    lines = _Lines(data)
    everything = [
        *_conflicts(data),
        *(
            Fault(lines.at(block.start), "", "unbalanced", "the block has no end: its braces or quotes do not balance")
            for block in found
            if block.kind == BROKEN
        ),
        *_keys(entries, lines),
        *(fault for entry in entries for fault in _in_entry(entry, lines, defined.union(MONTHS))),
        *_references(entries, lines),
    ]
    return sorted(everything)


class _Lines:
    """Finds the line numbers of positions in a file. Each search continues at the position of the previous one."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0
        self._line = 1

    def at(self, place: int) -> int:
        if place < self._at:
            return line_of(self._data, place)
        self._line += self._data.count(b"\n", self._at, place)
        self._at = place
        return self._line


def _conflicts(data: bytes) -> Iterator[Fault]:
    for number in conflict_lines(data):
        yield Fault(number, "", "conflict", "the line is the mark of a merge conflict")


def _keys(entries: list[_Entry], lines: _Lines) -> Iterator[Fault]:
    first: dict[str, str] = {}
    for entry in entries:
        key = entry.block.key
        before = first.get(key.casefold())
        if before is None:
            first[key.casefold()] = key
        elif before == key:
            yield Fault(lines.at(entry.block.start), key, "duplicate-key", f"an entry before has the key {key}")
        else:
            message = f"the key differs from {before} before it only by case, which BibTeX ignores"
            yield Fault(lines.at(entry.block.start), key, "key-case", message)
        if not key:
            yield Fault(lines.at(entry.block.start), "", "syntax", "the entry has no key")


def _in_entry(entry: _Entry, lines: _Lines, defined: Collection[str]) -> Iterator[Fault]:
    key, line = entry.block.key, lines.at(entry.block.start)
    if entry.rest:
        yield Fault(line, key, "syntax", f"a comma or an equals sign is missing before {entry.rest}")
    for name in entry.doubled:
        yield Fault(line, key, "duplicate-field", f"the field {name} is there more than once")
    for macro in entry.macros:
        if macro.lower() not in defined:
            yield Fault(line, key, "undefined-string", f"no @string defines {macro}")
    # What the entry inherits is judged where the parent is known.
    if not {"crossref", "xdata", "xref"} & entry.fields.keys():
        yield from _missing(entry, entry.fields, line)


def _missing(entry: _Entry, fields: Mapping[str, str], line: int) -> Iterator[Fault]:
    for names in _REQUIRED.get(entry.kind, ()):
        if not any(fields.get(name, "").strip() for name in names):
            wanted = " or ".join(names)
            yield Fault(line, entry.block.key, "missing-field", f"@{entry.kind} needs {wanted}")


def _references(entries: list[_Entry], lines: _Lines) -> Iterator[Fault]:
    by_key = {entry.block.key.casefold(): entry for entry in entries}
    for entry in entries:
        parents = [
            key.strip()
            for name in ("crossref", "xdata", "xref")
            for key in entry.fields.get(name, "").split(",")
            if key.strip()
        ]
        fields = dict(entry.fields)
        for parent in parents:
            if parent.casefold() not in by_key:
                message = f"no entry has the key {parent}, to which it refers"
                yield Fault(lines.at(entry.block.start), entry.block.key, "undefined-crossref", message)
            else:
                inherited = by_key[parent.casefold()].fields
                fields = {**inherited, "booktitle": inherited.get("title", ""), **fields}
        if parents:
            yield from _missing(entry, fields, lines.at(entry.block.start))


def _parsed(data: bytes, block: Block) -> _Entry:
    text = data[block.start : block.end].decode("utf-8", "replace")
    kind = text[1:].lstrip().replace("(", "{", 1).partition("{")[0].strip().lower()
    at = re.match(r"@\s*[^\s{(]+\s*[{(]\s*[^,\s}]*", text)
    place = at.end() if at else len(text)
    fields: dict[str, str] = {}
    macros: list[str] = []
    names: Counter[str] = Counter()
    while field := _FIELD.match(text, place):
        value, place = _value(text, field.end(), macros)
        names[field[1].lower()] += 1
        fields.setdefault(field[1].lower(), value)
    rest = text[place:-1].strip().strip(",").strip()
    doubled = [name for name, number in names.items() if number > 1]
    return _Entry(block, kind, fields, macros, doubled, " ".join(rest.split())[:40])


def _value(text: str, place: int, macros: list[str]) -> tuple[str, int]:
    """Return the value of a field without delimiters, and the position after it. Record the macros in it."""
    parts: list[str] = []
    while True:
        end = _end_of_part(text, place)
        if end is None:
            return "".join(parts), place
        part = text[place:end]
        if part[0] in '{"':
            parts.append(part[1:-1])
        else:
            parts.append(part)
            if not _NUMBER.fullmatch(part):
                macros.append(part)
        joint = _JOIN.match(text, end)
        if joint is None:
            return "".join(parts), end
        place = joint.end()


def _end_of_part(text: str, place: int) -> int | None:
    sign = text[place : place + 1]
    if sign not in ("{", '"') or not sign:
        found = _NUMBER.match(text, place) or _MACRO.match(text, place)
        return found.end() if found else None
    depth = 0
    for mark in re.compile(r'[{}"]').finditer(text, place):
        depth += (mark[0] == "{") - (mark[0] == "}")
        if depth == 0 and mark[0] == ("}" if sign == "{" else '"') and mark.start() > place:
            return mark.end()
    return None
