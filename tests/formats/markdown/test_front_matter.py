"""`readq.formats.markdown.front_matter`: lines that a search would take long for."""

import pytest

from readq.formats.markdown.front_matter import FrontMatterError, split


@pytest.mark.parametrize("space", [" ", "\t", "\u2028", "\u00a0 "])
@pytest.mark.parametrize("name", ["status", '"status"', "'status'"])
def test_a_long_line_without_a_colon_is_refused_in_time_that_grows_with_its_length(name: str, space: str) -> None:
    with pytest.raises(FrontMatterError, match="not a list of properties"):
        split(f"---\n{name}{space * (90_000 // len(space))}\n---\n")


@pytest.mark.parametrize("line", ["status : done", "status\t: done", '"status" : done', "'status': done", "status:"])
def test_the_name_of_a_property_ends_before_the_colon(line: str) -> None:
    assert [block.name for block in split(f"---\n{line}\n---\n").blocks] == ["status"]
