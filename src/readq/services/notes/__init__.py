"""Notes as Markdown files: a folder in step with the library, for editors and for programs such as Obsidian.

A service here changes papers by the services of `services/papers`. Each change that a file makes is a step.
"""
