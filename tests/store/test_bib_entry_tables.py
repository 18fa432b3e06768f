"""An update with its entries in tables, and of a file in parts, is that of a file that is in memory as a whole."""

from collections.abc import Sequence
from contextlib import closing

from example_settings import repeatable
from hypothesis import given
from hypothesis import strategies as st
from plain_revision import PlainRevision

from readq.formats.bib_file.block_list import BlockList
from readq.formats.bib_file.blocks import scan
from readq.formats.bib_file.content import Content
from readq.formats.bib_file.revision import FewEntries, Revision, Wishes, revise
from readq.model.bib_entries import Fresh, Written
from readq.store.bib_entry_tables import EntryTables
from readq.store.bib_files import EntryRow

LISTS = ("added", "renewed", "removed", "edited", "deleted", "commented", "foreign", "held", "doubled")
KEYS = st.sampled_from([f"{letter}{number}" for letter in "abcxÄ" for number in range(3)])
OTHERS = st.sampled_from(
    [
        "% a comment\n", "free text } with { braces\n", "@string{x = \"y\"}\n", "@comment{meta: x;}\n", "\n", "\n\n",
        "@book{own1,title={A}}", "@Misc{B1,\n title=\"{B}\"\n}\n", "@misc ( own3 , note={)} )\n", "% @misc{a0,}\n",
        "é ñ 漢字\n", "@article{ä1,\n  title = {C},\n}\n\n", '@string{u = "two\n lines"}\n', "@preamble{{a\n\nb}}\n",
        "@comment{\n@misc{a0,\n  title = {T},\n}\n}\n", "% @misc{b0,} @misc{b1,}\n", "\t \n", " % on the next\n",
    ]
)  # fmt: skip
ROUND = st.tuples(
    st.dictionaries(KEYS, st.tuples(st.sampled_from("TUV"), st.booleans()), max_size=6),
    st.booleans(),
    st.booleans(),
    st.sets(KEYS, max_size=2),
    st.sets(st.integers(1, 15), max_size=2),
    st.tuples(st.sampled_from(["", "{T}", "{U}", "\n\n", "\n"]), st.sampled_from(["{Mine}", "\n", "% "])),
)


def entry(key: str, title: str) -> str:
    return f"@misc{{{key},\n  title = {{{title}}},\n}}\n"


def told(revision: Revision) -> dict[str, list[str]]:
    return {name: list(getattr(revision, name)) for name in LISTS if getattr(revision, name)}


def in_parts(data: bytes, size: int) -> Content:
    return Content(len(data), lambda start, end: data[start:end], size)


def in_tables(
    content: Content, fresh: Sequence[Fresh], last: dict[str, Written], doubles: dict[int, str], wishes: Wishes
) -> tuple[bytes, dict[str, Written], dict[str, list[str]]]:
    """Revise the file with entries in tables. Return the new bytes, what is then stored, and the lists of keys."""
    with closing(EntryTables()) as tables:
        tables.add_last([EntryRow(key, *written) for key, written in last.items()], are_stored=True)
        tables.add_fresh(reversed(fresh))
        revision = revise(content, BlockList(scan(content)), tables, doubles, wishes)
        stored = dict(last)
        for key in tables.gone():
            del stored[key]
        stored.update((row.key, Written(*row[1:])) for row in tables.changed())
        return b"".join(revision.parts()), stored, told(revision)


@repeatable
@given(st.lists(OTHERS, max_size=8), st.lists(ROUND, min_size=1, max_size=4), st.booleans(), st.integers(1, 60))
def test_every_way_to_revise_a_file_gives_the_same(
    parts: list[str], rounds: list[tuple[dict[str, tuple[str, bool]], bool, bool, set[str], set[int], tuple[str, str]]],
    windows: bool, size: int,
) -> None:  # fmt: skip
    data = "".join(parts).encode()
    data = data.replace(b"\n", b"\r\n") if windows else data
    keys = sorted({key for papers, *_ in rounds for key in papers})
    numbers = {key: number for number, key in enumerate(keys, 1)}
    last: dict[str, Written] = {}
    for papers, removes, accepts, renew, same, (before, after) in rounds:
        chosen = sorted(papers, key=lambda key: (key.casefold(), key))
        fresh = [Fresh(numbers[key], key, entry(key, papers[key][0]), papers[key][1]) for key in chosen]
        doubles, wishes = dict.fromkeys(same, "own1"), Wishes(renew, accepts, removes)
        plain = PlainRevision(data, fresh, last, doubles, wishes)
        plain.told.pop("unchanged", None)
        for content in (Content.of(data), in_parts(data, size)):
            few = FewEntries(fresh, last)
            revision = revise(content, BlockList(scan(content)), few, doubles, wishes)
            assert (b"".join(revision.parts()), few.written) == (plain.data, plain.written)
            assert told(revision) == plain.told
            assert revision.is_change == (plain.data != data)
            assert in_tables(content, fresh, last, doubles, wishes) == (plain.data, plain.written, plain.told)
        data, last = plain.data, plain.written
        data = data.replace(before.encode(), after.encode(), 1) if before else data
