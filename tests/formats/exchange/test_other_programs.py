"""pandoc and Typst, where they are installed, print what readq exports for them, of every type of entry."""

import importlib.util
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from exchange_entries import BIB, citables
from pypdf import PdfReader

from readq.formats.exchange import csl_json, hayagriva
from readq.model.citable import Citable

_FIELDS = (
    "author={Falk, Jr., Mia and {Lamp, Moth and Co.}}, editor={Otter, Ida}, journal={Night}, booktitle={Book},"
    " publisher={Press}, number=3, series={S}, type={x}, date={2019-03}, url={https://moths.example/x},"
    " urldate={2020-01-02}, pages={1--9}"
)
KINDS = sorted({*csl_json._TYPES, *hayagriva._TYPES, "misc"})


def papers() -> list[Citable]:
    return citables(BIB + "".join(f"@{kind}{{{kind}, title={{On {kind} & moths}}, {_FIELDS}}}\n" for kind in KINDS))


def squashed(text: str) -> str:
    return re.sub(r"\s+", "", text).casefold()


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("pandoc"), reason="pandoc is not installed")
def test_pandoc_prints_each_entry(tmp_path: Path) -> None:
    (tmp_path / "refs.json").write_text("".join(csl_json.write(papers())), encoding="utf-8")
    (tmp_path / "main.md").write_text("---\nnocite: '@*'\n---\n", encoding="utf-8")
    command = ["pandoc", "--citeproc", "--bibliography=refs.json", "--to=plain", "--wrap=none", "main.md"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=100, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    printed = squashed(done.stdout)
    assert [paper.key for paper in papers() if squashed(paper.title.replace("\\", "")) not in printed] == []
    assert "Falk, Mia, Jr." in done.stdout
    assert "101–20" in done.stdout


@pytest.mark.slow
@pytest.mark.skipif(not importlib.util.find_spec("typst"), reason="the package typst is not installed")
def test_typst_prints_each_entry(tmp_path: Path) -> None:
    import typst

    (tmp_path / "refs.yml").write_text("".join(hayagriva.write(papers())), encoding="utf-8")
    (tmp_path / "main.typ").write_text('#bibliography("refs.yml", full: true)\n', encoding="utf-8")
    typst.compile(str(tmp_path / "main.typ"), output=str(tmp_path / "main.pdf"))
    text = "\n".join(page.extract_text() for page in PdfReader(tmp_path / "main.pdf").pages)
    printed = squashed(text)
    assert [paper.key for paper in papers() if squashed(paper.title) not in printed] == []
    assert squashed("M. Falk Jr. and Lamp, Moth and Co.") in printed
