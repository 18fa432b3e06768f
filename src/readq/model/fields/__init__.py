"""The fields of a paper: which there are, which of them a person corrected, and those of its entry in a .bib file.

The package may import only `readq.model.values` and the standard library. The module `paper_fields` defines the fields.
A rule about single fields goes here if it needs no whole paper.
"""
