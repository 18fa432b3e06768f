"""Read and write .bib files of BibTeX and BibLaTeX.

`entry_parser` parses a file into entries. `reader` makes papers from the entries, with `inheritance` and a parser for
each kind of field. `writer` writes entries. `imported_entry` formats the entries of papers that came from a .bib file.
The package may import `latex`, `model` and `text`. A new module is for one kind of field, or for one stage of reading
or writing.
"""
