"""Convert LaTeX text to Unicode and back. The package knows nothing of BibTeX files, because the UI uses it as well.

`decode` converts LaTeX to Unicode for the screen and for search. `encode` converts Unicode to LaTeX for .bib files.
`decode_math` and `encode_math` do the same for formulas, which `math_parser` parses. `symbols` holds the tables. All
functions are pure, and import only `text` and `errors`. A new command is a line in a table. Another construct of LaTeX
gets a new file.
"""
