"""Which carton, how filled, in which order, and why.

cartonize(items, cartons, ...) -> Plan        the one door; see engine.py
planned(order), replanned(order, carton)      the same for an Order, and into the carton that was scanned
check.check(plan, order)                      () or the rules that a plan breaks
words.TEXTS                                   what it says; read by every screen, which does not load the engine
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from packstation.cartons.engine import cartonize, planned, replanned

__all__ = ["cartonize", "planned", "replanned"]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from packstation.cartons import engine

    return getattr(engine, name)
