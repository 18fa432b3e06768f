"""Read full records of papers, feeds and views from a library, and write merged ones into it.

Used by dumps and by merging two papers. `read` and `write` mirror each other, `cards` writes review cards with their
answers, `merge` removes the second of two papers. Imports `store/papers`, `review` and `journal`. A new part of a
record is defined in `model/records`, and read and written here.
"""
