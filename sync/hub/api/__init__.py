"""The hub's doors.

http    the HTTP API: the one place that knows the web framework        serve   runs it, and stops it cleanly
doors   what commands ask of a hub, whether it runs or its files lie here
"""
