r"""Text out of HTML as feeds and registries put it into titles and abstracts, with formulas left alone.

Only what is markup by its name is taken away: the tags of HTML, JATS and MathML. In `$a<b$ and c>d` nothing is.
"""

import html
import re

_BLOCKS = (
    "p|div|br|hr|li|ul|ol|dl|dd|dt|h[1-6]|blockquote|pre|table|tr|section|article|header|footer|figure|figcaption"
    "|(?:jats:)?(?:p|sec|title|list|list-item|disp-formula)"
)
_INLINE = (
    "a|abbr|b|bdi|bdo|big|cite|code|del|dfn|em|font|i|img|ins|kbd|label|mark|nobr|q|s|samp|small|span|strike|strong|sub"
    "|sup|tbody|td|th|thead|time|tt|u|var|wbr|svg|path|picture|source|video|audio|iframe|center|body|html|head|main|nav"
    "|math|m(?:row|i|n|o|text|sup|sub|subsup|frac|sqrt|root|over|under|underover|fenced|table|tr|td|space|style)"
    "|(?:mml|m):[a-z]+|(?:jats:)?(?:italic|bold|sc|sub|sup|monospace|underline|ext-link|xref|inline-formula|alternatives"
    "|tex-math|inline-graphic|abstract)"
)
# A value without quotes must not begin like a formula, and attributes without a value are too much like words.
_ATTRIBUTES = r"""(?:\s+[A-Za-z_:@][\w:.-]*\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'<>=`]+))*\s*/?"""
_SILENT = re.compile(rf"(?i)<(script|style|template|noscript){_ATTRIBUTES}>|<!--|<!\[CDATA\[|\]\]>")
_BREAKS = re.compile(rf"(?i)</?(?:{_BLOCKS}){_ATTRIBUTES}>")
_TAGS = re.compile(rf"(?i)</?(?:{_INLINE}|script|style|template|noscript){_ATTRIBUTES}>")
_RAISED = re.compile(r"(?i)(?<=[0-9])<(?:jats:)?sup>(?=[-−+]?[0-9a-z])")


def text_of_html(markup: str) -> str:
    """What a piece of HTML says: blocks stand apart as paragraphs, character references are characters, formulas stay.

    Numbers keep their powers: `10<sup>-3</sup>` is `10^-3`. The result is not cleaned yet, see `readq.text`.
    """
    if "<" in markup:
        markup = _without_silent(markup)
        markup = _RAISED.sub("^", markup)
        markup = _TAGS.sub("", _BREAKS.sub("\n\n", markup))
    return html.unescape(markup) if "&" in markup else markup


def _without_silent(markup: str) -> str:
    """Markup without comments and what is not shown, in one pass: what is never closed loses its beginning only."""
    folded = markup.lower() if len(markup.lower()) == len(markup) else markup
    kept: list[str] = []
    place = 0
    unclosed: set[str] = set()
    for found in _SILENT.finditer(markup):
        if found.start() < place:
            continue
        kept.append(markup[place : found.start()])
        place = found.end()
        close = "-->" if found[0] == "<!--" else f"</{found[1].lower()}" if found[1] else ""
        if not close or close in unclosed:
            continue
        end = folded.find(close, place)
        if end < 0:
            unclosed.add(close)
            continue
        place = end + len(close) if close == "-->" else folded.find(">", end) + 1 or len(markup)
        kept.append(" ")
    return "".join([*kept, markup[place:]])
