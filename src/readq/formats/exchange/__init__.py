"""Write citations for programs other than LaTeX: CSL-JSON, Hayagriva and RIS.

`record` converts the fields of a paper from any source to plain text. The other modules write one format each. A new
format needs a module here, and a line in `readq.services.citing.export_formats`.
"""
