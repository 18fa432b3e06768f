"""Translate words of a query to MATCH expressions of FTS5, SQLite's full-text index.

The index ignores case and diacritics and stems words (`porter unicode61 remove_diacritics 2`,
https://sqlite.org/fts5.html#tokenizers). This module does what the index does not:

- It removes LaTeX.
- It adds other spellings: `α` for `alpha`, and `l` for letters such as `ł`, whose diacritic FTS5 keeps.
- It completes the ending of an unfinished word, such as `attenti`, because the index has only stems, such as `attent`.
"""

import re
import unicodedata

# Compiled at their first use: few queries contain LaTeX.
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
_LONGEST_WITH_VARIANTS = 40

# Endings that the stemmer removes or rewrites. A word typed up to the middle of one is a prefix of no stem.
_ENDINGS = (
    "s", "es", "ies", "ed", "ied", "ing", "ings", "er", "ers", "ion", "ions", "ation", "ations", "ational", "ization",
    "izations", "ize", "izes", "ized", "izer", "izing", "ity", "ities", "ive", "ively", "iveness", "ly", "al", "ally",
    "alism", "ality", "able", "ably", "ability", "ible", "ibly", "ance", "ances", "ence", "ences", "ant", "ent",
    "ents", "ment", "ments", "ness", "ful", "fully", "fulness", "ism", "ist", "ists", "ate", "ates", "ated", "ating",
    "ator", "ous", "ously", "ousness", "ic", "ical", "ically",
)  # fmt: skip


def has_token(text: str) -> bool:
    """Return whether `text` has a word that FTS5 can find. A word has a letter, a digit or a private-use character."""
    return any(char.isalnum() or unicodedata.category(char) == "Co" for char in text)


def unlatex(text: str) -> str:
    r"""Return `text` without LaTeX, for searching.

    Accents, braces and dollars are removed, commands for letters become the letters, and commands for symbols become
    words: `\alpha` becomes `alpha`.
    """
    if "\\" in text:
        text = re.sub(_ACCENT, lambda accent: "".join(filter(None, accent.groups())), text)
        text = re.sub(_COMMAND, _latex_to_word, text)
    return unicodedata.normalize("NFC", re.sub(r"[{}$]", "", text))


def split_words(text: str) -> list[str]:
    """Remove LaTeX from `text`, and return its words. Spaces and punctuation separate words.

    For example, `load-balancing` gives two words.
    """
    return [piece for piece in _BREAK.split(unlatex(text)) if has_token(piece)]


def match_expression(text: str, *, prefix: bool = False) -> str:
    """Return an FTS5 expression that finds `text` as a phrase, in all spellings of its words.

    If `prefix` is true, the last word also matches longer words that begin with it. `text` may have any characters:
    none of them is taken as syntax of FTS5.
    """
    words = " ".join(split_words(text))
    spellings = [f'"{spelling}"' for spelling in _spellings(words)]
    if prefix:
        spellings = [f"{spelling} *" for spelling in spellings]
        spellings += [f'"{completion}"' for completion in _completions(words)]
    return spellings[0] if len(spellings) == 1 else f"({' OR '.join(spellings)})"


def _latex_to_word(command: re.Match[str]) -> str:
    name, brace = command.groups()
    if name.lower() in _LETTERS and name in (name.lower(), name.upper()):
        return _LETTERS[name.lower()]
    # A command with an argument is a format such as \emph{…}; without one it is the name of a symbol.
    return "" if brace else f"{name} "


def _spellings(words: str) -> list[str]:
    """Return other spellings of `words` that a search must find, with `words` itself first.

    If `words` is a Greek letter or the name of one, the other of the two is a spelling. Further spellings have no
    special letter of _PLAIN (such as `ł` and `æ`), or one of them.
    """
    lower = words.lower()
    found = [words, _GREEK.get(lower, words), _GREEK_NAMES.get(lower, words)]
    bare = "".join(_PLAIN.get(char, char) for char in lower)
    if bare != lower:
        found.append(bare)
    if 2 < len(bare) <= _LONGEST_WITH_VARIANTS:
        for letter, plain in _PLAIN.items():
            found += [bare[: at.start()] + letter + bare[at.end() :] for at in re.finditer(plain, bare)]
    return list(dict.fromkeys(found))


def _completions(words: str) -> list[str]:
    """Return `words` with the rest of each ending that the last word begins, such as `attention` for `attenti`."""
    last = words.rsplit(" ", 1)[-1].lower()
    found = [
        words + ending[begun:]
        for ending in _ENDINGS
        for begun in range(1, len(ending))
        if len(last) > begun + 1 and last.endswith(ending[:begun])
    ]
    return list(dict.fromkeys(found))
