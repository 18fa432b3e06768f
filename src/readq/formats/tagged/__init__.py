"""Files of tagged lines: RIS and the nbib of PubMed. `records` splits a file of either into records.

The package may import what `formats` may import. A further format of tagged lines needs a module here, and a line in
`services/importing/input_formats.py`.
"""
