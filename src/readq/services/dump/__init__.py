"""Dump the user's own data as plain text into a folder, and merge such a folder into a library.

`file_layout` defines the files. `write_folder` writes them. `read_folder` reads them, with checks in `validation` and
`git_conflicts`. `merge_folder` merges them by the rules of `readq.merge`. `three_way` merges with a common ancestor.
The package may import `services/papers`, `merge` and `store`. A new kind of data needs a file or a key in
`file_layout`, and a check in `validation`.
"""
