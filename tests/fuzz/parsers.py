"""Every parser of foreign bytes in readq, found through readq's own registries.

Formats of `import`, kinds of feeds and look-ups at web services come from the tables and packages that the program uses
itself. Functions of pure modules are found by the type of their first parameter. So a new format, feed, service or
function is fuzzed without a change here, or `parsers` raises UncoveredError because a seed or an argument is missing.
"""

import contextlib
import datetime
import functools
import importlib
import inspect
import io
import json
import pkgutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple
from unittest import mock

from seeds import SEEDS

from readq.errors import ReadqError
from readq.feeds import spec as feed_spec
from readq.feeds.source import PullOptions
from readq.formats.bibtex.charset import detect
from readq.latex.encode import Dialect
from readq.net.endpoints import Endpoints
from readq.services.importing import input_formats, recognise
from readq.services.importing.json_formats import JSON_FORMATS, recognise_json

TODAY = datetime.date(2026, 11, 23)
NOW = datetime.datetime(2026, 11, 23, 9, tzinfo=datetime.UTC)
URL = "https://example.org/growth/17"

ARGUMENTS: Mapping[str, Any] = {
    "today": TODAY,
    "now": NOW,
    "since": TODAY,
    "day": "2026-11-20",
    "endpoints": Endpoints(),
    "origins": Endpoints(),
    "url": URL,
    "service": "x",
    "count": 2,
    "sort": "submittedDate",
    "dialect": Dialect.BIBTEX,
    "macros": {},
    "metadata": {},
    "server": "biorxiv",
    "prefix": "hf",
    "kind": "^",
    "limit": 5,
    "port": 80,
    "primary_class": None,
    "doi": "10.1234/growth.17",
    "dois": ["10.1234/growth.17", "10.1234/a,b"],
    "pmid": "17",
    "ids": ["2611.00001"],
    "title": "On growth",
    "titles": ["On growth and decay of networks"],
    "query": "all:growth",
    "identifier": ("doi", "10.1234/growth.17"),
    "identifiers_to_find": [("arxiv", "2611.00001"), ("doi", "10.1/x")],
    "reference": "A. B: On the growth of networks",
    "references": ["2611.00001", "10.1234/growth.17", "https://openreview.net/forum?id=aBcDeFgHiJ", URL, "pmid:17"],
}
"""Values for required parameters by name, apart from the first, which takes the fuzzed input."""

_PURE = (
    *("readq.feeds", "readq.formats", "readq.latex", "readq.registries", "readq.pdf", "readq.text", "readq.days"),
    *(
        "readq.model.identifiers",
        "readq.model.addresses",
        "readq.model.doi_kinds",
        "readq.model.identity.generic_titles",
    ),
    *("readq.model.identity.evidence", "readq.net.address_scopes", "readq.net.endpoints", "readq.net.url"),
    *("readq.net.headers", "readq.net.backoff", "readq.services.importing.input_formats"),
    *("readq.services.importing.json_formats", "readq.services.importing.listed_papers"),
    *("readq.services.dump.git_conflicts", "readq.store.search.fts_terms"),
)
"""Packages and modules whose functions read nothing but their arguments."""

EXEMPT: Mapping[str, str] = {
    "readq.feeds.spec.public_address": "takes only what `normalised` returns; the parser `feed spec` calls both",
    "readq.feeds.spec.source": "the parser `feed spec` calls it",
    "readq.formats.tagged.ris.read_parts": "the parser `import in parts ris` calls it",
    "readq.formats.tagged.nbib.read_parts": "the parser `import in parts nbib` calls it",
    "readq.formats.tagged.records.read": "the parsers of RIS and nbib call it",
    "readq.formats.tagged.records.read_parts": "the parsers of RIS and nbib call it",
    "readq.services.importing.json_formats.read_items": "the parsers `import in parts` of JSON call it",
    "readq.formats.bib_file.blocks.line_of": "takes a position in a file; `faults` calls it",
    "readq.formats.field_choice.choice": "takes names that the reader typed, not foreign ones",
    "readq.model.citation_keys.syntax.safe_key": "takes only what `base_key` returns",
    "readq.model.identifiers.year_of_arxiv_id": "takes only what `arxiv_id` returns",
    "readq.model.identifiers.doi_url": "takes only what `doi` returns, from text that was cleaned",
    "readq.model.identifiers.arxiv_url": "takes only what `arxiv_id` returns",
    "readq.model.identifiers.arxiv_pdf_url": "takes only what `arxiv_id` returns",
    "readq.feeds.arxiv.taxonomy.search_term": "takes only what `known_category` returns",
    "readq.feeds.biorxiv.categories.known_category": "its first parameter names a server; `feed spec` calls it",
    "readq.feeds.biorxiv.categories.similar": "its first parameter names a server; `feed spec` calls it",
    "readq.feeds.huggingface.json_api.parse_daily": "the sources call it after `recognise`",
    "readq.formats.digest.message.is_address": "takes what the user typed after --email",
    "readq.formats.markdown.paper_list.escaped": "takes text of the library, which is clean",
    **dict.fromkeys(
        [
            f"readq.feeds.huggingface.page_plain.{name}"
            for name in ("parse", "pair", "items_of", "split_header", "is_site_header")
        ]
        + [f"readq.feeds.huggingface.page_markdown.{name}" for name in ("parse", "first_record", "split_links")],
        "takes clean lines, none empty; `page.parse` calls it",
    ),
    "readq.registries.json_record.in_path": "takes only identifiers in normal form",
    "readq.days.parse_instant": "takes only instants of the library",
    "readq.net.address_scopes.scope_of": "takes only what `is_address` accepts",
    "readq.latex.accents.accented": "takes one letter with its marks; `encode` calls it",
    "readq.latex.math_parser.parse": "raises MathError, for its callers in `latex`",
    "readq.registries.json_record.fetch_record": "takes a request; every look-up calls it",
    "readq.pdf.extract.main": "the parser `pdf` calls it with a file",
    "readq.pdf.full_text.main": "the parser `pdf` calls it with a file",
    "readq.pdf.highlights.main": "the parser `pdf` calls it with a file",
    "readq.services.importing.json_formats.read_json": "`import` calls it for each of its formats",
}
"""Functions that are found by their signature and not called directly, each with the reason."""


_PARSING_NAMES = ("parse", "read", "recognise", "look")
"""Beginnings of names of functions that must be covered. Others are left out if an argument is not known."""


class UncoveredError(Exception):
    """A parser of the program is not covered, because its seed or its arguments are missing here."""


class Parser(NamedTuple):
    """One parser. `read` takes the bytes and returns anything in which papers may be, or raises ReadqError.

    `weight` is its share of the time of a run.
    """

    name: str
    read: Callable[[bytes], object]
    seeds: tuple[bytes, ...]
    weight: int = 1


@functools.cache
def parsers() -> Mapping[str, Parser]:
    """Return every parser by name. Raises UncoveredError if one cannot be called."""
    from file_parsers import file_parsers

    found = [*_import_formats(), *_feeds(), *_lookups(), *_modules(), *file_parsers()]
    return {parser.name: parser for parser in found}


def seeds_of(name: str) -> tuple[bytes, ...]:
    """Return the seeds of that name. Raises UncoveredError if there are none."""
    if name not in SEEDS:
        raise UncoveredError(f"no seed for {name!r} in tests/fuzz/seeds.py")
    return SEEDS[name]


def text_of(data: bytes) -> str:
    """Return fuzzed bytes as text. Lone surrogates, which JSON can hold, are kept if all else is UTF-8."""
    try:
        return data.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return data.decode("utf-8", "replace")


def _import_formats() -> Iterator[Parser]:
    for name, form in input_formats.FORMATS.items():
        yield Parser(f"import {name}", functools.partial(_read_format, name), seeds_of(name), 3)
        assert form.recognise is None or callable(form.recognise)
    for name in (*input_formats.LARGE_TEXTS, "huggingface", *JSON_FORMATS):
        yield Parser(f"import in parts {name}", functools.partial(_read_in_parts, name), seeds_of(name), 2)
    everything = tuple(seed for name in input_formats.FORMATS for seed in seeds_of(name))
    yield Parser("recognise", _recognise, everything)


def _read_format(name: str, data: bytes) -> object:
    """Read a file as `readq import --format NAME` does."""
    return recognise._parsed("fuzz-2026-11-20", name, data, TODAY)


def _read_in_parts(name: str, data: bytes) -> object:
    """Read a file as a large one is read, in parts that are small here. They must hold the same papers as the whole."""
    with (
        contextlib.ExitStack() as stack,
        mock.patch.object(input_formats, "_PART", 1_000),
        mock.patch.object(input_formats, "_READ_AT_ONCE", 700),
        mock.patch.object(recognise, "_LARGE", 4_000),
    ):
        charset = detect(io.BytesIO(data)).name
        found = recognise._large(stack, "fuzz", name, io.BytesIO(data), charset)
        parts = None if found is None else list(found[1])
    if parts is not None:
        whole = _read_format(name, data)
        assert _titles(parts) == _titles(whole)
    return parts


def _titles(result: object) -> list[str]:
    from outcomes import papers_in

    return [paper.title for paper in papers_in(result)]


def _recognise(data: bytes) -> object:
    text = input_formats.text_of_head(data)
    form = input_formats.recognise(text) if text is not None else None
    with contextlib.suppress(ValueError, RecursionError):
        recognise_json(json.loads(input_formats.text_of(data)))
    return form


def _feeds() -> Iterator[Parser]:
    from fake_network import pull

    for kind in feed_spec.KINDS:
        for form in kind.forms:
            source = feed_spec.source(form.replace("…", "example.org/growth").replace("CATEGORY", "all"), Endpoints())
            options = PullOptions(since=TODAY, today=TODAY, at=NOW)
            yield Parser(f"pull {form}", functools.partial(pull, source, options), seeds_of(kind.prefixes[0]), 3)


def _lookups() -> Iterator[Parser]:
    from fake_network import look_up

    for module in ("readq.registries", "readq.feeds"):
        for function in _functions(module):
            parameters = list(inspect.signature(function).parameters.values())
            if parameters and parameters[0].name == "fetcher" and _full_name(function) not in EXEMPT:
                arguments = _arguments(function, parameters[1:])
                name = _full_name(function).removeprefix("readq.")
                yield Parser(f"look up {name}", functools.partial(look_up, function, arguments), _seeds(function), 2)


def _modules() -> Iterator[Parser]:
    """Yield a parser for each pure module. It calls the functions that take bytes, text, lines or a JSON value."""
    by_module: dict[str, list[Callable[[bytes], object]]] = {}
    seeds: dict[str, tuple[bytes, ...]] = {}
    for package in _PURE:
        for function in _functions(package):
            if _full_name(function) in EXEMPT or inspect.iscoroutinefunction(function):
                continue
            if call := _caller(function):
                by_module.setdefault(function.__module__, []).append(call)
                seeds[function.__module__] = _seeds(function)
    for module, calls in by_module.items():
        yield Parser(module.removeprefix("readq."), functools.partial(_call_all, calls), seeds[module])


def _caller(function: Callable[..., object]) -> Callable[[bytes], object] | None:
    """Return a function that converts bytes to the type of the first parameter and calls `function`; else None."""
    parameters = list(inspect.signature(function).parameters.values())
    if not parameters or (convert := _CONVERSIONS.get(str(parameters[0].annotation))) is None:
        return None
    if parameters[0].kind is inspect.Parameter.VAR_KEYWORD:
        return None
    try:
        arguments = _arguments(function, parameters[1:], convert)
    except UncoveredError:
        if _parses(function):
            raise
        return None

    def call(data: bytes) -> object:
        values = {name: value(data) if callable(value) else value for name, value in arguments.items()}
        return function(convert(data), **values)

    return call


def _parses(function: Callable[..., object]) -> bool:
    """Return whether a function must be covered: it takes bytes, or its name says that it parses."""
    first = next(iter(inspect.signature(function).parameters.values()))
    return first.annotation is bytes or function.__name__.startswith(_PARSING_NAMES)


def _arguments(
    function: Callable[..., object],
    parameters: Sequence[inspect.Parameter],
    convert: Callable[[bytes], object] | None = None,
) -> dict[str, Any]:
    """Return the required arguments by name. A text without an entry in ARGUMENTS is the fuzzed input once more."""
    arguments: dict[str, Any] = {}
    for one in parameters:
        if one.default is not one.empty or one.kind in (one.VAR_POSITIONAL, one.VAR_KEYWORD):
            continue
        if one.name in ARGUMENTS:
            arguments[one.name] = ARGUMENTS[one.name]
        elif convert is not None and str(one.annotation) in _CONVERSIONS:
            arguments[one.name] = _CONVERSIONS[str(one.annotation)]
        else:
            raise UncoveredError(f"{_full_name(function)}: no value for {one.name!r} in ARGUMENTS, and not in EXEMPT")
    return arguments


def _json_of(data: bytes) -> object:
    """Return the JSON value in `data`, or its text."""
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        return text_of(data)


def _lines_of(data: bytes) -> list[str]:
    return text_of(data).splitlines()


_CONVERSIONS: Mapping[str, Callable[[bytes], object]] = {
    str(bytes): lambda data: data,
    str(str): text_of,
    "str | None": text_of,
    str(object): _json_of,
    "list[str]": _lines_of,
    "collections.abc.Iterable[str]": _lines_of,
    "collections.abc.Sequence[str]": _lines_of,
}


def _call_all(calls: Sequence[Callable[[bytes], object]], data: bytes) -> object:
    """Call every function with the same input. The functions after one that refuses are called as well."""
    found: list[object] = []
    refusal: ReadqError | None = None
    for call in calls:
        try:
            found.append(call(data))
        except ReadqError as error:
            refusal = error
    if refusal and not found:
        raise refusal
    return found


def _functions(package: str) -> Iterator[Callable[..., Any]]:
    """Yield the public functions that a module, or the modules of a package, define."""
    module = importlib.import_module(package)
    names = [package]
    if hasattr(module, "__path__"):
        names += sorted(one.name for one in pkgutil.walk_packages(module.__path__, f"{package}."))
    for name in names:
        for function in vars(importlib.import_module(name)).values():
            is_own = inspect.isfunction(function) and function.__module__ == name
            if is_own and not function.__name__.startswith("_"):
                yield function


def _full_name(function: Callable[..., object]) -> str:
    return f"{function.__module__}.{function.__name__}"


_SEEDS_OF_MODULES: Mapping[str, str] = {
    "readq.latex": "latex",
    "readq.feeds.opml": "opml",
    "readq.formats.xml_tree": "xml",
    "readq.days": "day",
    "readq.formats.bibtex.entry_parser": "bibtex",
    "readq.formats.bibtex.reader": "bibtex",
    "readq.formats.bibtex.charset": "bibtex",
    "readq.formats.bibtex": "name",
    "readq.formats.bib_file": "bibtex",
    "readq.formats.latex_document": "document",
    "readq.formats.acl_xml": "acl",
    "readq.formats.markdown": "note",
    "readq.formats.dblp_xml": "dblp",
    "readq.formats.mail": "mail",
    "readq.formats.tagged.nbib": "nbib",
    "readq.formats.tagged.ris": "ris",
    "readq.formats.bookmarks": "bookmarks",
    "readq.formats.reference_list": "list",
    "readq.formats.record_values": "name",
    "readq.formats.xml_entities": "xml",
    "readq.formats.jats_text": "jats_text",
    "readq.registries.openalex": "openalex",
    "readq.registries.semanticscholar": "semanticscholar",
    "readq.registries.openreview": "openreview",
    "readq.registries.datacite": "datacite",
    "readq.registries.crossref": "crossref",
    "readq.registries.csl_json": "csl_json",
    "readq.registries.reference_lookup": "reference_lookup",
    "readq.registries.citation_meta_tags": "citation_meta_tags",
    "readq.registries.json_record": "csl_json",
    "readq.pdf": "identifier",
    "readq.registries.title_match": "name",
    "readq.feeds.huggingface.page": "page",
    "readq.feeds.huggingface": "page",
    "readq.feeds.huggingface.json_api": "huggingface",
    "readq.feeds.arxiv": "arxiv",
    "readq.feeds.biorxiv": "biorxiv",
    "readq.feeds.arxiv.taxonomy": "spec",
    "readq.feeds.biorxiv.categories": "spec",
    "readq.feeds.syndication": "https",
    "readq.feeds.saved_files": "https",
    "readq.feeds.syndication.html_text": "jats_text",
    "readq.feeds.syndication.author_names": "name",
    "readq.feeds.syndication.written_dates": "day",
    "readq.feeds.parsed_feed": "day",
    "readq.feeds.spec": "spec",
    "readq.feeds.feed_kind": "spec",
    "readq.feeds.secrets": "spec",
    "readq.text": "latex",
    "readq.model": "identifier",
    "readq.net": "identifier",
    "readq.services.importing": "list",
    "readq.services.dump": "bibtex",
    "readq.store.search": "query",
    "readq.services.importing.json_formats": "csl-json",
}


def _seeds(function: Callable[..., object]) -> tuple[bytes, ...]:
    """Return the seeds of a function's module, or of the package around it."""
    module = function.__module__
    while module:
        if module in _SEEDS_OF_MODULES:
            return seeds_of(_SEEDS_OF_MODULES[module])
        module = module.rpartition(".")[0]
    if not _parses(function):
        return seeds_of("name")
    raise UncoveredError(f"{_full_name(function)}: its module has no seeds in _SEEDS_OF_MODULES")
