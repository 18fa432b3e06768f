"""Define the table of export formats. The command `export`, its help and the keys of the UI are made from it."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple

from readq.text import filter_output

if TYPE_CHECKING:
    # The help texts and keys that read the table need no papers.
    from readq.formats.anki import AnkiNote
    from readq.formats.field_choice import FieldChoice
    from readq.model.citable import Citable


class ExportFormat(NamedTuple):
    """A file format for citations."""

    name: str
    """The name that `export --format` takes."""
    label: str
    """The name that help texts and the UI show."""
    suffix: str
    """The suffix of the file name that the UI suggests."""
    writer: str
    """The function that makes the text of the file, as `module:function`. It is imported on first use.

    It takes papers ordered by citation key, and yields the text in parts.
    """
    is_latex: bool = False
    """Whether LaTeX prints the entries of the file.

    If so, an export reports the entries with letters that pdfLaTeX lacks.
    """
    has_choice: bool = False
    """Whether the user can choose the fields to write. If so, `writer` takes a FieldChoice as its second argument."""
    has_abstract: bool = False
    """Whether the abstract is written by default."""
    has_cards: bool = False
    """Whether `writer` takes Anki notes in place of papers."""
    is_table: bool = False
    """Whether `writer` takes papers as mappings, with the same keys and values as the JSON of `readq list --json`."""
    export_key: str = ""
    """The key to press in the UI to export the list; empty if the UI does not offer the format."""
    copy_key: str = ""
    """The key to press in the UI to copy the entry of one paper; empty if the UI has no key for this."""
    names: Mapping[str, str] = {}
    """Maps the citation keys of some papers to the keys by which a document cites these papers.

    The entry of such a paper is written with the key from the document. Any other entry is written with the paper's
    own citation key.
    """

    choice: "FieldChoice | None" = None
    """The fields that the user chose to write, or None for the default fields. Used only if `has_choice` is true."""

    @property
    def ignores_case(self) -> bool:
        """Whether case is ignored when papers are ordered by citation key. True for formats that LaTeX prints."""
        return self.is_latex

    def parts(self, papers: "Iterable[Citable]", choice: "FieldChoice | None" = None) -> Iterator[str]:
        """Yield the text of the papers in parts. The same papers always give the same bytes.

        `papers` must be ordered by citation key. `choice` names the fields to write, or is None for the default fields.
        It is used only if `has_choice` is true. The text has no control characters except tabs and newlines.
        """
        papers = self._renamed(papers) if self.names else papers
        if choice is not None and self.has_choice:
            write_chosen: Callable[[Iterable[Citable], FieldChoice], Iterator[str]] = self._writer()
            return map(filter_output, write_chosen(papers, choice))
        write: Callable[[Iterable[Citable]], Iterator[str]] = self._writer()
        return map(filter_output, write(papers))

    def _renamed(self, papers: "Iterable[Citable]") -> "Iterator[Citable]":
        from dataclasses import replace

        for paper in papers:
            if key := self.names.get(paper.key):
                yield replace(paper, key=key, former_keys=(*paper.former_keys, paper.key))
            else:
                yield paper

    def card_parts(self, notes: "Iterable[AnkiNote]") -> Iterator[str]:
        """Yield the text of a file with the Anki notes `notes`, in parts. May be called only if `has_cards` is true."""
        write: Callable[[Iterable[AnkiNote]], Iterator[str]] = self._writer()
        return map(filter_output, write(notes))

    def table_parts(self, papers: "Iterable[Mapping[str, object]]") -> Iterator[str]:
        """Yield the text of a file with `papers`, in parts. May be called only if `is_table` is true."""
        write: Callable[[Iterable[Mapping[str, object]]], Iterator[str]] = self._writer()
        return map(filter_output, write(papers))

    def _writer(self) -> Any:  # noqa: ANN401 - the function takes what the format holds
        return _function(self.writer)


@cache
def _function(name: str) -> Any:  # noqa: ANN401 - see above
    module, _, function = name.partition(":")
    return getattr(import_module(module), function)


_BIBTEX = "readq.formats.bibtex.writer"

FORMATS = {
    each.name: each
    for each in (
        ExportFormat("bibtex", "BibTeX", ".bib", f"{_BIBTEX}:write_bibtex", True, True, export_key="e", copy_key="Y"),
        ExportFormat("biblatex", "BibLaTeX", ".bib", f"{_BIBTEX}:write_biblatex", True, True),
        ExportFormat(
            "csl-json", "CSL-JSON", ".json", "readq.formats.exchange.csl_json:write", has_choice=True, has_abstract=True
        ),
        ExportFormat(
            "hayagriva",
            "Hayagriva",
            ".yml",
            "readq.formats.exchange.hayagriva:write",
            has_choice=True,
            has_abstract=True,
        ),
        ExportFormat("ris", "RIS", ".ris", "readq.formats.exchange.ris:write", has_choice=True, has_abstract=True),
        ExportFormat("anki", "Anki", ".txt", "readq.formats.anki:write", has_cards=True),
        ExportFormat("markdown", "Markdown", ".md", "readq.formats.markdown.paper_list:write"),
        ExportFormat("csv", "CSV", ".csv", "readq.formats.tables:write_csv", is_table=True),
        ExportFormat("jsonl", "JSON lines", ".jsonl", "readq.formats.tables:write_json_lines", is_table=True),
    )
}
"""Every format by its name. The first one is the default."""

DEFAULT = next(iter(FORMATS.values()))
