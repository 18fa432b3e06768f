"""File formats. `bibtex/` reads and writes .bib files, `tagged/` reads RIS and nbib. Each other format has a module.

The modules convert between text and values of `model`, and open no files. The package may import `latex`, `model`,
`days` and `text`. `exchange/` and `markdown` may use `bibtex/`. A new format for export needs a module with a function
that converts papers to text, and a line in `services/citing/export_formats.py`.
"""
