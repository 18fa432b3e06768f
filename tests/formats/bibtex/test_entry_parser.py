"""Comments between the entries and the fields of a .bib file, and values that only look like them."""

import gc
import time

import pytest

from readq.formats.bibtex.entry_parser import split_blocks, without_comments
from readq.formats.bibtex.reader import read

TITLE = "title = {Moths}, year = 2001}\n"


@pytest.mark.parametrize(
    "text",
    [
        "@misc{a, % the key\n author = {Falk, Mia}, % the author\n" + TITLE,
        '@misc{a,\n% author = {Nobody},\n author = {Falk, Mia}\n % with a } and a "\n , ' + TITLE,
        '@misc{a, author = "Falk, Mia" % {\n, ' + TITLE,
        "@misc(a, author = {Falk, Mia}, % (not the end)\n title = {Moths}, year = 2001)\n",
        "% @misc{b, title = {Left out}}\n@misc{a, author = {Falk, Mia}, " + TITLE,
        "% @misc{b,\n%   title = {Left out},\n% }\n@misc{a, author = {Falk, Mia}, " + TITLE,
        "@misc(b, title)\n% @misc{c, title = {Left out}}\n@misc{a, author = {Falk, Mia}, " + TITLE,
    ],
)
def test_a_comment_hides_neither_entry_nor_field(text: str) -> None:
    papers = {paper.key: paper for paper in read(text)[0]}
    assert papers.keys() == {"a"}
    assert (papers["a"].title, papers["a"].authors[0].name, papers["a"].year) == ("Moths", "Mia Falk", 2001)


@pytest.mark.parametrize(
    "text",
    [
        "@misc{a, title = {50 % of\n% all {moths} % of dusk}}",
        '@misc{a, title = "50 % of\n% all moths"}',
        "@misc{a%b, title = {Moths \\% of}}",
        "@comment{50 % of}\n@string{x = {y} % }\n@preamble{{x}\n% }",
        "% Encoding: UTF-8@misc{a, title = {Moths}}\n",
        "Text % @misc{a, title = {Moths}}\n",
        "@misc{b, title = {T}} @misc{a, title = {Moths\n% of dusk}}",
        "@misc{a, title = {Moths\n@misc{b, title = {50 % of}}",
    ],
)
def test_a_percent_sign_in_a_value_begins_no_comment(text: str) -> None:
    assert without_comments(text) == text


def test_a_line_break_of_tex_before_a_brace_does_not_end_a_value() -> None:
    (paper,), _ = read(r"@misc{a, title = {Moths \\{of} 50 % of dusk}, year = 2001}")
    assert "50 % of dusk" in paper.title


@pytest.mark.parametrize("piece", ["@a{k, %", "@a{ ", "% \n", "@a(k,%)", '@a{k,"%', "@a{k,\n%", " %"])
def test_hostile_text_is_read_in_linear_time(piece: str) -> None:
    began = time.process_time()
    without_comments(piece * 20_000 + " " * 100_000 + "%")
    without_comments("%\n@a{" + " " * 200_000)
    assert time.process_time() - began < 3


def test_white_space_around_the_words_of_an_entry_is_allowed() -> None:
    papers, rejected = read(
        "@ string { m = {Moths} }\n @ misc { a , title = m }\n@\tbook{b,title={An @ sign\n@ x {y}}}"
    )
    assert [(paper.key, paper.title) for paper in papers] == [("a", "Moths"), ("b", "An @ sign @ x y")]
    assert rejected == []


@pytest.mark.parametrize("start", ["@misc\n{", "@misc \n\n (", "@\nmisc{"])
def test_a_line_break_before_the_brace_of_an_entry_is_allowed(start: str) -> None:
    """Such an entry was passed over without a word."""
    end = ")" if "(" in start else "}"
    papers, rejected = read(f'@string\n{{s = "Lake"}}\n{start}moth, title = s{end}\n@misc{{lamp}}')
    assert [(paper.key, paper.title) for paper in papers] == [("moth", "Lake")]
    assert [entry.where for entry in rejected] == ["entry 2 (lamp)"]


def test_the_spaces_of_a_macro_stay_between_the_texts_that_it_joins() -> None:
    text = '@string{n = " of the Night "}@string{m = { moths } # n}@misc{a, title = "All" # m # "and Day", note = n}'
    (paper,), _ = read(text)
    assert (paper.title, dict(paper.fields)["note"]) == ("All moths of the Night and Day", "of the Night")


def test_broken_entries_leave_no_garbage_behind() -> None:
    text = "".join(f"@article{{a{number}, title={{x\n" for number in range(300))
    split_blocks(text)
    gc.collect()
    gc.disable()
    try:
        assert len(split_blocks(text)) == 300
        assert gc.collect() < 300
    finally:
        gc.enable()
