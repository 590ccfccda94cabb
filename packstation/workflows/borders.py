"""Which deliveries cross a customs border, so that the parcel carries a declaration (CN22, CN23). Pure.

A union of countries is one customs area. Places that belong to a country and not to its area are told by postcode.
"""

from __future__ import annotations

_EUROPEAN_UNION = (
    *("AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE"),
    *("IT", "LT", "LU", "LV", "MC", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK"),
)
_AREAS = (
    frozenset(_EUROPEAN_UNION),
    frozenset({"GB", "IM"}),
    frozenset({"CH", "LI"}),
    frozenset({"US", "PR"}),
)
_OUTSIDE = {
    "DE": ("27498", "78266"),  # Helgoland, Büsingen
    "ES": ("35", "38", "51", "52"),  # Canary Islands, Ceuta, Melilla
    "FI": ("22",),  # Åland
    "FR": ("97", "98"),  # overseas
    "IT": ("23041",),  # Livigno
}
_NAMES = {"UK": "GB", "USA": "US", "EL": "GR"}


def crosses_border(sender: str, receiver: str, postcode: str = "") -> bool:
    """Whether a parcel from one country to another needs a declaration. A country nobody wrote down crosses nothing.

    >>> crosses_border("DE", "ES"), crosses_border("DE", "ES", "35001"), crosses_border("DE", "CH")
    (False, True, True)
    """
    here, there = _code(sender), _code(receiver)
    if not here or not there:
        return False
    if postcode.replace(" ", "").startswith(_OUTSIDE.get(there, ("\0",))):
        return True
    return here != there and not any(here in area and there in area for area in _AREAS)


def _code(country: str) -> str:
    code = country.strip(" ").upper()
    code = _NAMES.get(code, code)
    return code if len(code) == 2 and code.isalpha() else ""
