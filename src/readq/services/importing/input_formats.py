"""Define the formats that `readq import` reads. Each has functions to recognise and to read a file, and a largest size.

A new format needs a module in `formats/` and an entry in the table FORMATS.
"""

import codecs
import io
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import partial
from importlib import import_module
from typing import BinaryIO, NamedTuple

from readq.feeds.parsed_feed import ParsedFeed
from readq.formats import acl_xml, bookmarks, dblp_xml, mail, reference_list
from readq.model.fetched_paper import FetchedPaper
from readq.model.values import LeftOut, Rejected

_MIB = 1 << 20
# An entry has a key and a comma, or no key and a field; decorators of Python and rules of CSS have neither.
_BIBTEX_ENTRY = re.compile(
    r"(?im)^[^\S\n]*@\s*(?:[a-z]+\s*\{\s*(?:[^\s=,{}()\"]*\s*,|[^,{}\n]{1,200},\s*[\w-]+\s*=|[\w-]+\s*=)"
    r"|(?:string|preamble|comment)\s*[{(]"
    r"|(?:article|book|inproceedings|incollection|misc|phdthesis|mastersthesis|techreport|unpublished)\s*\()"
)
_MOST_LINES_BEFORE_ENTRIES = 100
"""The maximum number of lines before the first entry of a BibTeX file. These lines may be a remark or a licence.

A file with more such lines is not recognised as BibTeX, because it may be program code that quotes an entry.
"""

_XML_ENCODING = re.compile(rb"""\A\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)

_FEW_NULS = 3
_READ_AT_ONCE = 1 << 16
_PART = 1 << 19
"""The number of characters in each part of a large file that is parsed in parts."""

Records = tuple[list[FetchedPaper], list[Rejected]]
_AllRecords = tuple[list[FetchedPaper], list[Rejected], list[LeftOut]]


class InputFormat(NamedTuple):
    """A format of input files."""

    recognise: Callable[[str], bool] | None
    """A function that returns whether a file has this format, given the beginning of the file as text.

    It is None for kinds of JSON, which `recognise_json` tells apart. It is also None for pages, .bib files and lists of
    ids, which this module recognises only if no other format fits.
    """
    read: Callable[[bytes, date], ParsedFeed]
    """A function that reads the papers of a file, given all its bytes and today's date."""
    max_size: int = 64 * _MIB
    """The largest size of a file in bytes."""
    is_bibliography: bool = False
    """Whether a file is taken as the user's own collection. Its papers get the status `done` and keep their keys."""
    is_list: bool = False
    """Whether files are lists of ids. Their papers are queued, and their metadata is looked up later."""


def text_of(data: bytes) -> str:
    """Return the text of a file with the bytes `data`.

    UTF-8 and UTF-16 are recognised. Any other file is decoded as Windows-1252.
    """
    from readq.formats.bibtex.charset import decode

    return decode(data)[0]


def text_of_head(head: bytes) -> str | None:
    """Return the bytes `head`, the beginning of a file, as text. Return None if the file is binary.

    If the file has an XML declaration, the encoding in the declaration is used.
    """
    if head.startswith(_UTF16):
        return head.decode("utf-16", errors="replace")
    # A broken program or disk may leave a few NUL characters in a text.
    if head.startswith(b"%PDF-") or head.count(0) > max(_FEW_NULS, len(head) // 1000):
        return None
    declared = _XML_ENCODING.match(head)
    if declared:
        try:
            return head.decode(declared[1].decode(), errors="replace")
        except LookupError:
            pass
    # The end of the head may split a character.
    text = head.decode("utf-8", errors="replace")
    if text.count("\ufffd") < len(text) / 10:
        return text
    return None if _is_binary(head) else head.decode("cp1252", errors="replace")


def _is_binary(head: bytes) -> bool:
    controls = sum(byte < 32 and byte not in b"\t\n\r\f\x1b" for byte in head)
    return controls > len(head) / 100


def _records(read: Callable[[str], Records]) -> Callable[[bytes, date], ParsedFeed]:
    return lambda data, _today: ParsedFeed(*read(text_of(data)))


def _read_acl(data: bytes, _today: date) -> ParsedFeed:
    return ParsedFeed(*acl_xml.read(data))


def _documents(read: Callable[[bytes], _AllRecords]) -> Callable[[bytes, date], ParsedFeed]:
    def read_all(data: bytes, _today: date) -> ParsedFeed:
        papers, rejected, left_out = read(data)
        return ParsedFeed(papers, rejected, left_out=tuple(left_out))

    return read_all


def _read_feed(data: bytes, today: date) -> ParsedFeed:
    from readq.feeds import saved_files

    return saved_files.parse(data, today=today)


def _is_feed(form: str) -> Callable[[str], bool]:
    def recognise(text: str) -> bool:
        from readq.feeds import saved_files

        return saved_files.recognise(text) == form

    return recognise


def _read_page(data: bytes, today: date) -> ParsedFeed:
    from readq.feeds.huggingface import page

    return page.parse(text_of(data), today=today)


def _is_page(text: str) -> bool:
    from readq.feeds.huggingface import page

    return page.recognise(text)


def _read_bibtex(data: bytes, _today: date) -> ParsedFeed:
    from readq.formats.bibtex.reader import read_all

    papers, rejected, left_out = read_all(text_of(data))
    return ParsedFeed(papers, rejected, left_out=tuple(left_out))


def _read_ris(text: str) -> Records:
    from readq.formats.tagged.ris import read

    return read(text)


def _is_ris(text: str) -> bool:
    # The module imports rispy: only files that hold its first tag are worth that.
    if not re.search(r"^\s{0,3}TY {1,2}-", text, re.MULTILINE):
        return False
    from readq.formats.tagged.ris import looks_like

    return looks_like(text)


def _read_nbib(text: str) -> Records:
    from readq.formats.tagged.nbib import read

    return read(text)


def _is_nbib(text: str) -> bool:
    if not text.lstrip("\ufeff \r\n").startswith("PMID"):
        return False
    from readq.formats.tagged.nbib import looks_like

    return looks_like(text)


def _read_json(name: str) -> Callable[[bytes, date], ParsedFeed]:
    def read(data: bytes, _today: date) -> ParsedFeed:
        from readq.services.importing.json_formats import read_json

        return read_json(name, text_of(data))

    return read


def _read_list(data: bytes, _today: date) -> ParsedFeed:
    from readq.services.importing.listed_papers import papers_of_list

    return papers_of_list(*reference_list.read(text_of(data)))


def _read_bookmarks(data: bytes, _today: date) -> ParsedFeed:
    from readq.services.importing.listed_papers import papers_of_bookmarks

    return papers_of_bookmarks(bookmarks.read(text_of(data)))


def _read_daily(data: bytes, _today: date) -> ParsedFeed:
    import json

    from readq.feeds.huggingface import json_api

    return json_api.parse_daily(json.loads(text_of(data)), day=None)


def _large_bibtex(file: BinaryIO, charset: str) -> Iterator[ParsedFeed]:
    from readq.formats.bibtex.entry_parser import cut_before_entries
    from readq.formats.bibtex.reader import read_parts

    def parts() -> Iterator[str]:
        file.seek(0)
        text = io.TextIOWrapper(file, charset, "replace")
        try:
            yield from cut_before_entries(iter(partial(text.read, _READ_AT_ONCE), ""), _PART)
        finally:
            # Otherwise the file would be closed with the wrapper.
            text.detach()

    for papers, rejected, left_out in read_parts(parts):
        yield ParsedFeed(papers, rejected, left_out=tuple(left_out))


def _large_tagged(name: str) -> Callable[[BinaryIO, str], Iterator[ParsedFeed]]:
    def read(file: BinaryIO, charset: str) -> Iterator[ParsedFeed]:
        module = import_module(f"readq.formats.tagged.{name}")
        lines = io.TextIOWrapper(file, charset, "replace")
        try:
            yield from (ParsedFeed(*records) for records in module.read_parts(lines, _PART))
        finally:
            lines.detach()

    return read


LARGE_TEXTS: Mapping[str, Callable[[BinaryIO, str], Iterator[ParsedFeed]]] = {
    "bibtex": _large_bibtex,
    "ris": _large_tagged("ris"),
    "nbib": _large_tagged("nbib"),
}
"""Maps the name of a format to the function that parses a text file in parts.

Formats without such a function are not in the mapping. The arguments of a function are an open file and its charset.
"""

FORMATS: Mapping[str, InputFormat] = {
    "page": InputFormat(None, _read_page, 32 * _MIB),
    "huggingface": InputFormat(None, _read_daily, 1024 * _MIB),
    "rss": InputFormat(_is_feed("rss"), _read_feed),
    "atom": InputFormat(_is_feed("atom"), _read_feed),
    "jsonfeed": InputFormat(_is_feed("jsonfeed"), _read_feed),
    "bibtex": InputFormat(None, _read_bibtex, 1024 * _MIB, is_bibliography=True),
    "ris": InputFormat(_is_ris, _records(_read_ris), 1024 * _MIB, is_bibliography=True),
    "nbib": InputFormat(_is_nbib, _records(_read_nbib), 1024 * _MIB, is_bibliography=True),
    "csl-json": InputFormat(None, _read_json("csl-json"), 1024 * _MIB, is_bibliography=True),
    "openalex": InputFormat(None, _read_json("openalex"), 256 * _MIB),
    "semanticscholar": InputFormat(None, _read_json("semanticscholar"), 256 * _MIB),
    "openreview": InputFormat(None, _read_json("openreview"), 256 * _MIB),
    "acl": InputFormat(acl_xml.looks_like, _read_acl, 256 * _MIB),
    "dblp": InputFormat(dblp_xml.looks_like, _documents(dblp_xml.read), 256 * _MIB),
    "mail": InputFormat(mail.looks_like, _documents(mail.read), 256 * _MIB),
    "bookmarks": InputFormat(bookmarks.looks_like, _read_bookmarks, is_list=True),
    "list": InputFormat(None, _read_list, is_list=True),
}
"""All input formats, by the name that `import --format` takes. The help texts list them in this order."""


def recognise(text: str) -> str | None:
    """Return the name of a file's format. `text` is the beginning of the file. Return None if the format is unknown.

    The result for JSON is always `json`, because the kind of JSON can be told only from the whole file.
    """
    # A byte order mark would hide the start of the first line.
    text = text.removeprefix("\ufeff")
    for name, form in FORMATS.items():
        if form.recognise is not None and form.recognise(text):
            return name
    start = text.lstrip("\ufeff \t\r\n")
    if start[:1] in ("[", "{"):
        return "json" if re.match(r"\[\s*[\[{\]]|\{\s*[\"'}]", start) else _by_lines(text)
    return _by_lines(text)


def _by_lines(text: str) -> str | None:
    if (entry := _BIBTEX_ENTRY.search(text)) and _prose_lines(text[: entry.start()]) <= _MOST_LINES_BEFORE_ENTRIES:
        return "bibtex"
    if reference_list.looks_like(text):
        return "list"
    return "page" if _is_page(text) else None


def _prose_lines(text: str) -> int:
    return sum(bool(line.strip()) and not line.lstrip().startswith("%") for line in text.splitlines())
