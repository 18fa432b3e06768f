"""Convert the HTML in titles and abstracts to text, without damage to formulas.

Only known tags of HTML, JATS and MathML are removed. So the text `$a<b$ and c>d` is kept, although `<b$ and c>` looks
like a tag.
"""

import re

from readq.character_references import decode_references

_BLOCKS = (
    "p|div|br|hr|li|ul|ol|dl|dd|dt|h[1-6]|blockquote|pre|table|tr|section|article|header|footer|figure|figcaption"
    "|(?:jats:)?(?:p|sec|title|list|list-item|disp-formula)"
)
_INLINE = (
    "a|abbr|b|bdi|bdo|big|cite|code|del|dfn|em|font|i|img|ins|kbd|label|mark|nobr|q|s|samp|small|span|strike|strong|sub"
    "|sup|tbody|td|th|thead|time|tt|u|var|wbr|svg|path|picture|source|video|audio|iframe|center|body|html|head|main|nav"
    "|math|semantics|m(?:row|i|n|o|text|sup|sub|subsup|frac|sqrt|root|over|under|underover|fenced|table|tr|td|space|style)"
    "|(?:mml|m):[a-z]+|(?:jats:)?(?:italic|bold|sc|sub|sup|monospace|underline|ext-link|xref|inline-formula|alternatives"
    "|tex-math|inline-graphic|abstract)"
)
# An unquoted value must not look like a formula; attributes without a value are not matched, they look like words.
_ATTRIBUTES = r"""(?:\s+[A-Za-z_:@][\w:.-]*\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'<>=`]+))*\s*/?"""
_HIDDEN = re.compile(
    rf"(?i)<(script|style|template|noscript|(?:(?:mml|m):)?annotation(?:-xml)?){_ATTRIBUTES}>|<!--|<!\[CDATA\[|\]\]>"
)
_BLOCK_TAGS = re.compile(rf"(?i)</?(?:{_BLOCKS}){_ATTRIBUTES}>")
_CELL_ENDS = re.compile(r"(?i)</t[dh]\s*>")
_INLINE_TAGS = re.compile(rf"(?i)</?(?:{_INLINE}|script|style|template|noscript){_ATTRIBUTES}>")
_POWER = re.compile(r"(?i)(?<=[0-9])<(?:jats:)?sup>(?=[-−+]?[0-9a-z])")


def text_of_html(markup: str) -> str:
    """Convert a piece of HTML to text. Blocks become paragraphs, and character references become characters.

    `10<sup>-3</sup>` becomes `10^-3`. The result may contain control characters and repeated spaces, so the caller must
    clean it with `readq.text`.
    """
    if "<" in markup:
        markup = _without_hidden(markup)
        markup = _POWER.sub("^", markup)
        markup = _CELL_ENDS.sub(" ", _BLOCK_TAGS.sub("\n\n", markup))
        markup = _INLINE_TAGS.sub("", markup)
    return decode_references(markup)


def _without_hidden(markup: str) -> str:
    """Remove comments and elements that are not displayed, such as scripts and annotations of MathML, in linear time.

    Of an element that is never closed only the start tag is removed.
    """
    folded = markup.lower() if len(markup.lower()) == len(markup) else markup
    kept: list[str] = []
    position = 0
    unclosed: set[str] = set()
    for found in _HIDDEN.finditer(markup):
        if found.start() < position:
            continue
        kept.append(markup[position : found.start()])
        position = found.end()
        close = "-->" if found[0] == "<!--" else f"</{found[1].lower()}" if found[1] else ""
        if not close or close in unclosed:
            continue
        end = folded.find(close, position)
        if end < 0:
            unclosed.add(close)
            continue
        position = end + len(close) if close == "-->" else folded.find(">", end) + 1 or len(markup)
        if "annotation" not in close:
            kept.append(" ")
    return "".join([*kept, markup[position:]])
