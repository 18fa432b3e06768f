"""Read and write file formats. `bibtex/` is for .bib files, and `tagged/` for RIS and nbib.

Each other format has a module or folder of its own. The modules convert between text and values of `model`, and open no
files. The package may import `latex`, `model`, `days` and `text`. `exchange/` and `markdown` may use `bibtex/`. A new
format for export needs a module with a function that converts papers to text, and a line in
`services/citing/export_formats.py`.
"""
