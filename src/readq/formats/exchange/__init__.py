"""Write citations for programs other than LaTeX: CSL-JSON, Hayagriva and RIS.

`record` gives the fields of a paper as plain text, whatever its source. The other modules write one format each. A new
format needs a module here, and a line in `readq.services.citing.export_formats`.
"""
