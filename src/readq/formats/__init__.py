"""File formats: `bibtex/` reads and writes .bib files, `csl_json` and `markdown` write papers.

The modules convert between text and values of `model`; they open no files. May import `latex`, `model`, `days` and
`text`; `csl_json` and `markdown` may use `bibtex/`. A new format for export is a module with a function from papers to
text, and a line in `services/citing/export_formats.py`.
"""
