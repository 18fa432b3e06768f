"""`readq.formats.markdown.front_matter`: names of properties, long lines, and values that are long or deep."""

import pytest

from readq.formats.markdown.front_matter import FrontMatterError, split, values, write


@pytest.mark.parametrize("space", [" ", "\t", "\u2028", "\u00a0 "])
@pytest.mark.parametrize("name", ["status", '"status"', "'status'"])
def test_a_long_line_without_a_colon_is_refused_in_time_that_grows_with_its_length(name: str, space: str) -> None:
    with pytest.raises(FrontMatterError, match="not a list of properties"):
        split(f"---\n{name}{space * (90_000 // len(space))}\n---\n")


@pytest.mark.parametrize("line", ["status : done", "status\t: done", '"status" : done', "'status': done", "status:"])
def test_the_name_of_a_property_ends_before_the_colon(line: str) -> None:
    assert [block.name for block in split(f"---\n{line}\n---\n").blocks] == ["status"]


@pytest.mark.parametrize("name", ["dc:title", "a#b", "tag:a:b", "my key"])
def test_a_colon_or_a_hash_within_a_word_belongs_to_the_name(name: str) -> None:
    assert [block.name for block in split(f"---\n{name}: x: y # z\n---\n").blocks] == [name]


def test_the_longest_lists_of_authors_are_read_back() -> None:
    names = [f"Given Middle Familyname{number}" for number in range(15_000)]
    blocks = split(f"{write({'authors': names, 'readq': 'key'})}text").blocks
    assert values(blocks, ["authors", "readq"]) == {"authors": names, "readq": "key"}


@pytest.mark.parametrize(("nested", "times"), [("[[a]]", 1), ("{a: b}", 1), ("[", 90_000), ("{a: ", 200_000)])
def test_nested_values_are_refused_however_deep_they_are(nested: str, times: int) -> None:
    # Newer versions of the parser have a limit of their own, so that they read thousands of levels as no YAML.
    with pytest.raises(FrontMatterError, match="not flat" if times == 1 else "not (flat|YAML)"):
        values(split(f"---\ntags: {nested * times}\n---\n").blocks, ["tags"])
