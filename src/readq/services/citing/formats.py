"""The table of export formats. The command `export`, its help, and the keys in the UI are made from it."""

from collections.abc import Callable, Sequence
from importlib import import_module
from typing import NamedTuple

from readq.model.citable import Citable

Writer = Callable[[Sequence[Citable]], str]


class ExportFormat(NamedTuple):
    """A format in which citations leave the library."""

    name: str
    """As `export --format` takes it."""
    label: str
    """As help texts and the UI show it."""
    suffix: str
    """Of a file that the UI suggests."""
    writer: str
    """`module:function`, imported when it is first called. The function orders the papers by key."""
    is_latex: bool = False
    """Whether LaTeX prints it, so that letters which pdfLaTeX lacks are worth a message."""
    export_key: str = ""
    """The key in the UI that exports the list in this format; without one the UI does not offer it."""
    copy_key: str = ""
    """The key in the UI that copies the entry of one paper; without one the UI does not offer it."""

    def write(self, papers: Sequence[Citable]) -> str:
        """Return the papers as text, ordered by key: the same papers give the same bytes."""
        module, _, function = self.writer.partition(":")
        writer: Writer = getattr(import_module(module), function)
        return writer(papers)


_BIBTEX = "readq.formats.bibtex.writer"

FORMATS = {
    each.name: each
    for each in (
        ExportFormat("bibtex", "BibTeX", ".bib", f"{_BIBTEX}:write_bibtex", True, export_key="e", copy_key="Y"),
        ExportFormat("biblatex", "BibLaTeX", ".bib", f"{_BIBTEX}:write_biblatex", True),
        ExportFormat("csl-json", "CSL-JSON", ".json", "readq.formats.csl_json:write"),
        ExportFormat("markdown", "Markdown", ".md", "readq.formats.markdown:write"),
    )
}
"""Every format by its name. The first one is the default."""

DEFAULT = next(iter(FORMATS.values()))
