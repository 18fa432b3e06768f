"""Read the first pages of a PDF, and find the arXiv id or DOI of its paper.

`extract` runs in a process of its own, because a hostile PDF can take unlimited time and memory. `identify` is pure.
Code that downloads and attaches PDFs is in `services/pdf`. The paths of a paper's files are in `store/papers/pdfs`.
"""
