r"""Convert LaTeX to Unicode for screen and search: `$\alpha^2$` to `α²`, `na\"ive` to `naïve`, `\emph{x}` to `x`.

Abstracts are rarely clean LaTeX. Text is converted only if it is certainly markup. Prices, paths, snake_case, unknown
commands and unbalanced braces are kept unchanged. The functions raise no errors. Their time is linear in the length of
the text.
"""

import re

from readq.latex.accents import compose, with_signs
from readq.latex.command_symbols import symbol
from readq.latex.decode_math import formula_text, script
from readq.latex.field_commands import with_pdf_strings, without_commands
from readq.latex.math_parser import split_math
from readq.text import pattern

# Longer text is neither title nor abstract; it is not converted.
_MAX_LENGTH = 20_000
# Font commands and groups are removed from the inside out, one level each round.
_MAX_LAYERS = 6

_MARKUP = re.compile(r"[\\$^{~]|_[0-9]|--|``|''")
_PATH = pattern(r"((?<![A-Za-z0-9])[A-Za-z]:\\\S+|https?://\S+)")

_FONT_NAMES = "emph|text(?:bf|it|tt|sc|sf|rm|sl|up|md|normal)|underline|mbox|enquote|url|href\\{[^{}]*\\}"
# With the command right before it, if there is one: the argument alone would become a part of that command's name.
_FONT = pattern(rf"(\\[A-Za-z]+)?\\(?:{_FONT_NAMES})\s?\{{([^{{}}]*)\}}")
_SWITCH = pattern(r"\{\\(?:em|it|bf|tt|sc|sl|rm|sf)(?:series|shape|family)?\s([^{}]*)\}")
_TEXT_SCRIPT = pattern(r"\\text(super|sub)script\s?\{([^{}]*)\}")
_COMMAND = pattern(r"\\([A-Za-z]+)(\{\})?|\\\\(?=\s)|\\([&%#_$ ,;:!/{}-])")
# Braces that only group a word or a phrase: not a set {0, 1}, not code, not the argument of an unknown command.
_GROUP = pattern(r"(\\[A-Za-z]+\s?)?\{([^{}\\:;,=\"|<>]*)\}")

# x^2 and 10^{-3}, but not in the middle of a word or of another power.
_RAISED = pattern(r"(?<=[\w)\]}])\^(?:\{([+−-]?[0-9]{1,6})\}|([+−-]?[0-9]{1,6}))(?![0-9^{])")
# x_1 and CO_2, but not file_1 or snake_case.
_LOWERED = pattern(
    r"(?:(?<=\b[A-Za-zα-ωΑ-Ω])|(?<=\b[A-Z]{2})|(?<=\b[A-Z]{3}))_(?:\{([0-9]{1,3})\}|([0-9]{1,2}))(?![a-z0-9_{])"
)
# A tie after a word, a formula or a number: Fig.~3, GPT~[4], 26~FPS. Not 5~10, which may be a range.
_TIE = pattern(r"(?<=[^\W\d_])(\.?)~(?=[\w(\\$\[])|(?<=\d)(\.?)~(?=[^\W\d_]|[(\\$\[])|(?<=[)\]%°])~(?=[\w(\\$\[])")
# Some feeds lose the backslash and the dollars of 360$^\circ$.
_DEGREES = pattern(r"\^(?:\{\s*\\?circ\s*\}|\\?circ(?![a-z])|∘)")
# R^\textbf{2}AI, also without its backslash and braces.
_FONT_OF_POWER = pattern(r"\^\{?\\?(?:text|math)(?:bf|it|rm|sf|tt)\{?(\d)\}{0,2}")
_DASHES = pattern(r"(?<=[\w)}\]’”])-{2,3}(?=[\w({\[“‘\\$])|(?<=\s)-{2,3}(?=\s)")
_QUOTES = pattern(r"``([^`]{1,2000}?)''")

# Some programs leave references of HTML in fields.
_REFERENCE = pattern(r"(?:\{\\&\}|\\?&)(amp|lt|gt|quot);")
_REFERENCED = {"amp": "&", "lt": "<", "gt": ">", "quot": '"'}

_SPACES = {" ": " ", ",": " ", ";": " ", ":": " ", "!": "", "/": "", "-": ""}
# Placeholders for escaped braces and printed backslashes while others are still markup.
_LITERAL_SIGNS = str.maketrans({"\ue0fb": "{", "\ue0fd": "}", "\ue05c": "\\"})
_KEPT_SIGNS = {"{": "\ue0fb", "}": "\ue0fd", "\\": "\ue05c"}


def to_unicode(text: str) -> str:
    """Convert the LaTeX in a title or an abstract to Unicode. Text of more than 20,000 characters is not converted."""
    if len(text) > _MAX_LENGTH or not _MARKUP.search(text):
        return text
    pieces = _PATH.split(text)
    pieces[::2] = [_decoded(piece) for piece in pieces[::2]]
    return "".join(pieces)


def bibtex_text(value: str) -> str:
    """Convert the LaTeX in the value of a BibTeX field to Unicode. Mathematics is kept as `$…$`.

    Every brace that is not escaped is markup in a field, unlike in an abstract. Such braces are removed, and `~`
    becomes a space. Commands that readq does not know are removed, and their arguments are kept. The HTML references
    `&amp;`, `&lt;`, `&gt;` and `&quot;` become the characters that they stand for. In a value of more than 20,000
    characters, nothing else is converted.
    """
    if "&" in value:
        value = _REFERENCE.sub(lambda found: _REFERENCED[found[1]], value)
    if not _MARKUP.search(value) or len(value) > _MAX_LENGTH:
        return value
    value = with_signs(with_pdf_strings(value))
    pieces = [f"${piece}$" if is_math else _field_prose(piece) for is_math, piece in split_math(value)]
    return "".join(pieces).translate(_LITERAL_SIGNS)


def _decoded(text: str) -> str:
    return "".join(formula_text(piece) if is_math else _prose(piece) for is_math, piece in split_math(text))


def _prose(text: str) -> str:
    if "^" in text:
        text = _FONT_OF_POWER.sub(r"^\1", _DEGREES.sub("°", text))
    if "\\" in text or "{" in text:
        text = _layers(_COMMAND.sub(_command, compose(text)), _GROUP).translate(_LITERAL_SIGNS)
    text = _RAISED.sub(lambda found: script(found[1] or found[2], "^"), text)
    text = _LOWERED.sub(lambda found: script(found[1] or found[2], "_"), text)
    return _typography(without_ties(text))


def without_ties(text: str) -> str:
    """Return prose in which each LaTeX tie, such as the `~` in `Fig.~3`, is replaced by a space.

    Other `~` characters are kept.
    """
    return _TIE.sub(lambda found: (found[1] or found[2] or "") + " ", text) if "~" in text else text


def _field_prose(text: str) -> str:
    if "\\" in text:
        text = _layers(_COMMAND.sub(_command, compose(text)))
    text = without_commands(text).replace("~", " ").replace("\ue07e", "~")
    return _typography(text)


def _layers(text: str, group: re.Pattern[str] | None = None) -> str:
    for _ in range(_MAX_LAYERS):
        before = text
        text = _TEXT_SCRIPT.sub(lambda found: script(found[2], "^" if found[1] == "super" else "_"), text)
        text = _SWITCH.sub(r"\1", _FONT.sub(lambda found: f"{found[1]} {found[2]}" if found[1] else found[2], text))
        if group:
            text = group.sub(lambda found: found[0] if found[1] else found[2], text)
        if text == before:
            break
    return text


def _command(found: re.Match[str]) -> str:
    name, _, sign = found.groups()
    if name is None and sign is None:
        return ""
    if sign is not None:
        return _KEPT_SIGNS.get(sign) or _SPACES.get(sign, sign)
    char = symbol(name)
    if char is None:
        return found[0]
    return _KEPT_SIGNS.get(char, "\ue07e" if char == "~" else char)


def _typography(text: str) -> str:
    if "--" in text:
        text = _DASHES.sub(lambda found: "—" if len(found[0]) == 3 else "–", text)
    if "``" in text:
        text = _QUOTES.sub(r"“\1”", text)
    return text.replace("\ue07e", "~")
