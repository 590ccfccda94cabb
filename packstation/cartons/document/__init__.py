"""Carton documents: JSON objects into an Order, a Plan into a JSON object (cartons.md CT2, CT8).

    {"cartons": [..], "items": [..], ..}  --read_order-->  Order
    Plan  --plan_document-->  {"parcels": [..], "unplaced": [..], ..}

What cannot be read raises DocumentError, which names the JSON path, what was expected and what was there.
"""

from packstation.cartons.document.fields import DocumentError
from packstation.cartons.document.orders import read_order
from packstation.cartons.document.plans import plan_document

__all__ = ["DocumentError", "plan_document", "read_order"]
