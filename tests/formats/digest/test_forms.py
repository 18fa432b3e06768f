"""The forms of a digest: what any title, author or address becomes in text, Markdown, HTML, a line and a mail."""

import email
import email.policy
import re
import shlex
from datetime import UTC, date, datetime
from email.message import EmailMessage
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from readq.formats.digest import html, line, markdown, message, plain
from readq.formats.digest.contents import Digest, DigestPaper, DigestQuestion, Section
from readq.formats.digest.message import Envelope
from readq.services.views import own_view
from readq.text import one_line

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
HOSTILE = (
    "<script>alert(1)</script><img src=x onerror=y>",
    "A\r\nBcc: eve@example.org\r\n\r\nbody",
    "=?utf-8?q?A=0D=0ABcc:_eve=40example.org?=",
    "=?utf-8?b?DQpCY2M6IGV2ZQ==?= and more",
    "\u202eright to left\u2066 and \x1b[31mred",
    "統計学" * 40,
    "e" + "\u0301" * 50,
    '" onmouseover="x',
    "x" * 500,
    "👩\u200d🔬 " * 60,
    "* _a_ `b` [c](javascript:d) # e | f",
    "\ud800 lone",
    ".\r\n.\r\nQUIT",
    "a\u2028b\x85c\x0bd",
)
ADDRESSES = st.sampled_from(
    [None, "https://arxiv.org/abs/2611.00001", "https://x.example/?a=1&b=\"'%3C", f"https://x.example/{'y' * 300}"]
)
texts = st.one_of(st.sampled_from(HOSTILE), st.text(max_size=200)).map(one_line).filter(bool)
papers = st.builds(
    DigestPaper,
    title=texts,
    authors=st.lists(texts, max_size=6).map(tuple),
    address=ADDRESSES,
    interest=st.one_of(st.none(), st.integers(0, 100)),
    upvotes=st.one_of(st.none(), st.integers(0, 10**6)),
    feed=texts,
    reference=st.sampled_from(["12", "ho2020denoising", "k" * 40]),
)
caught = st.builds(
    lambda name, listed, more: Section(
        "paper", tuple(listed), len(listed) + more, shlex.join([own_view(name)]), f"raised by watch {name}", name
    ),
    name=texts,
    listed=st.lists(papers, max_size=2),
    more=st.integers(0, 50),
)
"""A section of papers that a watch caught. A watch may have any name."""
questions = st.builds(DigestQuestion, question=texts, title=texts, answer=texts, reference=st.just("12"))
DUE = st.sampled_from([(0, 0), (1, 1), (4000, 5)])
days = st.dates(date(2020, 1, 1), date(2030, 1, 1))


@st.composite
def digests(draw: st.DrawFn) -> Digest:
    listed = tuple(draw(st.lists(papers, max_size=4)))
    total = len(listed) + draw(st.integers(0, 10_000)) if listed else 0
    oldest = draw(st.one_of(st.none(), papers))
    section = Section("new paper", listed, total, "status:inbox added:2026-11-22..")
    sections, due = (section, *draw(st.lists(caught, max_size=2))), draw(DUE)
    question = draw(st.one_of(st.none(), questions))
    return Digest(draw(days), NOW, sections, int(oldest is not None), oldest, 63, *due, question=question)


def with_title(title: str, **changes: Any) -> Digest:  # noqa: ANN401 - fields of Digest
    paper = DigestPaper(one_line(title), ("Ada Lovelace",), "https://x.example/", 70, 3, "hf-daily", "12")
    digest = Digest(NOW.date(), NOW, (Section("new paper", (paper,), 1, "status:inbox"),), 0, None, 0, 0, 0)
    return digest._replace(**changes)


def every_paper(digest: Digest, *, oldest: bool = True) -> list[DigestPaper]:
    papers = [paper for section in digest.sections for paper in section.papers]
    return [*papers, digest.oldest] if oldest and digest.oldest else papers


@settings(max_examples=40)
@given(digests())
def test_text_is_at_most_72_columns_and_has_every_word(digest: Digest) -> None:
    text = plain.write(digest)
    assert max(cell_len(each) for each in text.split("\n")) <= 72
    squeezed = "".join(text.split())
    for paper in every_paper(digest, oldest=False):
        assert "".join(paper.title.split()) in squeezed
        assert f"    readq mark queued {paper.reference}\n    readq mark dropped {paper.reference}\n" in text
        assert paper.address is None or paper.address in squeezed
    if digest.new.rest:
        assert "".join(f"{digest.new.rest}: readq list {digest.new.query}".split()) in squeezed


class _Tags(HTMLParser):
    """Collects the tags, attributes and text of a page."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.found: set[str] = set()
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""
        self.depth: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.add(tag)
        self.attributes += attrs
        if tag != "meta":
            self.depth.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.depth.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


@settings(max_examples=40)
@given(digests())
def test_html_has_only_its_own_tags_and_shows_every_title(digest: Digest) -> None:
    parsed = _Tags(html.write(digest))
    own = {"html", "head", "meta", "title", "style", "body", "h1", "h2", "p", "ol", "ul", "li", "b", "a", "bdi"}
    assert parsed.found <= {*own, "div", "code"}
    assert parsed.depth == []
    allowed = {"lang", "charset", "name", "content", "http-equiv", "href", "class"}
    assert {name for name, _ in parsed.attributes} <= allowed
    links = {value for name, value in parsed.attributes if name == "href"}
    assert links == {paper.address for paper in every_paper(digest) if paper.address}
    for paper in every_paper(digest, oldest=False):
        assert paper.title in parsed.text
        assert f"readq mark queued {paper.reference}" in parsed.text


def test_html_loads_nothing_and_has_a_light_and_a_dark_theme() -> None:
    page = html.write(with_title("A"))
    assert not re.search(r"<(?:script|img|link|iframe)|@import|url\(", page)
    assert "default-src 'none'" in page
    assert "prefers-color-scheme: dark" in page


@settings(max_examples=40)
@given(digests())
def test_markdown_takes_no_title_for_markup(digest: Digest) -> None:
    without_code = re.sub(r"(?<![`\\])(`+)(?!`).*?(?<!`)\1(?!`)", "", markdown.write(digest))
    bare = re.sub(r"\\.", "", without_code, flags=re.DOTALL)
    assert "[" not in bare
    addresses = {f"<{paper.address}>" for paper in every_paper(digest) if paper.address}
    assert set(re.findall(r"<[^>]*>", bare)) <= {re.sub(r"\\.", "", each) for each in addresses}
    assert bare.count("**") == 2 * len(every_paper(digest))


@settings(max_examples=40)
@given(digests())
def test_the_line_is_one_line(digest: Digest) -> None:
    text = line.write(digest)
    assert text.endswith("\n")
    assert len(text.splitlines()) == 1


def test_the_line_names_the_numbers_that_are_not_0() -> None:
    paper = with_title("A").new.papers[0]
    assert line.write(with_title("A", queued=1200, oldest=paper, due=390, due_today=5)) == (
        "1 new · 1,200 queued · review 5 of 390\n"
    )
    assert line.write(with_title("A", sections=(Section("new paper", (), 0, ""),))) == "nothing new\n"


def parsed_mail(digest: Digest) -> EmailMessage:
    data = message.write(digest, Envelope("ada@example.org", "bob@example.org"), NOW).as_bytes()
    # No line is long, only CRLF ends one, and all is ASCII: no server has a reason to change it.
    assert data.isascii()
    assert max(map(len, data.split(b"\r\n"))) <= 998
    assert b"\n" not in data.replace(b"\r\n", b"")
    mail = email.message_from_bytes(data, policy=email.policy.default)
    assert isinstance(mail, EmailMessage)
    return mail


@settings(max_examples=40)
@given(digests())
@example(with_title(HOSTILE[1]))
@example(with_title(HOSTILE[2]))
@example(with_title(HOSTILE[3]))
@example(with_title("👩\u200d🔬" * 60))
@example(with_title("👩\u200d🔬 " * 60))
def test_a_mail_has_its_own_headers_and_no_other(digest: Digest) -> None:
    mail = parsed_mail(digest)
    own = ["From", "To", "Subject", "Date", "Message-ID", "List-Id", "Auto-Submitted", "MIME-Version", "Content-Type"]
    assert sorted(mail.keys()) == sorted(own)
    assert mail.defects == []
    assert (mail["To"], mail["Auto-Submitted"]) == ("bob@example.org", "auto-generated")
    assert mail["Date"].datetime == NOW
    # A subject of long words may be folded right after its name, which leaves a space before it.
    assert one_line(mail["Subject"]) == mail["Subject"].strip()
    assert "eve" not in "".join(f"{mail[name]}" for name in own if name != "Subject")


@settings(max_examples=40)
@given(digests())
def test_a_mail_has_the_text_and_the_page(digest: Digest) -> None:
    mail = parsed_mail(digest)
    text, page = mail.iter_parts()
    assert [part.get_content_type() for part in (text, page)] == ["text/plain", "text/html"]
    assert text.get_content().replace("\r\n", "\n") == plain.write(digest)
    assert page.get_content().replace("\r\n", "\n") == html.write(digest)


@pytest.mark.parametrize("title", ["Grüße aus 東京", "A title", "Attention is all you need " * 9], ids=ascii)
def test_the_subject_is_the_number_and_the_first_title(title: str) -> None:
    subject = parsed_mail(with_title(title))["Subject"]
    assert subject.startswith(f"readq: 1 new paper: {title[:20]}")
    assert len(subject) <= 120


def test_the_message_id_stays_with_the_contents() -> None:
    def identity(digest: Digest, recipient: str = "bob@example.org", now: datetime = NOW) -> str:
        return str(message.write(digest, Envelope("ada@example.org", recipient), now)["Message-ID"])

    first = with_title("A")
    same = identity(first)
    assert re.fullmatch(r"<digest\.2026-11-23\.[0-9a-f]{24}@example\.org>", same)
    assert identity(first._replace(since=NOW.replace(hour=3)), now=NOW.replace(hour=9)) == same
    others = [with_title("B"), with_title("A", due=1), with_title("A", day=date(2026, 11, 24))]
    assert len({same, identity(first, "eve@example.org"), *map(identity, others)}) == 5


@pytest.mark.parametrize("text", ["ada@example.org", "a.b+c@mail.example.org", "x@localhost"])
def test_an_address(text: str) -> None:
    assert message.is_address(text)


@pytest.mark.parametrize(
    "text",
    ["", "ada", "@x.org", "a@", "a b@x.org", "a@x.org\r\nRCPT TO:<eve@x.org>", "<a@x.org>", "a@x.org,b@x.org",
     "Ada <a@x.org>", '"a"@x.org', "ä@x.org", "a@x.org>", "a@[127.0.0.1]", ".a@x.org", "a@x.org\n",
     f"{'a' * 300}@x.org", f"a@{'a' * 200}!", "a@x..org"],
    ids=ascii,
)  # fmt: skip
def test_not_an_address(text: str) -> None:
    assert not message.is_address(text)
