"""Write and read the Markdown file of a note: front matter about the paper, and the text of the note.

The front matter follows the rules of Obsidian (see `front_matter`). The property `readq` contains the citation key. A
file without this property is not a file of readq. Properties that readq does not know are kept unchanged.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from readq.errors import UsageError
from readq.formats.markdown.front_matter import Block, FrontMatterError, Value, split, values, write
from readq.text import normalise_tag, strip_controls

KEY = "readq"
_NAMES = ("title", "aliases", "authors", "year", "arxiv", "doi", "url", "status", "tags", "added", "due", KEY)


class NoteProperties(NamedTuple):
    """The properties of a paper in the front matter of its note."""

    key: str
    """The citation key of the paper."""
    title: str
    status: str
    tags: Sequence[str] = ()
    aliases: Sequence[str] = ()
    """The title of the paper, its former citation keys, and aliases that the user added."""
    authors: Sequence[str] = ()
    year: int | None = None
    arxiv: str | None = None
    doi: str | None = None
    url: str | None = None
    added: date | None = None
    due: date | None = None
    refused_tags: Sequence[str] = ()
    """Texts that the user typed as tags and that are not valid tags.

    They are written unchanged, so that the user can correct them.
    """


class NoteFile(NamedTuple):
    """The content of a Markdown file."""

    key: str | None
    """The citation key of the paper, or None if the file is not a file of readq."""
    text: str
    """The text after the front matter."""
    values: Mapping[str, str | Sequence[str]] = {}
    """Maps the names of readq's properties in the front matter to their values."""
    others: Sequence[Block] = ()
    """The lines of all other properties in the front matter."""

    @property
    def title(self) -> str | None:
        """The title in the file, or None if the file has no title."""
        return self._text("title")

    @property
    def status(self) -> str | None:
        """The status as typed in the file, or None if the file has no status."""
        return self._text("status")

    @property
    def tags(self) -> Sequence[str]:
        """The tags as typed in the file, without a leading `#`.

        The file may have them as a list, or as one text with commas or spaces.
        """
        found = self.values.get("tags", ())
        listed = found.replace(",", " ").split() if isinstance(found, str) else found
        return [tag for item in listed if (tag := item.strip().removeprefix("#"))]

    def says(self, properties: NoteProperties) -> bool:
        """Return whether the front matter has the values in `properties`, and no other properties of readq."""
        wanted = {name: value for name, value in _values(properties).items() if value not in (None, "", ())}
        said = {name: value for name, value in self.values.items() if value}
        return wanted.keys() == said.keys() and all(
            _form(name, _plain(value)) == _form(name, self.tags if name == "tags" else said[name])
            for name, value in wanted.items()
        )

    def _text(self, name: str) -> str | None:
        found = self.values.get(name, "")
        # Obsidian writes a list if the property is a list in any other file.
        text = found if isinstance(found, str) else ", ".join(found)
        return text.strip() or None


def digest(data: str | bytes) -> str:
    """Return the SHA-256 of a text or of bytes in hexadecimal."""
    return hashlib.sha256(data.encode() if isinstance(data, str) else data).hexdigest()


def parse(data: bytes) -> NoteFile:
    """Parse the content of a Markdown file. Raises FrontMatterError if it is not UTF-8 or its front matter is broken.

    For a file without the property `readq`, an empty NoteFile is returned.
    """
    try:
        document = split(data.decode())
    except UnicodeDecodeError as error:
        raise FrontMatterError(f"it is not UTF-8 (byte {error.start})") from error
    except FrontMatterError:
        if f"\n{KEY}:".encode() not in data:
            return NoteFile(None, "")
        raise
    if not any(block.name == KEY for block in document.blocks):
        return NoteFile(None, "")
    found = values(document.blocks, _NAMES)
    key = found.get(KEY)
    if not isinstance(key, str) or not key.strip():
        raise FrontMatterError(f"its property {KEY} names no paper")
    others = tuple(block for block in document.blocks if block.name not in _NAMES)
    return NoteFile(key.strip(), strip_controls(document.text).strip("\n").rstrip(), found, others)


def render(properties: NoteProperties, text: str, others: Sequence[Block] = ()) -> str:
    """Return the content of a note's file. `text` is the text of the note.

    The front matter has `properties`, and after them `others`, the lines of properties that are not readq's.
    """
    return f"{write(_values(properties), others)}{text}\n"


def _values(properties: NoteProperties) -> dict[str, Value]:
    found: dict[str, Value] = properties._asdict()
    found["tags"] = (*dict.fromkeys(map(obsidian_tag, properties.tags)), *properties.refused_tags)
    found[KEY] = found.pop("key")
    return {name: found[name] for name in _NAMES}


def _form(name: str, value: str | Sequence[str]) -> object:
    """Return a value in the form for comparisons. The order of tags and aliases and the case of tags do not matter."""
    if name == "tags":
        return {tag.casefold() for tag in value}
    return value if isinstance(value, str) else set(value) if name == "aliases" else list(value)


def _plain(value: Value) -> str | list[str]:
    return str(value) if isinstance(value, str | int | date) else list(value or ())


def obsidian_tag(tag: str) -> str:
    """Return `tag` in the form that Obsidian accepts: letters, digits, `_`, `-` and `/`, but not digits alone.

    Other characters become `-`. A tag of digits alone gets a leading `_`.
    """
    allowed = "".join(char if char.isalnum() or char in "_-/" else "-" for char in tag)
    return f"_{allowed}" if allowed.isdigit() else allowed


def tags_of_file(typed: Iterable[str], known: Iterable[str]) -> tuple[set[str], list[str]]:
    """Convert the texts `typed` in a file to tags. Return the tags, and the texts that are not valid tags.

    `known` are the tags that readq knows. A text stands for all known tags for which `obsidian_tag` returns this
    text. So `c--` stands for the tags `c++` and `c--` if readq knows both.
    """
    by_written: dict[str, set[str]] = {}
    for tag in known:
        by_written.setdefault(obsidian_tag(tag), set()).add(tag)
    tags, refused = set[str](), list[str]()
    for one in typed:
        try:
            tags |= by_written.get(one) or by_written.get(normalise_tag(one)) or {normalise_tag(one)}
        except UsageError:
            refused.append(one)
    return tags, refused
