"""Convert LaTeX text to Unicode and back.

`decode` converts LaTeX to Unicode for the screen and for search. `encode` converts Unicode to LaTeX for .bib files.
`decode_math` and `encode_math` do the same for formulas, which `math_parser` parses. `symbols` holds the tables. All
functions are pure. The package may import only `text` and `errors`. The UI uses this package, so this package must not
import the code for BibTeX files. To support one more command, add a line to a table. To support another construct of
LaTeX, add a file.
"""
