"""Read papers from mails in .eml or mbox files: arXiv's listings, and alerts of Google Scholar and Semantic Scholar.

The standard library parses the mails. Links in alerts are redirects. The address of the paper is in the query string of
such a link.
"""

import dataclasses
import email
import email.policy
import re
from collections.abc import Iterator
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

from readq.formats.html_reader import HtmlReader
from readq.model.fetched_paper import FetchedPaper
from readq.model.identifiers import arxiv_id, identifiers_in, is_safe_link
from readq.model.values import Appearance, Author, Rejected, Trust
from readq.text import join_lines, one_line

_HEADERS = re.compile(
    r"(?i)(?:From |(?:return-path|received|delivered-to|from|to|subject|date|message-id|mime-version|x-[\w-]+|reply-to"
    r"|content-type|list-id|dkim-signature|arc-[\w-]+|authentication-results|sender):)"
)
_IS_MAIL = ("from", "subject")
_SEPARATOR = re.compile(rb"(?m)^From \S+.*\d{4}\r?$")
_LISTED = re.compile(r"(?m)^arXiv:(?P<id>\S+).*\n")
_BACKSLASHES = re.compile(r"(?m)^\\\\")
_FIELD = re.compile(r"(?m)^(?P<name>[A-Z][A-Za-z-]+): ?(?P<value>.*(?:\n[ \t]+.*)*)")
_LONGEST_HEADER = 4_000
"""Characters of a header that are read. RFC 5322 allows 998 a line; the subject of a listing has a few lines."""
_AND = re.compile(r",?\s+and\s+|,\s*")
_AFFILIATION = re.compile(r"\s*\((?:[^()]++|\([^()]*+\))*+\)")
_REDIRECTS = {"url": ("scholar.google.", "/scholar_url"), "q": ("www.google.", "/url")}
_S2_PAPER = re.compile(r"https://www\.semanticscholar\.org/paper/(?:[^\s/?#]+/)?[0-9a-f]{40}")


if TYPE_CHECKING:
    _EmailPolicy = email.policy.EmailPolicy[EmailMessage]
else:
    # The class cannot be subscripted at run time.
    _EmailPolicy = email.policy.EmailPolicy


class _ShortHeaders(_EmailPolicy):
    """Cuts long headers. The time to parse one grows with the square of its length."""

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        """Return the name and the value of a header."""
        name, value = super().header_source_parse(sourcelines)
        return name, value[:_LONGEST_HEADER]


_POLICY = _ShortHeaders()


def looks_like(text: str) -> bool:
    """Return whether `text`, the beginning of a file, is a mail or an mbox.

    A mail begins with headers, and has the headers `From` and `Subject`.
    """
    lines = text.lstrip("\ufeff\r\n").splitlines()
    if not lines or not _HEADERS.match(lines[0]):
        return False
    headers = text.lstrip("\ufeff\r\n").replace("\r\n", "\n").partition("\n\n")[0].lower()
    return all(re.search(rf"(?m)^{name}:", headers) for name in _IS_MAIL)


def read(data: bytes) -> tuple[list[FetchedPaper], list[Rejected]]:
    """Return the papers in the mails of a file, and the rejected mails. A mail without papers is rejected."""
    papers: list[FetchedPaper] = []
    rejected: list[Rejected] = []
    for number, source in enumerate(_sources(data), 1):
        try:
            message = _message(source)
        except RecursionError:
            rejected.append(Rejected(f"mail {number}", "its parts are nested too deeply"))
            continue
        found = [dataclasses.replace(paper, where=f"mail {number}: {paper.where}") for paper in _papers(message)]
        papers += found
        if not found:
            subject = one_line(str(message.get("subject", "")))[:80]
            rejected.append(Rejected(f"mail {number}", f"names no paper: {subject}" if subject else "names no paper"))
    return papers, rejected


def _sources(data: bytes) -> Iterator[bytes]:
    """Yield the bytes of each mail."""
    if not _SEPARATOR.match(data):
        yield data
        return
    starts = [found.start() for found in _SEPARATOR.finditer(data)]
    for start, end in zip(starts, [*starts[1:], len(data)], strict=True):
        yield data[start:end].partition(b"\n")[2]


def _message(data: bytes) -> EmailMessage:
    return email.message_from_bytes(data.lstrip(b"\xef\xbb\xbf\r\n"), policy=_POLICY)


def _papers(message: EmailMessage) -> list[FetchedPaper]:
    appearance = Appearance(day=_day(message))
    plain, markup = _body(message, "plain"), _body(message, "html")
    papers = list(_arxiv_listing(plain)) or list(_alert(markup)) or list(_arxiv_listing(_text_of(markup)))
    return [dataclasses.replace(paper, appearance=appearance) for paper in papers]


def _day(message: EmailMessage) -> str | None:
    try:
        return parsedate_to_datetime(str(message.get("date", ""))).date().isoformat()
    except (TypeError, ValueError, OverflowError):
        return None


def _body(message: EmailMessage, kind: str) -> str:
    """Return the text of all parts of one kind; a part in an unknown encoding is read as Latin-1."""
    texts: list[str] = []
    for part in message.walk():
        if part.get_content_type() != f"text/{kind}" or part.is_attachment():
            continue
        try:
            texts.append(str(part.get_content()))
        except (LookupError, ValueError, AssertionError):
            payload = part.get_payload(decode=True)
            texts.append(payload.decode("latin-1") if isinstance(payload, bytes) else "")
    return "\n".join(texts).replace("\r\n", "\n")


def _arxiv_listing(text: str) -> Iterator[FetchedPaper]:
    """Yield the papers of a listing as listserv sends it: blocks between lines of two backslashes."""
    for identifier, listed, abstract in _blocks(text):
        number = arxiv_id(identifier)
        fields = {found["name"]: found["value"] for found in _FIELD.finditer(listed)}
        title = one_line(fields.get("Title", ""))
        if number is None or not title:
            continue
        categories = fields.get("Categories", "").split()
        yield FetchedPaper(
            title=title,
            trust=Trust.ARXIV,
            where=f"arXiv:{number}",
            abstract=join_lines(abstract.strip().replace("\n  ", "\n\n")) or None,
            authors=tuple(_people(fields.get("Authors", fields.get("Author", "")))),
            primary_class=categories[0] if categories else None,
            url=f"https://arxiv.org/abs/{number}",
            pdf_url=f"https://arxiv.org/pdf/{number}",
            identifiers=(("arxiv", number),),
        )


def _blocks(text: str) -> Iterator[tuple[str, str, str]]:
    """Yield id, fields and abstract of each paper of a listing."""
    position = 0
    while start := _LISTED.search(text, position):
        middle = _BACKSLASHES.search(text, start.end())
        end = _BACKSLASHES.search(text, middle.end()) if middle else None
        if middle is None or end is None:
            return
        yield start["id"], text[start.end() : middle.start()], text[middle.end() : end.start()]
        position = end.end()


def _people(text: str) -> Iterator[Author]:
    for name in _AND.split(_AFFILIATION.sub("", one_line(text))):
        if name := name.strip():
            yield Author(name)


class _Links(HtmlReader):
    """Collects links with their text, and the text that follows each up to the next link."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[tuple[str, str, list[str]]] = []
        self.text: list[str] = []
        self._url: str | None = None
        self._title: list[str] = []
        self._block: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self._url, self._title = dict(attrs).get("href") or "", []
        elif tag in ("div", "p", "br", "tr", "td", "h3", "li"):
            self._end_block()

    def handle_endtag(self, tag: str) -> None:
        if tag == "a" and self._url is not None:
            self._end_block()
            self.links.append((self._url, one_line("".join(self._title)), []))
            self._url = None
        elif tag in ("div", "p", "tr", "td", "h3", "li"):
            self._end_block()

    def handle_data(self, data: str) -> None:
        self.text.append(data)
        (self._block if self._url is None else self._title).append(data)

    def _end_block(self) -> None:
        block = one_line("".join(self._block))
        self._block = []
        if block and self.links:
            self.links[-1][2].append(block)


def _parsed(markup: str) -> _Links:
    parser = _Links()
    parser.read(markup)
    return parser


def _text_of(markup: str) -> str:
    return "".join(_parsed(markup).text) if markup else ""


def _alert(markup: str) -> Iterator[FetchedPaper]:
    """Yield the papers of an alert: links of the service, each followed by a line of authors."""
    seen: set[str] = set()
    for url, title, blocks in _parsed(markup).links if markup else ():
        address = _unwrapped(url)
        if not title or address is None or address in seen:
            continue
        seen.add(address)
        authors, venue, year = _byline(blocks[0]) if blocks else ((), None, None)
        yield FetchedPaper(
            title=re.sub(r"^\[(?:PDF|HTML|BOOK|CITATION|B|C)\]\s*", "", title),
            trust=Trust.PAGE,
            where=title[:80],
            authors=authors,
            venue=venue,
            year=year,
            url=address,
            identifiers=identifiers_in(address),
        )


def _unwrapped(url: str) -> str | None:
    """Return the address that a link of an alert leads to. Return None if it leads to no paper."""
    try:
        parts = urlsplit(url)
    except ValueError:  # a host in brackets that is no IPv6 address
        return None
    for name, (host, path) in _REDIRECTS.items():
        if host in parts.netloc and parts.path == path:
            target = parse_qs(parts.query).get(name, [""])[0]
            return target if is_safe_link(target) else None
    found = _S2_PAPER.match(url)
    return found[0] if found else None


def _byline(text: str) -> tuple[tuple[Author, ...], str | None, int | None]:
    """Return authors, venue and year of `A Author, B Author… - Venue, 2026`.

    Names that are cut off by an ellipsis are left out, and so is a venue.
    """
    people, dash, rest = text.replace("\xa0", " ").partition(" - ")
    names = [name.strip() for name in people.split(",") if name.strip()]
    authors = tuple(Author(name) for name in names if not re.search(r"…|\.\.\.|^\d", name))
    found = re.search(r"(?:^|, )([12]\d{3})$", rest)
    venue = rest[: found.start()].strip(" ,") if found else rest.strip()
    is_whole = bool(dash) and bool(venue) and "…" not in venue and "..." not in venue
    return authors, venue if is_whole else None, int(found[1]) if found else None
