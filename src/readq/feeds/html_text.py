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
_SILENT = re.compile(rf"(?is)<(script|style|template|noscript){_ATTRIBUTES}>.*?</\1\s*>|<!--.*?-->|<!\[CDATA\[|\]\]>")
_BREAKS = re.compile(rf"(?i)</?(?:{_BLOCKS}){_ATTRIBUTES}>")
_TAGS = re.compile(rf"(?i)</?(?:{_INLINE}|script|style|template|noscript){_ATTRIBUTES}>")
_RAISED = re.compile(r"(?i)(?<=[0-9])<(?:jats:)?sup>(?=[-−+]?[0-9a-z])")


def text_of_html(markup: str) -> str:
    """What a piece of HTML says: blocks stand apart as paragraphs, character references are characters, formulas stay.

    Numbers keep their powers: `10<sup>-3</sup>` is `10^-3`. The result is not cleaned yet, see `readq.text`.
    """
    if "<" in markup:
        markup = _SILENT.sub(" ", markup)
        markup = _RAISED.sub("^", markup)
        markup = _TAGS.sub("", _BREAKS.sub("\n\n", markup))
    return html.unescape(markup) if "&" in markup else markup
