"""Which face a picker is sent to, and in which order faces come in a walk. Pure.

faces that hold the SKU --enough for the line? planned in the route? not looked at in vain?--> one face
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from msgspec import Struct

EMPTY: Mapping[str, int] = {}
NOWHERE = 1_000_000_000
"""The place in the walk of what nobody knows a location for: after everything else."""


class Face(Struct, frozen=True):
    """Units of one SKU at one location, of one lot where lots are kept. `sequence`: its place in the walk."""

    location: str
    sequence: int
    quantity: int
    lot: str | None = None
    expiry: str | None = None
    pack: str | None = None
    """The number of a stock pack whose units are picked together, by its own code (FL6.17)."""


def place_in_walk(location: str, sequence: int, route: Mapping[str, int] = EMPTY) -> tuple[int, int, str]:
    """Sorts stops: as planned, then what the plan does not know by sequence, then by name."""
    if location in route:
        return 0, route[location], location
    return (1, sequence, location) if location else (2, NOWHERE, "")


def best_face(
    faces: Iterable[Face],
    want: int,
    *,
    route: Mapping[str, int] = EMPTY,
    lot: str | None = None,
    passed: Collection[str] = (),
    sticky: str | None = None,
) -> Face | None:
    """The face that comes first in the walk and holds enough, else the fullest; None when nobody knows one.

    `route`: the place of each planned location in the walk. `lot`: faces of the reserved lot win while there are any.
    `passed`: locations where somebody looked in vain. `sticky`: where units of the line were taken already: a picker
    is not sent away from a face that has more.
    """
    faces = tuple(faces)
    if len(faces) == 1:
        return Face(faces[0].location, faces[0].sequence, faces[0].quantity)
    unseen = [face for face in faces if face.location not in passed] if passed else faces
    if not unseen:
        return max(together(faces), key=lambda face: face.quantity, default=None)
    left = together(unseen if lot is None else [face for face in unseen if face.lot in (lot, None)] or unseen)
    if sticky is not None:
        for face in left:
            if face.location == sticky:
                return face
    enough = [face for face in left if face.quantity >= want]
    if enough:
        return min(enough, key=lambda face: place_in_walk(face.location, face.sequence, route))
    return max(left, key=lambda face: (face.quantity, face.location))


def together(faces: Iterable[Face]) -> list[Face]:
    """One face a location: its lots added up."""
    found: dict[str, Face] = {}
    for face in faces:
        known = found.get(face.location)
        units = face.quantity + (known.quantity if known else 0)
        found[face.location] = Face(face.location, face.sequence, units)
    return list(found.values())
