"""`readq.services.citing.output_file`: files that differ only in white space at their ends, and those of others."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readq.services.citing.output_file import ForeignFileError, refuse_foreign
from readq.spool import Spool

BLANK = st.text(" \t\n", max_size=8)
TEXT = st.text("ab \n", max_size=12)


def is_refused(path: Path, present: str, text: str) -> bool:
    path.write_bytes(present.encode())
    with Spool() as spool:
        spool.write(text)
        try:
            refuse_foreign(str(path), spool, None)
        except ForeignFileError:
            return True
    return False


@given(before=BLANK, text=TEXT, after=BLANK, other=TEXT)
def test_white_space_at_the_ends_does_not_count(
    tmp_path_factory: pytest.TempPathFactory, before: str, text: str, after: str, other: str
) -> None:
    path = tmp_path_factory.mktemp("bib") / "refs.bib"
    assert not is_refused(path, before + text + after, text)
    assert is_refused(path, before + text + after, other) == (text.strip() not in ("", other.strip()))


@pytest.mark.parametrize("blank", ["\n", " \n", "\t"])
def test_a_megabyte_of_blank_lines_is_read_once(tmp_path: Path, blank: str) -> None:
    long = blank * (1_000_000 // len(blank))
    assert is_refused(tmp_path / "refs.bib", f"% mine{long}", "")
    assert not is_refused(tmp_path / "refs.bib", f"{long}\n% mine\n{long}", "% mine")
