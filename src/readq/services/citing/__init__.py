"""Write export files, copy citation keys and entries, and freeze the citation keys that are exported or copied.

`export_formats` is the table of export formats. `export` has the functions that the command line and the UI call.
`output_file` writes the file. `document` reads the citations of a LaTeX document. The package may import the store,
`formats/` and `model/`. A new format needs a module in `readq.formats`, which makes the text, and a line in
`export_formats`.
"""
