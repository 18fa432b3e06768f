"""Split a Markdown file into front matter and text, and write front matter that Obsidian can read.

Front matter is YAML between two lines `---` at the start of a file. Obsidian requires it to be flat: each name occurs
once, and its value is a text, a number, a date or a list of texts. The format is described at
https://help.obsidian.md/properties.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from readq.errors import ReadqError

Value = str | int | date | Sequence[str] | None
"""The type of the value of a property. A property with the value None is not written."""

_LONGEST = 1_000_000
"""The maximum length of front matter, in characters. A paper can have 15,000 authors, whose names take 400,000."""

# As in YAML, a colon before a letter and a `#` after one belong to the name, as in `dc:title`.
_PLAIN_NAME = r"""[^\s#\-"'\[\]{}&*!|>%@`,?:][^:#]*(?:(?::(?=\S)|(?<=\S)#)[^:#]*)*"""
_NAME = re.compile(rf"""(?:"([^"\\]+)"\s*|'([^']+)'\s*|({_PLAIN_NAME})):(?=\s|$)""")
_DEEPEST = 4
"""The depth of an item of a list: in the list, in the mapping, in the document, in the stream."""

_CONTINUED = re.compile(r"[ \t]|-(?:[ \t]|$)|$")


class FrontMatterError(ReadqError):
    """Raised if the front matter of a file cannot be read. The message states the reason."""


class Block(NamedTuple):
    """The lines of one property in front matter. If `name` is "", they are the comments between two properties."""

    name: str
    lines: str


class Document(NamedTuple):
    """A Markdown file: the blocks of its front matter, and the text after the front matter. Lines end with LF."""

    blocks: Sequence[Block]
    text: str


def split(content: str) -> Document:
    """Split the content of a Markdown file into front matter and text. A file without front matter has no blocks.

    Raises FrontMatterError if the front matter has no end, is too long, is not flat, or has two properties with one
    name.
    """
    lines = content.removeprefix("\ufeff").replace("\r\n", "\n").split("\n")
    if lines[0].rstrip() != "---":
        return Document((), "\n".join(lines))
    end = next((index for index, line in enumerate(lines[1:], 1) if line.rstrip() in ("---", "...")), None)
    if end is None:
        raise FrontMatterError("its front matter has no end")
    if sum(map(len, lines[1:end])) > _LONGEST:
        raise FrontMatterError("its front matter is too long")
    return Document(_blocks(lines[1:end]), "\n".join(lines[end + 1 :]))


def _blocks(lines: Sequence[str]) -> list[Block]:
    parts: list[tuple[str, list[str]]] = []
    for line in lines:
        found = _NAME.match(line)
        if found:
            parts.append((next(filter(None, found.groups())).strip(), [line]))
        elif line.startswith("#"):
            parts.append(("", [line]))
        elif _CONTINUED.match(line) and parts:
            parts[-1][1].append(line)
        elif not line.strip():
            parts.append(("", [line]))
        else:
            raise FrontMatterError("its front matter is not a list of properties")
    blocks = [Block(name, "".join(f"{line}\n" for line in own)) for name, own in parts]
    names = [block.name for block in blocks if block.name]
    if len(set(names)) < len(names):
        raise FrontMatterError("its front matter has a property twice")
    return blocks


def values(blocks: Sequence[Block], names: Sequence[str]) -> Mapping[str, str | list[str]]:
    """Return a mapping from the names of properties to their values, which are texts or lists of texts.

    `names` are the properties to return. Missing properties are left out. Raises FrontMatterError if a value is not
    valid YAML, or is neither a text nor a list of texts.
    """
    # Imported late: only a file that has changed is read. PyYAML is smaller and faster than ruamel.yaml, whose
    # round trips are not needed: lines of others stay as they are.
    import yaml

    wanted = "".join(block.lines for block in blocks if block.name in names)
    # Every scalar is a text with this loader, so that `on` and `2024` stay as they are typed.
    loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
    try:
        _refuse_nested(yaml.parse(wanted, Loader=loader))
        found = yaml.load(wanted, Loader=loader)  # noqa: S506 - makes texts only
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise FrontMatterError("its front matter is not YAML") from error
    if found is None or found == "":
        return {}
    if not isinstance(found, dict) or not all(map(_is_flat, found.values())):
        raise FrontMatterError("its front matter is not flat")
    return found


def _refuse_nested(events: Iterable[object]) -> None:
    """Raise FrontMatterError if `events` of a YAML parser have a list in a list, or a mapping in a mapping.

    The loader would call itself for each level, and thousands of levels end the process.
    """
    depth = 0
    for event in events:
        kind = type(event).__name__
        depth += kind.endswith("StartEvent") - kind.endswith("EndEvent")
        if depth > _DEEPEST:
            raise FrontMatterError("its front matter is not flat")


def _is_flat(value: object) -> bool:
    return isinstance(value, str) or (isinstance(value, list) and all(isinstance(item, str) for item in value))


def write(properties: Mapping[str, Value], others: Sequence[Block] = ()) -> str:
    """Return front matter with the properties `properties`, and after them the lines of `others`, unchanged."""
    own = "".join(map(_property, properties, properties.values()))
    return f"---\n{own}{''.join(block.lines for block in others)}---\n"


def _property(name: str, value: Value) -> str:
    if value is None or value in ("", ()):
        return ""
    if isinstance(value, str):
        return f"{name}: {_text(value)}\n"
    if isinstance(value, int | date):
        return f"{name}: {value}\n"
    return f"{name}:\n{''.join(f'  - {_text(item)}{chr(10)}' for item in value)}"


_PLAIN = re.compile(r"[a-z]+(?:[-_/][a-z0-9]+)*")
_NOT_TEXTS = ("true", "false", "yes", "no", "on", "off", "y", "n", "null")


def _text(value: str) -> str:
    """Return a text as YAML. It is plain if YAML reads it as this text, otherwise in double quotes, as in JSON."""
    is_plain = _PLAIN.fullmatch(value) and value not in _NOT_TEXTS
    return value if is_plain else json.dumps(value, ensure_ascii=False)
