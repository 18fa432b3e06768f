"""LaTeX text to Unicode and back, without BibTeX: the screen needs it as well.

`decode` is for the screen and for search, `encode` for .bib files; `*_math` do the same for formulas, which
`math_parser` parses; `symbols` holds the tables. Pure functions that import only `text` and `errors`. A new command is
a line in a table; a new file is another construct of LaTeX.
"""
