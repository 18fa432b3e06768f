"""What changes in a .bib file that others write too: only what readq wrote and nobody edited."""

import re
import time
from collections.abc import Mapping, Sequence

import pytest
from bib_revision import Revised, replace, revise
from example_settings import repeatable
from hypothesis import given
from hypothesis import strategies as st

from readq.formats.bib_file.blocks import ENTRY, blocks
from readq.formats.bib_file.revision import Wishes, digest
from readq.formats.bib_file.soundness import RefusedError
from readq.model.bib_entries import Fresh, Written


def entry(key: str, title: str = "T") -> str:
    return f"@misc{{{key},\n  title = {{{title}}},\n}}\n"


def fresh(*keys: str, title: str = "T", published: bool = False) -> list[Fresh]:
    return [Fresh(number, key, entry(key, title), published) for number, key in enumerate(keys, 1)]


def revised(
    data: str,
    papers: Sequence[Fresh],
    last: Mapping[str, Written] | None = None,
    doubles: Mapping[int, str] | None = None,
    **wishes: object,
) -> Revised:
    return revise(data.encode(), papers, last or {}, doubles or {}, Wishes(**wishes))  # type: ignore[arg-type]  # of a test


def test_a_new_file_has_the_entries_with_blank_lines_between() -> None:
    done = revised("", fresh("a", "b"))
    assert done.data.decode() == entry("a") + "\n" + entry("b")
    assert done.added == ["a", "b"]


def test_own_entries_are_renewed_in_place_and_new_ones_added_in_key_order() -> None:
    first = revised("% mine\n@book{m, title={M}}\n", fresh("c", "x"))
    assert re.findall(r"\{(\w),", first.data.decode()) == ["c", "m", "x"]
    papers = [*fresh("c", "x", title="New"), Fresh(3, "p", entry("p"))]
    done = revised(first.data.decode(), sorted(papers, key=lambda one: one.key), first.written)
    assert done.data.decode() == (
        "% mine\n" + entry("c", "New") + "\n@book{m, title={M}}\n\n" + entry("p") + "\n" + entry("x", "New")
    )
    assert (done.renewed, done.added) == (["c", "x"], ["p"])


def test_new_entries_stand_last_where_the_file_is_not_sorted() -> None:
    done = revised("@misc{z,}\n@misc{b,}", fresh("c"))
    assert done.data.decode() == "@misc{z,}\n@misc{b,}\n\n" + entry("c")


def test_many_new_entries_take_linear_time() -> None:
    papers = fresh(*[f"k{number:05}" for number in range(20_000)], title="T" * 500)
    for data in ("", "@misc{z,}\n@misc{b,}"):
        start = time.process_time()
        assert len(revised(data, papers).added) == 20_000
        assert time.process_time() - start < 3


def test_a_comment_stays_with_the_entry_after_it() -> None:
    done = revised("@misc{a,}\n\n% on c\n@misc{c,}\n", fresh("b"))
    assert done.data.decode() == "@misc{a,}\n\n" + entry("b") + "\n% on c\n@misc{c,}\n"


@pytest.mark.parametrize(
    ("head", "comment"),
    [
        ("% mine\n", ""),
        ("% mine\n\n", "% on c\n"),
        ("% mine\n\n", "% on c\n% and more\n"),
        ("\n", "% on c\n"),
        ("% mine\n% too\n", ""),
        ('@string{s = "x"}\n', "% on c\n"),
        ('@string{s = "x"} % of s\n', "% on c\n"),
        ('@string{s = "x"}\n\n', ""),
        ("% Encoding: UTF-8\n\n", ""),
        ("", ""),
    ],
)
def test_a_comment_above_the_first_entry_stays_with_it(head: str, comment: str) -> None:
    done = revised(f"{head}{comment}@misc{{c,}}\n", fresh("b"))
    assert done.data.decode() == f"{head}{entry('b')}\n{comment}@misc{{c,}}\n"


def test_new_entries_stand_between_blocks_and_never_in_them() -> None:
    line = '@misc{a,} @string{s = "one\n\n two"}'
    done = revised(f"{line}\n@misc{{c,}}\n", fresh("b"))
    assert done.data.decode() == f"{line}\n\n{entry('b')}@misc{{c,}}\n"
    done = revised(f"{line} @misc{{c,}}\n", fresh("b"))
    assert done.data.decode() == f"{line} {entry('b')}\n@misc{{c,}}\n"


def test_a_new_entry_stands_before_a_renewed_or_removed_one() -> None:
    first = revised("", fresh("b", "c", "e"))
    papers = [Fresh(4, "a", entry("a")), *fresh("b", "c", "e", title="New")]
    done = revised(first.data.decode(), papers, first.written)
    assert done.data.decode() == "\n".join([entry("a"), entry("b", "New"), entry("c", "New"), entry("e", "New")])
    done = revised(first.data.decode(), [papers[0], Fresh(5, "d", entry("d")), papers[3]], first.written, removes=True)
    assert done.data.decode() == "\n".join([entry("a"), entry("d"), entry("e", "New")])


@pytest.mark.parametrize(
    "copy", ["@comment{{\n{}}}\n", "@comment(\n{})\n", "@misc{{z, note = {{\n{}}}}}\n", '@misc{{z, note = "\n{}"}}\n']
)
def test_a_copy_of_an_entry_in_another_block_is_no_entry(copy: str) -> None:
    last = revised("", fresh("a")).written
    text = copy.format(entry("a"))
    changed = fresh("a", title="New")
    assert replace(text.encode(), changed, last, Wishes()) is None
    assert replace((text + entry("a")).encode(), changed, last, Wishes()) is None
    done = revised(text + entry("a"), changed, last)
    assert done.data.decode() == text + entry("a", "New")


def test_what_somebody_edited_is_left_and_named_until_the_reader_says_otherwise() -> None:
    first = revised("", fresh("a", "b"))
    edited = first.data.decode().replace("{T}", "{Mine}", 1)
    done = revised(edited, fresh("a", "b", title="New"), first.written)
    assert (done.edited, done.renewed) == (["a"], ["b"])
    assert "Mine" in done.data.decode()
    again = revised(done.data.decode(), fresh("a", "b", title="New"), done.written, renew=["A"])
    assert again.data.decode() == entry("a", "New") + "\n" + entry("b", "New")


def test_what_somebody_removed_or_commented_out_is_not_added_again() -> None:
    first = revised("", fresh("a", "b", "c"))
    text = entry("c") + "\n" + "".join(f"% {line}\n" for line in entry("b").splitlines())
    done = revised(text, fresh("a", "b", "c"), first.written)
    assert (done.deleted, done.commented, done.data.decode()) == (["a"], ["b"], text)
    assert revised(text, fresh("a", "b", "c"), done.written).deleted == ["a"]
    assert revised(text, fresh("a", "b", "c"), done.written, renew=["a"]).added == ["a"]


def test_entries_of_others_are_neither_replaced_nor_doubled() -> None:
    text = entry("a", "Theirs") + "\n" + entry("other", "Same")
    done = revised(text, fresh("a", "b"), doubles={2: "other"})
    assert (done.foreign, done.doubled, done.data.decode()) == (["a"], {"b": "other"}, text)


def test_a_publication_waits_until_it_is_accepted() -> None:
    first = revised("", fresh("a"))
    later = fresh("a", title="Published", published=True)
    done = revised(first.data.decode(), later, first.written)
    assert (done.held, done.data) == (["a"], first.data)
    accepted = revised(first.data.decode(), later, done.written, accepts_published=True)
    assert accepted.renewed == ["a"]
    assert revised(accepted.data.decode(), fresh("a", title="X", published=True), accepted.written).renewed == ["a"]


def test_entries_of_papers_that_are_no_longer_chosen_are_removed_from_kept_files_only() -> None:
    first = revised("% top\n\n@misc{b, x={}}\n", fresh("a", "c"))
    assert revised(first.data.decode(), fresh("c"), first.written).data == first.data
    done = revised(first.data.decode(), [], first.written, removes=True)
    assert (done.removed, done.data.decode()) == (["a", "c"], "% top\n\n@misc{b, x={}}\n\n")


def test_line_ends_stay_those_of_the_file_and_do_not_count_as_edits() -> None:
    first = revised("", fresh("a"))
    text = first.data.decode().replace("\n", "\r\n")
    done = revised(text, fresh("a", "b"), first.written)
    assert done.data.decode() == text + "\r\n" + entry("b").replace("\n", "\r\n")
    assert done.edited == []


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"@misc{a,}\n<<<<<<< HEAD\n=======\n>>>>>>> x\n", "line 2"),
        (b"\n@misc{a, title = {x\n", "line 2"),
        (b"@misc{a, title = {\xe9}}\n", "line 1"),
        ("@misc{a,}".encode("utf-16"), "line 1"),
    ],
)
def test_files_that_cannot_be_told_apart_are_refused(data: bytes, why: str) -> None:
    with pytest.raises(RefusedError, match=why):
        revise(data, fresh("a"), {}, {}, Wishes())


KEYS = st.sampled_from([f"{letter}{number}" for letter in "abcxyz" for number in range(3)])
FOREIGN = st.sampled_from(
    [
        "% a comment\n", "free text } with { braces\n", "@string{x = \"y\"}\n", "@comment{jabref-meta: x;}\n", "\n", "\n\n",  # noqa: E501
        "@book{own1,title={A}}", "@book{own2,\n title=\"{B}\"\n}\n", "@misc ( own3 , note={)} )\n", "% @misc{a0,}\n", "\t \n",  # noqa: E501
        "é ñ 漢字\n", "@article{own4,\n  title = {C},\n}\n\n", '@string{u = "two\n lines"}\n', "@preamble{{a\n\nb}}\n",
        "@comment{\n@misc{a0,\n  title = {T},\n}\n}\n", "@comment(\n@misc{x0,\n  title = {T},\n}\n)\n",
    ]
)  # fmt: skip


@repeatable
@given(
    st.lists(FOREIGN, max_size=8),
    st.lists(st.tuples(st.sets(KEYS, max_size=6), st.sampled_from("TUV"), st.booleans()), min_size=1, max_size=4),
    st.booleans(),
)
def test_no_byte_of_others_changes(parts: list[str], rounds: list[tuple[set[str], str, bool]], windows: bool) -> None:
    data = "".join(parts).encode()
    data = data.replace(b"\n", b"\r\n") if windows else data
    numbers = {key: number for number, key in enumerate(sorted({key for keys, _, _ in rounds for key in keys}), 1)}
    last: Mapping[str, Written] = {}
    for keys, title, removes in rounds:
        papers = [Fresh(numbers[key], key, entry(key, title)) for key in sorted(keys)]
        done = revise(data, papers, last, {}, Wishes(removes=removes))
        assert without(done.data, done.written) == without(data, last)
        again = revise(done.data, papers, done.written, {}, Wishes(removes=removes))
        assert again.data == done.data
        for changed in [Fresh(numbers[key], key, entry(key, "Quick")) for key in sorted(keys)][:1]:
            quick = replace(done.data, [changed], done.written, Wishes())
            if quick is not None:
                assert without(quick.data, {**done.written, **quick.written}) == without(done.data, done.written)
                assert quick.data == revise(done.data, [changed], done.written, {}, Wishes()).data
        data, last = done.data, done.written


def without(data: bytes, own: Mapping[str, Written]) -> bytes:
    """The bytes of others: without readq's entries, and without the blank lines that may separate them."""
    rest = bytearray(data)
    for block in reversed(blocks(data)):
        text = data[block.start : block.end]
        if block.kind == ENTRY and block.key in own and own[block.key].sha256 == digest(text):
            del rest[block.start : block.end]
    return b"\n".join(line for line in bytes(rest).replace(b"\r\n", b"\n").split(b"\n") if line)
