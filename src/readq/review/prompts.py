"""Choose the prompt of a paper's card. Prompts ask for the paper's claim, its evidence, its limit, and its use.

A good answer to a prompt leads to the next harder prompt.
"""

import re
from collections.abc import Mapping

PROMPTS: Mapping[str, str] = {
    "claim": "What did they claim?",
    "how": "How did they show it?",
    "limit": "What would speak against it?",
    "use": "What is it good for here?",
}
"""A mapping from the name of each prompt to its text. The easiest prompt comes first."""

_ORDER = tuple(PROMPTS)
_LINE = re.compile(r"^[^\S\n]*+(?:[-*+][^\S\n]++)?(claim|how|limit|use):[ \t]*(.*)$", re.IGNORECASE | re.MULTILINE)


def next_prompt(last: str | None, rating: int | None) -> str:
    """Return the name of the prompt to ask next. Return `claim` for a card without answers (`rating` is None).

    `last` is the prompt that was asked on the last day with an answer. `rating` is the first rating of that day, from 1
    (again) to 4. After `again`, return the easier prompt that precedes `last` in PROMPTS. After any other rating,
    return the harder prompt that follows it. If there is no such prompt in PROMPTS, return `last` again. An unknown
    `last` counts as `claim`.
    """
    if rating is None:
        return _ORDER[0]
    place = _ORDER.index(last) if last in _ORDER else 0
    return _ORDER[max(0, place - 1)] if rating == 1 else _ORDER[min(place + 1, len(_ORDER) - 1)]


def own_lines(note: str) -> dict[str, str]:
    """Return a dict that maps the prompts `claim`, `how`, `limit` and `use` to their texts in a note.

    The text for `claim` stands in a line that begins with `claim:`. If a note has several lines for a prompt, the first
    line with a text counts. A prompt without such a line is left out.
    """
    found: dict[str, str] = {}
    for line in _LINE.finditer(note):
        text = line[2].strip()
        if text:
            found.setdefault(line[1].lower(), text)
    return found


def recall_line(text: str, day: str) -> str:
    """Return the line to add to a note for an answer that the user typed: `2026-11-23: They claim …`.

    `text` is the typed answer, and `day` the ISO day of the review.
    """
    return f"{day}: {' '.join(text.split())}"


CLAIM_LINES = ("claim", "how", "use")
"""The names of the lines in a note, such as `claim`, that the user is asked to fill in after finishing a paper."""


def claim_lines(note: str) -> str:
    """Return empty lines to put before a note, for the user to fill in: one line for each name in CLAIM_LINES.

    A line has only the name, as in `claim: `. Names that already have a line in `note` are left out. Return "" if
    `note` has a line for every name.
    """
    present = {line[1].lower() for line in _LINE.finditer(note)}
    return "".join(f"{name}: \n" for name in CLAIM_LINES if name not in present)


def without_unfilled(text: str, lines: str) -> str:
    """Return the text of an edited note without the lines that the user was asked to fill in and left empty.

    `text` is the note after editing. `lines` are the lines that were put before the note, the result of `claim_lines`.
    """
    pending = [line.strip() for line in lines.splitlines()]
    kept = []
    for line in text.split("\n"):
        # Only the first line of a name can be one of `lines`.
        name = next((one for one in pending if line.strip().startswith(one)), None)
        if name is not None:
            pending.remove(name)
        if name is None or line.strip() != name:
            kept.append(line)
    return "\n".join(kept).strip("\n")
