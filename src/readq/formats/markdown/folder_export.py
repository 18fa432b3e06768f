"""Write a paper as a Markdown page for Obsidian, and the table of such pages as a `.base` file (YAML)."""

from readq.formats.markdown.note_file import NoteProperties, render
from readq.formats.markdown.paper_list import escaped
from readq.model.identifiers import is_safe_link

_BASE = """\
filters:
  and:
    - citekey != ""
views:
  - type: table
    name: All papers
    order:
      - file.name
      - title
      - authors
      - year
      - status
      - tags
      - due
  - type: table
    name: Queue
    filters:
      and:
        - status == "queued"
    order:
      - file.name
      - title
      - year
      - added
  - type: table
    name: Due
    filters:
      and:
        - due <= today()
    order:
      - file.name
      - title
      - due
"""


def page(properties: NoteProperties, abstract: str | None, note: str | None, address: str | None) -> str:
    """Return the content of the page of a paper. It has front matter, the title, a link, the abstract and the note.

    `address` is the URL to which the link leads. The link is left out if `address` is None or not safe to open.
    """
    parts = [f"# {escaped(properties.title)}"]
    if address and is_safe_link(address):
        parts.append(f"[{escaped(address)}](<{address}>)")
    if abstract:
        quoted = "\n".join(f"> {line}".rstrip() for line in escaped(abstract).split("\n"))
        parts.append(f"> [!abstract]\n{quoted}")
    if note:
        parts.append(f"## Note\n\n{note}")
    # The property `readq` would make the page a file of the folder of notes.
    return render(properties, "\n\n".join(parts)).replace("\nreadq: ", "\ncitekey: ", 1)


def base() -> str:
    """Return the content of a `.base` file with tables of all papers, the queue, and the papers due for review."""
    return _BASE
