"""Keep a folder of Markdown files in step with the notes of the library, for editors and programs such as Obsidian.

The package changes papers only with the functions of `services/papers`. Each change that comes from a file is a step.
"""
