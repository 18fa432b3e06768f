"""Mutate documents so that they stay close to their format: cut, repeat, splice, wrong types, hostile characters.

Every choice is taken from a `random.Random`. Hypothesis passes one of its own, so it can shrink what it finds.
"""

import json
import re
from collections.abc import Callable, Sequence
from random import Random
from typing import Any

LARGEST = 64 * 1024
"""The largest mutated document in bytes. The time of a parser for larger ones is measured by `growth`."""

HOSTILE = (
    *(
        "\x00",
        "\x07",
        "\x08",
        "\x1b[2J",
        "\x1b]52;c;eA==\x07",
        "\x1b]8;;http://x\x1b\\y",
        "\x1bP",
        "\x1bc",
        "\x7f",
        "\x85",
        "\x9b5i",
    ),
    *(
        "\u00ad",
        "\u034f",
        "\u061c",
        "\u180e",
        "\u200b",
        "\u200d",
        "\u200e",
        "\u202e",
        "\u2028",
        "\u2066",
        "\u2069",
        "\ufeff",
    ),
    *(
        "\ufffe",
        "\uffff",
        "\ufdd0",
        "\U000e0041",
        "\U000e01ef",
        "\U0010ffff",
        "\u3164",
        "\u0301" * 40,
        "\U0001f468\u200d\U0001f469",
    ),
    *("\ud800", "\udfff", "\udc80", "İ", "ß", "ǅ", "ﬃ", "\u1e9e", "٣", "²", "Ⅷ", "𝟙", "１", "\u0130" * 9, "\u2126"),
    *(
        "[@click=app.quit]x[/]",
        "[/]",
        "[red]",
        "<script>",
        "javascript:x",
        "$(id)",
        "`id`",
        "'; --",
        "%s%n",
        "{0}",
        "\\write18{id}",
    ),
    *(
        "\\input{x}",
        "\\def\\x{\\x\\x}",
        "../../x",
        "file:///etc/passwd",
        "http://[",
        "http://[x]/",
        "http://\u2100.com/",
        "//[",
        "http://\u202e",
        "=1+1",
        "--help",
        "@",
        "\r\n",
    ),
)
"""Characters and words that terminals, markup, shells, databases, XML, JSON or Unicode treat in a special way."""

_NUMBERS = (
    *(
        "0",
        "-1",
        "1e999",
        "-0",
        "9" * 30,
        "1" * 5000,
        "2147483648",
        "9223372036854775808",
        "0x10",
        "1_000",
        "NaN",
        "00",
    ),
    *("99999", "253402300800000", "-62135596800000", "1.5", "2026-02-30", "0000-00-00", "10000-01-01", "24:61"),
)
_VALUES: tuple[Any, ...] = (
    *(None, True, False, 0, -1, 2**63, 10**40, 1.5, float("nan"), float("inf"), "", " ", "\x00", "\ud800", "x" * 3000),
    *(
        [],
        {},
        [None],
        [[]],
        [[[[]]]],
        {"": None},
        {"value": {"value": []}},
        ["a", 1, None, {}],
        {"name": 7},
        ["\u202e"],
    ),
)
_NESTS = (
    *(
        ("[", "]"),
        ('{"a":', "}"),
        ("<a>", "</a>"),
        ("<b ", ">"),
        ("(", ")"),
        ("{", "}"),
        ("\\textbf{", "}"),
        ("$", "$"),
    ),
    *(
        ("\\frac{", "}{x}"),
        ("&lt;", "&gt;"),
        ("<!--", "-->"),
        ("<![CDATA[", "]]>"),
        ('"', '"'),
        ("NOT ", ""),
        ("-", ""),
    ),
    *(
        ("\\left(", "\\right)"),
        ("^{", "}"),
        ("<sup>", "</sup>"),
        ("<div><p>", ""),
        ("@article{x,", "}"),
        ("=?utf-8?q?", "?="),
    ),
)
_INSERTS = (
    *(
        "&#0;",
        "&#xD800;",
        "&#x110000;",
        "&nbsp;",
        "&x;",
        "&amp;amp;",
        "&#27;[2J",
        "<!DOCTYPE x [<!ENTITY y 'z'>]>",
        "<?x y?>",
    ),
    *(
        '<!DOCTYPE x SYSTEM "file:///etc/passwd">',
        "<![CDATA[",
        "]]>",
        "\\u0000",
        "\\ud800",
        '\\"',
        "\\",
        "\x1a",
        "\t",
        "\n\n",
    ),
    *(
        "=?utf-8?b?/////w==?=",
        "=00=1B",
        "%00",
        "%1b",
        "%E2%80%AE",
        "# ",
        '"',
        "'",
        "{",
        "}",
        "@",
        ",",
        ":",
        ";",
        "=",
        "~",
        "^",
    ),
)
_ENCODINGS = (
    "utf-16",
    "utf-16-be",
    "utf-32",
    "latin-1",
    "cp1252",
    "utf-7",
    "shift_jis",
    "utf-8-sig",
    "koi8-r",
    "cp037",
)

Mutation = Callable[[bytes, Random, Sequence[bytes]], bytes]


def mutated(seeds: Sequence[bytes], others: Sequence[bytes], choice: Random) -> bytes:
    """Return one of the documents `seeds` after one to six mutations. `others` are documents of other formats."""
    data = choice.choice(list(seeds))
    for _ in range(choice.randint(1, 6)):
        data = choice.choice(_MUTATIONS)(data, choice, others)[:LARGEST]
    return data


def _cut(data: bytes, choice: Random, _others: Sequence[bytes]) -> bytes:
    start, end = _span(data, choice)
    return data[:start] if choice.random() < 0.3 else data[:start] + data[end:]


def _repeat(data: bytes, choice: Random, _others: Sequence[bytes]) -> bytes:
    start, end = _span(data, choice, 200)
    times = choice.choice((2, 2, 3, 10, 100, 1000))
    return data[:end] + data[start:end] * times + data[end:]


def _splice(data: bytes, choice: Random, others: Sequence[bytes]) -> bytes:
    other = choice.choice(list(others))
    start, end = _span(other, choice)
    at = choice.randint(0, len(data))
    return data[:at] + other[start:end] + data[at:]


def _flip(data: bytes, choice: Random, _others: Sequence[bytes]) -> bytes:
    changed = bytearray(data)
    for _ in range(choice.randint(1, 8)):
        if changed:
            changed[choice.randrange(len(changed))] = choice.randrange(256)
    return bytes(changed)


def _insert_hostile(data: bytes, choice: Random, _others: Sequence[bytes]) -> bytes:
    return _inserted(data, choice, choice.choice(HOSTILE).encode("utf-8", "surrogatepass"))


def _insert_syntax(data: bytes, choice: Random, _others: Sequence[bytes]) -> bytes:
    return _inserted(data, choice, choice.choice(_INSERTS).encode())


def _replace_word(data: bytes, choice: Random, _others: Sequence[bytes]) -> bytes:
    words = list(re.finditer(rb"\w+", data))
    if not words:
        return data
    word = choice.choice(words)
    new = choice.choice((*HOSTILE, "", " ", "x" * 4000, "é" * 2000, "a " * 1500)).encode("utf-8", "surrogatepass")
    return data[: word.start()] + new + data[word.end() :]


def _replace_number(data: bytes, choice: Random, _others: Sequence[bytes]) -> bytes:
    numbers = list(re.finditer(rb"[0-9]+", data))
    if not numbers:
        return data
    number = choice.choice(numbers)
    return data[: number.start()] + choice.choice(_NUMBERS).encode() + data[number.end() :]


def _nest(data: bytes, choice: Random, _others: Sequence[bytes]) -> bytes:
    opened, closed = choice.choice(_NESTS)
    depth = choice.choice((1, 3, 50, 300, 3000))
    at = choice.randint(0, len(data))
    end = choice.randint(at, len(data))
    after = closed * (depth if choice.random() < 0.7 else 0)
    return data[:at] + (opened * depth).encode() + data[at:end] + after.encode() + data[end:]


def _change_lines(data: bytes, choice: Random, _others: Sequence[bytes]) -> bytes:
    lines = data.split(b"\n")
    one, two = choice.randrange(len(lines)), choice.randrange(len(lines))
    how = choice.randrange(4)
    if how == 0:
        lines[one], lines[two] = lines[two], lines[one]
    elif how == 1:
        lines.insert(one, lines[two])
    elif how == 2:
        del lines[one]
    ends = (b"\n", b"\n", b"\n", b"\r\n", b"\r", b" ", "\u2028".encode(), b"\n\n")
    return (choice.choice(ends) if how == 3 else b"\n").join(lines)


def _encode(data: bytes, choice: Random, _others: Sequence[bytes]) -> bytes:
    text = data.decode("utf-8", "replace")
    encoding = choice.choice(_ENCODINGS)
    if choice.random() < 0.3:
        return re.sub(rb"(?i)utf-?8", encoding.encode(), data)
    return text.encode(encoding, "replace")


def _change_json(data: bytes, choice: Random, _others: Sequence[bytes]) -> bytes:
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        return data
    places: list[tuple[Any, Any]] = []
    _collect(value, places)
    for _ in range(choice.randint(1, 3)):
        if places:
            container, key = choice.choice(places)
            _change_item(container, key, choice)
    escape = choice.random() < 0.5
    return json.dumps(value, ensure_ascii=escape).encode("utf-8", "surrogatepass")


def _collect(value: Any, places: list[tuple[Any, Any]]) -> None:  # noqa: ANN401 - any JSON
    waiting = [value]
    while waiting:
        one = waiting.pop()
        items = list(one.items()) if isinstance(one, dict) else list(enumerate(one)) if isinstance(one, list) else []
        places += [(one, key) for key, _ in items]
        waiting += [inner for _, inner in items]


def _change_item(container: Any, key: Any, choice: Random) -> None:  # noqa: ANN401 - any JSON
    if isinstance(container, list) and key >= len(container):
        return
    how = choice.randrange(6)
    present = container.get(key) if isinstance(container, dict) else container[key]
    if how == 0 and isinstance(container, dict):
        container.pop(key, None)
    elif how == 1:
        container[key] = [present]
    elif how == 2:
        container[key] = {choice.choice(("value", "name", "items", "0")): present}
    elif how == 3 and isinstance(present, str):
        at = choice.randint(0, len(present))
        container[key] = present[:at] + choice.choice(HOSTILE) + present[at:]
    elif how == 4 and isinstance(container, list):
        container.append(present)
    else:
        container[key] = choice.choice(_VALUES)


def _span(data: bytes, choice: Random, longest: int = LARGEST) -> tuple[int, int]:
    start = choice.randint(0, len(data))
    return start, choice.randint(start, min(len(data), start + longest))


def _inserted(data: bytes, choice: Random, piece: bytes) -> bytes:
    """Return `data` with a piece in any place, or several times after one of its words."""
    if choice.random() < 0.5 or not (words := [one.end() for one in re.finditer(rb"\w+", data)]):
        at = choice.randint(0, len(data))
    else:
        at = choice.choice(words)
    return data[:at] + piece * choice.choice((1, 1, 1, 2, 500)) + data[at:]


_MUTATIONS: tuple[Mutation, ...] = (
    *(_cut, _repeat, _splice, _flip, _insert_hostile, _insert_hostile, _insert_syntax, _replace_word),
    *(_replace_number, _nest, _change_lines, _encode, _change_json, _change_json, _change_json),
)
