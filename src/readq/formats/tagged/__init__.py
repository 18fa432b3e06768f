"""Read files of tagged lines: RIS, and PubMed's nbib. `records` splits a file of either format into records.

The package may import the same packages as `formats`. A further format of tagged lines needs a module here, and a line
in `services/importing/input_formats.py`.
"""
