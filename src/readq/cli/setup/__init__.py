"""Commands about readq itself: demo, config, help, man, completion.

A command parses arguments, calls services and prints. It imports no command of another group. A new file here is a new
command.
"""
