"""Convert LaTeX text to Unicode and back. The package knows no BibTeX, because the screen uses it as well.

`decode` converts to Unicode for the screen and for search, `encode` to LaTeX for .bib files. `decode_math` and
`encode_math` do so for formulas, which `math_parser` parses; `symbols` holds the tables. Pure functions that import
only `text` and `errors`. A new command is a line in a table; a new file is for another construct of LaTeX.
"""
