"""The PDFs of papers: download them, attach the reader's own files, and identify the paper of a PDF.

May import pdf, net and store; the network comes from `services/network`. PDF contents are parsed in the package `pdf`.
"""
