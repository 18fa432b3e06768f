"""Handle the library as a file: back it up, restore it, check its integrity and its location on the disk.

The package imports `connection` only. A new file belongs here if it handles the library as a whole and reads or writes
no particular rows.
"""
