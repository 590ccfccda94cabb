"""Screens: one draws any Prompt, wide or handheld; the boards; sign-in."""
