"""Keep the libraries of several machines in step, through a git repository that holds a dump.

`git` runs the git program, `locks` removes what killed ones left. `repository` makes commits of dumps and reads them,
`remote` fetches and pushes. `exchange` merges what others shared into the library, `start` makes or clones the
repository, `status` describes it, `merge_driver` merges single files for those who use git themselves. The package may
import `services/dump`, `merge` and `store`.
"""
