"""Sync the libraries of several machines through a git repository with a dump, a copy of the library as text files.

The module `git` runs the git program. `locks` removes the lock files of git processes that were killed. `objects`
reads commits and files through one process of git. `ancestry` tells how commits are related. `repository` makes and
reads commits of dumps. `remote` fetches and pushes. `exchange` merges the changes of the other machines into
the library. `start` makes or clones the repository. `status` describes it. `merge_driver` merges single files for
readers who run git themselves. The package may import `services/dump`, `merge` and `store`.
"""
