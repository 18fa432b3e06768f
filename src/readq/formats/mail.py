"""Read papers from mails in .eml or mbox files: arXiv's listings, and alerts of Google Scholar and Semantic Scholar.

The standard library parses the mails. A link in an alert leads to the paper by a redirect. The query string of the link
has the URL of the paper.
"""

import dataclasses
import email
import email.policy
import itertools
import re
from collections.abc import Iterator, Sequence
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

from readq.formats.html_reader import HtmlReader
from readq.model.fetched_paper import FetchedPaper
from readq.model.identifiers import arxiv_id, identifiers_in, is_safe_link
from readq.model.values import Appearance, Author, LeftOut, Rejected, Trust
from readq.text import join_lines, one_line

_HEADERS = re.compile(
    r"(?i)(?:From |(?:return-path|received|delivered-to|from|to|subject|date|message-id|mime-version|x-[\w-]+|reply-to"
    r"|content-type|list-id|dkim-signature|arc-[\w-]+|authentication-results|sender):)"
)
_IS_MAIL = ("from", "subject")
_SEPARATOR = re.compile(rb"(?m)^From \S++.*\d{4}\r?$")
_LISTED = re.compile(
    r"(?m)^(?P<rule>\\\\[ \t]*\n)?(?:arXiv:(?P<id>\S++).*+\n|(?(rule)(?=(?:Date|Title|Authors?|Categories): )|(?!)))"
)
"""A pattern for the beginning of a paper in a listing: a line of two backslashes, then a line with the arXiv id.

One of the two lines may be missing.
"""
_BACKSLASHES = re.compile(r"(?m)^\\\\(?P<link>[ \t]*\()?")
"""A pattern for a line of two backslashes, which separates the parts of a paper in a listing.

The last such line of a paper also has a link.
"""
_FIELD = re.compile(r"(?m)^(?P<name>[A-Z][A-Za-z-]+): ?(?P<value>.*(?:\n[ \t]+.*)*)")
_LONGEST_HEADER = 4_000
"""The maximum length of a header that is read, in characters.

RFC 5322 allows 998 characters in a line, and the subject of a listing has a few lines.
"""
_AND = re.compile(r",?\s+and\s+|,\s*")
_AFFILIATION = re.compile(r"\s*\((?:[^()]++|\([^()]*+\))*+\)")
_REDIRECTS = {"url": ("scholar.google.", "/scholar_url"), "q": ("www.google.", "/url")}
_S2_PAPER = re.compile(r"https://www\.semanticscholar\.org/paper/(?:[^\s/?#]+/)?[0-9a-f]{40}")


_Item = FetchedPaper | Rejected | LeftOut
"""What a mail contains about one paper: a paper to import, a rejected paper, or a paper that the mail repeats.

`read` later sets the place in the file, `where`, of rejected and repeated papers.
"""

if TYPE_CHECKING:
    _EmailPolicy = email.policy.EmailPolicy[EmailMessage]
else:
    # The class cannot be subscripted at run time.
    _EmailPolicy = email.policy.EmailPolicy


class _ShortHeaders(_EmailPolicy):
    """A policy that cuts long headers, because the time to parse a header grows with the square of its length."""

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


def read(data: bytes) -> tuple[list[FetchedPaper], list[Rejected], list[LeftOut]]:
    """Return three lists: the papers in the mails of a file, the rejected mails and papers, and the repeated papers.

    If a mail lists a paper twice, the second of the two is a repeated paper. A mail without papers is rejected.
    """
    papers: list[FetchedPaper] = []
    rejected: list[Rejected] = []
    left_out: list[LeftOut] = []
    for number, source in enumerate(_sources(data), 1):
        mail = f"mail {number}"
        try:
            message = _message(source)
            found = _papers(message)
            subject = one_line(str(message.get("subject", "")))[:80]
        except RecursionError:
            rejected.append(Rejected(mail, "its parts are nested too deeply"))
            continue
        for place, one in enumerate(found, 1):
            where = f"{mail}, paper {place}"
            if isinstance(one, FetchedPaper):
                papers.append(dataclasses.replace(one, where=f"{where} ({one.where})"))
            elif isinstance(one, Rejected):
                rejected.append(Rejected(where, one.why))
            else:
                left_out.append(LeftOut(where, one.why))
        if not found:
            rejected.append(Rejected(mail, f"names no paper: {subject}" if subject else "names no paper"))
    return papers, rejected, left_out


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


def _papers(message: EmailMessage) -> list[_Item]:
    appearance = Appearance(day=_day(message))
    plain, markup = _body(message, "plain"), _body(message, "html")
    items = list(_arxiv_listing(plain)) or list(_alert(markup)) or list(_arxiv_listing(_text_of(markup)))
    return [dataclasses.replace(one, appearance=appearance) if isinstance(one, FetchedPaper) else one for one in items]


def _day(message: EmailMessage) -> str | None:
    try:
        return parsedate_to_datetime(str(message.get("date", ""))).date().isoformat()
    except (TypeError, ValueError, OverflowError):
        return None


def _body(message: EmailMessage, kind: str) -> str:
    """Return the text of all parts of one kind. A part in an unknown encoding is read as Latin-1."""
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


def _arxiv_listing(text: str) -> Iterator[_Item]:
    """Yield the papers of a listing as listserv sends it: blocks between lines of two backslashes."""
    starts = list(_LISTED.finditer(text))
    ends = [*(start.start() for start in starts), len(text)][1:]
    for start, end in zip(starts, ends, strict=True):
        marks = list(itertools.islice(_BACKSLASHES.finditer(text, start.end(), end), 2))
        if marks:
            yield _listed(text, start, marks)
        elif start["rule"]:
            yield Rejected("", "cut off: the line of two backslashes after it is missing")


def _listed(text: str, start: re.Match[str], marks: Sequence[re.Match[str]]) -> _Item:
    """Return the paper of the block that begins at `start`. `marks` are the one or two lines of backslashes in it."""
    number = arxiv_id(start["id"] or "")
    fields = {found["name"]: found["value"] for found in _FIELD.finditer(text, start.end(), marks[0].start())}
    title = one_line(fields.get("Title", ""))
    if number is None:
        return Rejected("", "no arXiv id")
    if not title:
        return Rejected("", f"no title (arXiv:{number})")
    # A replaced paper is listed without an abstract.
    has_abstract = not marks[0]["link"]
    if has_abstract and len(marks) < 2:
        return Rejected("", f"cut off inside its abstract (arXiv:{number})")
    abstract = text[marks[0].end() : marks[1].start()] if has_abstract else ""
    categories = fields.get("Categories", "").split()
    return FetchedPaper(
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


def _people(text: str) -> Iterator[Author]:
    for name in _AND.split(_AFFILIATION.sub("", one_line(text))):
        if name := name.strip():
            yield Author(name)


class _Links(HtmlReader):
    """Collects links, each with its text, and the text between it and the next link."""

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


def _alert(markup: str) -> Iterator[_Item]:
    """Yield the papers of an alert: links of the service, each followed by a line of authors.

    Several links to one address are one paper: for example, its title and a picture. If the same title comes twice, the
    second is reported as a repeated paper.
    """
    links = _parsed(markup).links if markup else ()
    addresses = [_unwrapped(url) for url, _, _ in links]
    titled = {address for address, (_, title, _) in zip(addresses, links, strict=True) if title}
    seen: dict[str, str] = {}
    for address, (_, title, blocks) in zip(addresses, links, strict=True):
        if address is None or (address and not title and address in titled):
            continue
        if address in seen and address:
            if title and title == seen[address]:
                yield LeftOut("", f"it is in the mail before: {title[:80]}")
            continue
        seen[address] = title
        yield _alerted(address, title, blocks)


def _alerted(address: str, title: str, blocks: Sequence[str]) -> _Item:
    if not title:
        return Rejected("", "no title")
    if not address:
        return Rejected("", f"its link has no URL of a paper: {title[:80]}")
    authors, venue, year = _byline(blocks[0]) if blocks else ((), None, None)
    return FetchedPaper(
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
    """Return the address to which a link of an alert leads. Return None if it is no link to a paper.

    Return "" for a link of Google Scholar without an address.
    """
    try:
        parts = urlsplit(url)
    except ValueError:  # a host in brackets that is no IPv6 address
        return None
    for name, (host, path) in _REDIRECTS.items():
        if host in parts.netloc and parts.path == path:
            target = parse_qs(parts.query).get(name, [""])[0]
            return target if is_safe_link(target) else "" if name == "url" else None
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
