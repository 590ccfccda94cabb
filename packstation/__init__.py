"""The packing app for the warehouse floor. The map of the house is in the README."""

__version__ = "0.1.0"
