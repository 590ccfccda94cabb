"""Which carton, how filled, in which order, and why.

cartonize(items, cartons, ...) -> Plan        the one door; see engine.py
planned(order), replanned(order, carton)      the same for an Order, and into the carton that was scanned
check(plan, order)                            () or the rules that a plan breaks
"""

from packstation.cartons.check import check
from packstation.cartons.engine import cartonize, planned, replanned

__all__ = ["cartonize", "check", "planned", "replanned"]
