"""Write citations for programs other than LaTeX: CSL-JSON, Hayagriva and RIS.

`record` converts the fields of any paper to plain text. Each other module writes one format. A new format needs a
module here, and a line in `readq.services.citing.export_formats`.
"""
