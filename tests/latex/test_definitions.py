from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from readq.latex.definitions import with_definitions

Run = Callable[..., Any]


def test_each_command_is_defined_once_before_its_first_use() -> None:
    parts = ["@a{1,\n}\n", "\n@a{2, \\noopsort{b}\\cprime}\n", "\n@a{3, \\noopsort{c} \\switchargs{a}{b} \\cprimes}\n"]
    assert "".join(with_definitions(parts)) == (
        "@a{1,\n}\n"
        '\n@preamble{"\\providecommand{\\cprime}{$\'$}\\providecommand{\\noopsort}[1]{}"}\n'
        "\n@a{2, \\noopsort{b}\\cprime}\n"
        '\n@preamble{"\\providecommand{\\switchargs}[2]{#2#1}"}\n'
        "\n@a{3, \\noopsort{c} \\switchargs{a}{b} \\cprimes}\n"
    )
    first = "@a{1, \\noopsort{b}}\n"
    assert "".join(with_definitions([first])) == f'@preamble{{"\\providecommand{{\\noopsort}}[1]{{}}"}}\n\n{first}'


@pytest.mark.parametrize("dialect", ["bibtex", "biblatex"])
def test_an_export_defines_what_the_preamble_of_the_file_defined(run_cli: Run, tmp_path: Path, dialect: str) -> None:
    entries = "".join(
        f"@article{{{key}, title={{Ponds {key}}}, author={{{{\\noopsort{{{key}}}}}Heron, Ada}}, journal={{L}}}}\n"
        for key in ("a", "b")
    )
    (tmp_path / "refs.bib").write_text(f'@preamble{{"\\newcommand{{\\noopsort}}[1]{{}}"}}\n{entries}', encoding="utf-8")
    run_cli("import", tmp_path / "refs.bib")
    out = tmp_path / "out.bib"
    assert run_cli("export", "--format", dialect, "-o", out).status == 0
    text = out.read_text(encoding="utf-8")
    assert text.startswith('@preamble{"\\providecommand{\\noopsort}[1]{}"}\n\n@article{a,\n')
    assert text.count("@preamble") == 1
    assert run_cli("export", "--format", dialect, "-o", out).status == 0
    assert run_cli("import", "--json", out).json["unchanged"] == 2
    assert run_cli("export", "--format", dialect).out == text
