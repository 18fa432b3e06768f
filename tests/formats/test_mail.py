"""`readq.formats.mail`: arXiv's listings, alerts of Google Scholar and Semantic Scholar, alone and in an mbox."""

import base64
import sys

import pytest

from readq.formats import mail

LISTING = r"""From: no-reply@arxiv.org
To: cs@arxiv.org
Subject: cs daily Subj-class mailing 0 1
Date: Fri, 20 Nov 2026 05:00:00 +0000
Content-Type: text/plain; charset=utf-8

------------------------------------------------------------------------------
Send any comments regarding submissions directly to submitter.
------------------------------------------------------------------------------
\\
arXiv:2611.00001
Date: Thu, 19 Nov 2026 10:00:00 GMT   (10kb)

Title: A Made-Up Title
  on Two Lines
Authors: Jane Doe (1) and Richard Roe ((1) Example University, (2) Other)
Categories: cs.LG stat.ML
Comments: 9 pages
\\
  The abstract begins
here and goes on.
\\ ( https://arxiv.org/abs/2611.00001 ,  10kb)
------------------------------------------------------------------------------
\\
arXiv:2611.00002 (*cross-listing*)
Date: Thu, 19 Nov 2026 11:00:00 GMT   (11kb)

Title: Second
Authors: Ada Example
Categories: math.CO
\\
  Short.
\\ ( https://arxiv.org/abs/2611.00002 ,  11kb)
%%--%%--%%
"""
SCHOLAR_HTML = (
    '<h3><span>[PDF]</span> <a href="https://scholar.google.com/scholar_url?url=https://example.org/a.pdf&amp;hl=en'
    '&amp;sa=X" class="gse_alrt_title">Sparse <b>Things</b></a></h3>'
    '<div style="color:#006621">J Doe, R Roe, A… - Journal of Examples, 2026</div>'
    '<div class="gse_alrt_sni">We show …</div>'
    '<a href="https://scholar.google.com/scholar_alerts?view_op=cancel">Cancel alert</a>'
)
SCHOLAR = (
    "From: Google Scholar Alerts <scholaralerts-noreply@google.com>\r\nSubject: sparse - new results\r\n"
    "Date: Sat, 21 Nov 2026 08:00:00 -0800\r\nMIME-Version: 1.0\r\nContent-Type: text/html; charset=UTF-8\r\n"
    "Content-Transfer-Encoding: base64\r\n\r\n" + base64.encodebytes(SCHOLAR_HTML.encode()).decode()
)
SEMANTIC = """From: Semantic Scholar <do-not-reply@semanticscholar.org>
Subject: New papers
Content-Type: text/html

<a href="https://www.semanticscholar.org/paper/A-Title/{hash}?utm_source=alert_email">A Title</a><p>Jane Doe</p>
""".format(hash="0123456789abcdef0123456789abcdef01234567")


def test_a_listing_of_arxiv() -> None:
    (first, second), rejected, _ = mail.read(LISTING.encode())
    assert rejected == []
    assert (first.title, second.title) == ("A Made-Up Title on Two Lines", "Second")
    assert [author.name for author in first.authors] == ["Jane Doe", "Richard Roe"]
    assert first.abstract == "The abstract begins here and goes on."
    assert (first.identifiers, first.primary_class) == ((("arxiv", "2611.00001"),), "cs.LG")
    assert first.appearance is not None
    assert first.appearance.day == "2026-11-20"


def test_an_alert_of_google_scholar_leads_to_the_paper_itself() -> None:
    (paper,), _, _ = mail.read(SCHOLAR.encode())
    assert (paper.title, paper.url, paper.year, paper.venue) == (
        "Sparse Things", "https://example.org/a.pdf", 2026, "Journal of Examples",
    )  # fmt: skip
    assert [author.name for author in paper.authors] == ["J Doe", "R Roe"]


def test_an_alert_of_semantic_scholar() -> None:
    (paper,), _, _ = mail.read(SEMANTIC.encode())
    assert paper.title == "A Title"
    assert paper.identifiers == (("s2", "0123456789abcdef0123456789abcdef01234567"),)


def test_an_mbox_gives_the_papers_of_its_mails_and_names_the_others() -> None:
    box = "".join(
        f"From list@example.org Sat Nov 21 08:00:00 2026\n{text.replace(chr(13), '')}\n"
        for text in (LISTING, "From: a@example.org\nSubject: Lunch?\n\nAt noon.\n", SCHOLAR)
    )
    papers, rejected, _ = mail.read(box.encode())
    assert [paper.where for paper in papers] == [
        "mail 1, paper 1 (arXiv:2611.00001)",
        "mail 1, paper 2 (arXiv:2611.00002)",
        "mail 3, paper 1 (Sparse Things)",
    ]
    assert rejected == [("mail 2", "names no paper: Lunch?")]


def test_a_mail_cut_in_the_middle_gives_what_is_whole() -> None:
    papers, rejected, _ = mail.read(LISTING.partition("  Short.")[0].encode())
    assert [paper.title for paper in papers] == ["A Made-Up Title on Two Lines"]
    assert rejected == [("mail 1, paper 2", "cut off inside its abstract (arXiv:2611.00002)")]


def test_only_mails_are_recognised() -> None:
    assert all(map(mail.looks_like, (LISTING, SCHOLAR, SEMANTIC, f"From x@y.org Sat Nov 21 2026\n{LISTING}")))
    assert not mail.looks_like("Subject: prose that begins so\n\nand goes on")
    assert not mail.looks_like("From here on, all is prose.")


def test_the_work_for_a_header_does_not_grow_with_the_square_of_its_length() -> None:
    calls = [_calls_to_read(f"Content-Type: text/plain; {'x(,' * number}\n{LISTING}") for number in (2_000, 8_000)]
    assert calls[1] < 2 * calls[0]


def _calls_to_read(text: str) -> int:
    number = 0

    def count(_frame: object, event: str, _value: object) -> None:
        nonlocal number
        number += event == "call"

    sys.setprofile(count)
    try:
        mail.read(text.encode())
    finally:
        sys.setprofile(None)
    return number


def test_a_mail_with_parts_in_parts_without_end_is_rejected() -> None:
    parts = "".join(f'Content-Type: multipart/mixed; boundary="b{number}"\n\n--b{number}\n' for number in range(1_500))
    assert mail.read(f"From: a\nSubject: b\n{parts}\nx".encode()) == (
        [],
        [("mail 1", "its parts are nested too deeply")],
        [],
    )


@pytest.mark.parametrize("header", ["Content-Type: text/plain", "Content-Disposition: inline", "Date: Mon"])
def test_a_header_with_deeply_nested_comments_rejects_its_mail(header: str) -> None:
    found = mail.read(f"From: a\n{header} {'(' * 3_000}\nSubject: b\n\nx".encode())
    assert found[0] == []
    assert [one.where for one in found[1]] == ["mail 1"]


@pytest.mark.parametrize("address", ["http://[", "http://[x]/scholar_url?url=y", "//[", "http://\u2100.com/"])
def test_a_link_of_an_alert_that_is_no_address_is_left_out(address: str) -> None:
    alert = f'From: a\nSubject: b\nContent-Type: text/html; charset=utf-8\n\n<h3><a href="{address}">X</a></h3>'
    assert mail.read(alert.encode()) == ([], [("mail 1", "names no paper: b")], [])
