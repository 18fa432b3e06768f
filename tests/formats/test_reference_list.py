"""`readq.formats.reference_list`: lists of ids, addresses and titles, and the prose that is none."""

import pytest

from readq.formats.reference_list import looks_like, parse_line, read

ATTENTION = "Attention Is All You Need"


@pytest.mark.parametrize(
    ("line", "reference", "title"),
    [
        ("1706.03762", "1706.03762", ""),
        ("- arXiv:1706.03762v2", "arXiv:1706.03762v2", ""),
        (
            f"* [{ATTENTION}](https://arxiv.org/abs/1706.03762) - read first",
            "https://arxiv.org/abs/1706.03762",
            ATTENTION,
        ),
        (f"[1706.03762] {ATTENTION}", "1706.03762", ATTENTION),
        (f"{ATTENTION} - https://arxiv.org/abs/1706.03762", "https://arxiv.org/abs/1706.03762", ATTENTION),
        (f"https://arxiv.org/abs/1706.03762\t{ATTENTION}", "https://arxiv.org/abs/1706.03762", ATTENTION),
        ("10.1145/3292500.3330701", "10.1145/3292500.3330701", ""),
        (f"3. {ATTENTION} (arXiv:1706.03762)", "arXiv:1706.03762", ATTENTION),
        ("- [ ] 2401.00001", "2401.00001", ""),
        (f"| {ATTENTION} | 1706.03762 |", "1706.03762", ATTENTION),
        (ATTENTION, "", ATTENTION),
        (f"10.1145/3292500.3330701,{ATTENTION},2017", "10.1145/3292500.3330701", ATTENTION),
        (f'"10.1145/3292500.3330701";"{ATTENTION}; or not"', "10.1145/3292500.3330701", f"{ATTENTION}; or not"),
        ("10.1145/3292500.3330701,2017", "10.1145/3292500.3330701", ""),
        ("10.1000/a,b", "10.1000/a,b", ""),
        (f"10.1145/3292500.3330701, {ATTENTION}, again", "10.1145/3292500.3330701", f"{ATTENTION}, again"),
    ],
)
def test_lines(line: str, reference: str, title: str) -> None:
    assert parse_line(line) == (reference, title)


@pytest.mark.parametrize("line", ["milk", "12", "***", "x" * 3000])
def test_lines_that_name_no_paper(line: str) -> None:
    assert parse_line(line) is None


def test_comments_and_rules_are_no_errors() -> None:
    papers, rejected = read("# to read\n\n1706.03762  \n// later\n---\nmilk\n")
    assert [(paper.line, paper.reference) for paper in papers] == [(3, "1706.03762")]
    assert rejected == [("line 6", "names no paper")]


@pytest.mark.parametrize("text", ["1706.03762", "# mine\n1706.03762\n10.1000/5\n", f"- {ATTENTION} 1706.03762\n"])
def test_lists_are_recognised(text: str) -> None:
    assert looks_like(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# only a comment\n",
        "Please read arXiv:1706.03762 before Monday.\nIt matters.\nThank you.\n",
        "requests==2.31\nflask==3.0\n",
        "- https://example.org/a\n- https://example.org/b\n",
        "An old title\nAnother title of a paper\n",
    ],
)
def test_prose_and_other_lists_are_not(text: str) -> None:
    assert not looks_like(text)


def test_a_line_that_is_too_long_is_rejected_for_its_length() -> None:
    assert read(f"word\n{'long ' * 500}\n") == (
        [],
        [("line 1", "names no paper"), ("line 2", "longer than 2,000 characters")],
    )


@pytest.mark.parametrize(
    ("line", "references"),
    [
        ("10.1000/5, 10.1000/6", ["10.1000/5", "10.1000/6"]),
        ("10.1000/5,10.1000/6;https://doi.org/10.1000/7", ["10.1000/5", "10.1000/6", "https://doi.org/10.1000/7"]),
        ("- 1706.03762 1810.04805", ["1706.03762", "1810.04805"]),
        ("PMID: 31452104 and PMID: 31452105", ["PMID:31452104", "PMID:31452105"]),
        ("arXiv:1706.03762 (https://arxiv.org/abs/1706.03762v2)", ["https://arxiv.org/abs/1706.03762v2"]),
    ],
)
def test_a_line_of_several_ids_names_several_papers(line: str, references: list[str]) -> None:
    papers, rejected = read(line)
    assert ([paper.reference for paper in papers], rejected) == (references, [])
    assert looks_like(line)
