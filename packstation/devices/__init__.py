"""Devices: threads that turn the outside into lines, and bytes into the outside."""
