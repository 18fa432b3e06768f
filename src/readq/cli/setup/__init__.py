"""Commands about readq itself: demo, config, help, man, completion.

A command parses arguments, calls services and prints. It imports no command of another group. Add a new file here only
for a new command.
"""
