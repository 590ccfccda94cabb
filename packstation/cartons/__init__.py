"""Which carton, how filled, in which order, and why.

cartonize(items, cartons, ...) -> Plan        the one door; see engine.py
"""

from packstation.cartons.engine import cartonize

__all__ = ["cartonize"]
