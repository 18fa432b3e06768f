"""Commands about readq itself: demo, serve, config, completion, man, help.

A command parses arguments, calls services and prints. It imports no command of another group. Add a new file here only
for a new command.
"""
