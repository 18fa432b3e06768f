"""Read the first pages of a PDF and find the paper's identifier in them.

`extract` is a program of its own, since a hostile PDF can take all time and memory; `identify` is pure.
Downloading and attaching PDFs is in `services/pdf`, the paths of a paper's files are in `store/papers/pdfs`.
"""
