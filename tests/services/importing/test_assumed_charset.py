"""A bibliography that is not UTF-8 is read as Windows-1252, and the import says so and names the line."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]

TEXTS = {
    "a.bib": "@book{{k,\n  title = {{{title}}},\n  author = {{{name}}}\n}}\n",
    "a.ris": "TY  - BOOK\nTI  - {title}\nAU  - {name}\nER  - \n",
    "a.json": '[\n{{"id": "k", "type": "book", "title": "{title}", "author": [{{"literal": "{name}"}}]}}]\n',
}


@pytest.mark.parametrize("large", [False, True])
@pytest.mark.parametrize("name", TEXTS)
def test_the_line_that_is_not_utf_8_is_named(run_cli: Run, tmp_path: Path, name: str, large: bool) -> None:
    # Long enough for a file that is read in parts.
    text = TEXTS[name].format(title="Über die Gänge", name="Ott, Ida") + "\n" * (3 << 20 if large else 0)
    (tmp_path / name).write_bytes(text.encode("cp1252"))
    result = run_cli("import", "--json", tmp_path / name)
    assert (result.json["new"], result.err.count("\n")) == (1, 1)
    assert f"{name}: not UTF-8 (line 2), so read as Windows-1252" in result.err
    assert run_cli("list", "--format", "{title}").out == "Über die Gänge\n"


def test_a_file_of_two_charsets_is_named(run_cli: Run, tmp_path: Path) -> None:
    path = tmp_path / "two.bib"
    path.write_bytes("@misc{a, title={Über}}\n\n".encode() + "@misc{b, title={Gänge}}\n".encode("latin-1"))
    assert "not UTF-8 (line 3)" in run_cli("import", path).err


@pytest.mark.parametrize("charset", ["utf-8", "utf-8-sig", "utf-16"])
def test_nothing_is_said_of_a_file_in_unicode(run_cli: Run, tmp_path: Path, charset: str) -> None:
    path = tmp_path / "a.bib"
    path.write_bytes(TEXTS["a.bib"].format(title="Über", name="Müller, Ida").encode(charset))
    assert run_cli("import", path).err == ""


def test_nothing_is_said_of_a_charset_that_the_file_names(run_cli: Run, tmp_path: Path) -> None:
    path = tmp_path / "a.bib"
    path.write_bytes(b"% Encoding: Cp1252\n" + TEXTS["a.bib"].format(title="Über", name="Ott, Ida").encode("cp1252"))
    assert run_cli("import", path).err == ""
