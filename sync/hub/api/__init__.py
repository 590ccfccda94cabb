"""The hub's doors.

http    the HTTP API: the one place that knows the web framework        serve   runs it, and stops it cleanly
local   the same calls in process, for a hub whose files lie here      doors   what commands ask, of either
"""
