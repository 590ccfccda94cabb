"""The command line, a module for each group of commands.

Each module has `add(commands)`, which adds its parsers, and a function for each command that takes the parsed
arguments and returns the exit code: 0 done, 1 understood and refused, 2 usage error or unreadable input.
A `UsageError` raised anywhere below ends as one line on stderr and exit 2; a `Refused` as one line and exit 1.
"""
