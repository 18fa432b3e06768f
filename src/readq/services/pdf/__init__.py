"""The PDFs of papers: download them, attach the user's own files, and identify the paper of a PDF.

The package may import pdf, net and store. Access to the network comes from `services/network`. The package `readq.pdf`
parses the contents of PDFs.
"""
