"""File formats: `bibtex/` is read and written, CSL-JSON and Markdown are written.

Modules convert between text and values of `model`; they read and write no files. May import `latex`, `model`, `days`
and `text`; CSL-JSON and Markdown may use `bibtex/`. A format for export is a module with a function from papers to
text, and a line in `services/citing/formats.py`.
"""
