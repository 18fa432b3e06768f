"""With the setting pdf.search, a command that brings papers also starts to read their PDFs."""

from collections.abc import Callable
from pathlib import Path

import pytest
from pypdf import PdfWriter

from readq.services import detached_command

Run = Callable[..., object]

_ENTRY = "@misc{one, title = {One}, author = {A Noether}, year = {2026}, file = {:%s:application/pdf}}"


@pytest.mark.parametrize(("search", "is_dry"), [("true", False), ("true", True), ("false", False)])
def test_an_import_with_pdfs_starts_to_read_them(
    run_cli: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, search: str, is_dry: bool
) -> None:
    started: list[tuple[str, ...]] = []
    monkeypatch.setattr(detached_command, "start", lambda *arguments: started.append(arguments[3]))
    config, pdf, entries = tmp_path / "config.toml", tmp_path / "a.pdf", tmp_path / "a.bib"
    config.write_text(f"[pdf]\nsearch = {search}\n")
    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    writer.write(pdf)
    entries.write_text(_ENTRY % pdf)
    run_cli("--config", config, "import", entries, *(["--dry-run"] if is_dry else []))
    assert started == ([("pdf", "--index")] if search == "true" and not is_dry else [])
