"""How a word of a query may stand in the full-text index, and its quoting for SQLite's FTS5.

The index folds case and diacritics and stems words (`porter unicode61 remove_diacritics 2`,
https://sqlite.org/fts5.html#tokenizers). What it does not know is bridged here, from the side of the query:
LaTeX, Greek letters by name, letters such as `ł` that have no diacritic to remove, and words that are still typed.
"""

import re
import unicodedata

# Compiled at their first use: few queries hold LaTeX.
_ACCENT = r"""\\["'`^~=.]\s*\{?\\?([A-Za-z])\}?|\\[cvHukrbdt](?:\s*\{\\?([A-Za-z]{1,2})\}|\s+([A-Za-z]))"""
_COMMAND = r"\\([A-Za-z]+)\s*(\{)?"
_LETTERS = {
    "o": "ø", "l": "ł", "dj": "đ", "dh": "ð", "th": "þ", "ss": "ß", "ae": "æ", "oe": "œ", "aa": "å", "i": "i", "j": "j"
}  # fmt: skip

_BREAK = re.compile(r"[\x00-/:-@\[-`{-\u00a9\u00ab-\u00b4\u00b6-\u00b8\u00bb\u00bf\u2000-\u206f\s]+")

_GREEK = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "zeta": "ζ", "eta": "η", "theta": "θ",
    "iota": "ι", "kappa": "κ", "lambda": "λ", "mu": "μ", "nu": "ν", "xi": "ξ", "omicron": "ο", "pi": "π", "rho": "ρ",
    "sigma": "σ", "tau": "τ", "upsilon": "υ", "phi": "φ", "chi": "χ", "psi": "ψ", "omega": "ω",
}  # fmt: skip
_GREEK_NAMES = {letter: name for name, letter in _GREEK.items()}

_PLAIN = {"ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "ß": "ss"}
_LONGEST_VARIED = 40

# What the stemmer takes off or rewrites: a word typed up to the middle of an ending has no stem that begins like it.
_ENDINGS = (
    "s", "es", "ies", "ed", "ied", "ing", "ings", "er", "ers", "ion", "ions", "ation", "ations", "ational", "ization",
    "izations", "ize", "izes", "ized", "izer", "izing", "ity", "ities", "ive", "ively", "iveness", "ly", "al", "ally",
    "alism", "ality", "able", "ably", "ability", "ible", "ibly", "ance", "ances", "ence", "ences", "ant", "ent",
    "ents", "ment", "ments", "ness", "ful", "fully", "fulness", "ism", "ist", "ists", "ate", "ates", "ated", "ating",
    "ator", "ous", "ously", "ousness", "ic", "ical", "ically",
)  # fmt: skip


def has_token(text: str) -> bool:
    """Whether the index could hold any word of `text`: FTS5's words are made of letters, digits and private use."""
    return any(char.isalnum() or unicodedata.category(char) == "Co" for char in text)


def unlatex(text: str) -> str:
    """`text` as the index would hold it: accents dropped, letters and Greek spelt out, braces and dollars gone."""
    if "\\" in text:
        text = re.sub(_ACCENT, lambda accent: "".join(filter(None, accent.groups())), text)
        text = re.sub(_COMMAND, _spelt_out, text)
    return unicodedata.normalize("NFC", re.sub(r"[{}$]", "", text))


def split_words(text: str) -> list[str]:
    """The words of `text`, split at spaces and punctuation: `load-balancing` is `load balancing`."""
    return [piece for piece in _BREAK.split(unlatex(text)) if has_token(piece)]


def match_expression(text: str, *, prefix: bool = False) -> str:
    """An FTS5 expression for `text` as words side by side, in every spelling; `prefix`: the last may go on.

    No character of `text` can mean anything to FTS5: it stands between quotation marks, without any in it.
    """
    words = " ".join(split_words(text))
    spellings = [f'"{spelling}"' for spelling in _spellings(words)]
    if prefix:
        spellings = [f"{spelling} *" for spelling in spellings]
        spellings += [f'"{completion}"' for completion in _completions(words)]
    return spellings[0] if len(spellings) == 1 else f"({' OR '.join(spellings)})"


def _spelt_out(command: re.Match[str]) -> str:
    name, brace = command.groups()
    if name.lower() in _LETTERS and name in (name.lower(), name.upper()):
        return _LETTERS[name.lower()]
    # With an argument it is a format, such as \emph{…}; without one a symbol's name.
    return "" if brace else f"{name} "


def _spellings(words: str) -> list[str]:
    """`words` itself first; then Greek by its other name, and with one letter barred or joined, or none."""
    lower = words.lower()
    found = [words, _GREEK.get(lower, words), _GREEK_NAMES.get(lower, words)]
    bare = "".join(_PLAIN.get(char, char) for char in lower)
    if bare != lower:
        found.append(bare)
    if 2 < len(bare) <= _LONGEST_VARIED:
        for letter, plain in _PLAIN.items():
            found += [bare[: at.start()] + letter + bare[at.end() :] for at in re.finditer(plain, bare)]
    return list(dict.fromkeys(found))


def _completions(words: str) -> list[str]:
    """`words` with the last completed by every ending that it may have begun: `attenti` by `attention`."""
    last = words.rsplit(" ", 1)[-1].lower()
    found = [
        words + ending[begun:]
        for ending in _ENDINGS
        for begun in range(1, len(ending))
        if len(last) > begun + 1 and last.endswith(ending[:begun])
    ]
    return list(dict.fromkeys(found))
