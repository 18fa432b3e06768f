"""Look up the character that a LaTeX command prints."""

from functools import cache

from readq.latex.symbols import MATH_NAMES, SPECIALS, TEXT_SIGNS

_SYMBOLS = (
    {name: char for char, name in reversed(MATH_NAMES.items())}
    | {name: char for char, name in TEXT_SIGNS.items()}
    | {tex[2:-1]: char for char, tex in SPECIALS.items() if tex.startswith("{\\")}
    | {"ldots": "…", "dots": "…", "textellipsis": "…", "to": "→", "gets": "←", "le": "≤", "ge": "≥", "ne": "≠"}
    | {"lbrace": "{", "rbrace": "}", "vert": "|", "lvert": "|", "rvert": "|", "lVert": "‖", "rVert": "‖"}
    | {"textquoteleft": "‘", "textquoteright": "’", "textquotedblleft": "“", "textquotedblright": "”"}
    | {"textendash": "–", "textemdash": "—", "textasteriskcentered": "*", "textquotesingle": "'", "star": "⋆"}
    | {"degree": "°", "micron": "μm", "gt": ">", "lt": "<", "xspace": "", "nobreakdash": ""}
    | {"quad": " ", "qquad": " ", "LaTeX": "LaTeX", "TeX": "TeX", "BibTeX": "BibTeX"}
    | {"colon": ":", "iff": "⇔", "implies": "⇒", "lor": "∨", "land": "∧", "varnothing": "∅", "slash": "/", "mid": "|"}
    | {"bibrangedash": "–", "bibrangessep": ", "}
)


@cache
def symbol(name: str) -> str | None:
    """Return the text that a LaTeX command without arguments prints. Return None if the command is unknown.

    `name` is the command without its backslash. It is looked up in the table of this module, then in the table of the
    package pylatexenc.
    """
    if name in _SYMBOLS:
        return _SYMBOLS[name]
    # The import takes 40 ms and is needed for rare signs only.
    from pylatexenc.latex2text import get_default_latex_context_db

    spec = get_default_latex_context_db().get_macro_spec(name)
    text = getattr(spec, "simplify_repl", None)
    # Templates (%) and placeholders (<cit.>) belong to commands with arguments.
    return text if isinstance(text, str) and text and not set(text) & set("%<") else None
