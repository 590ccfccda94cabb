"""Where fonts, sounds, languages and the demo shop lie: inside the wheel, or beside the source in a checkout."""

from __future__ import annotations

from pathlib import Path

_HERE = Path(__file__).resolve().parent


def asset(*parts: str) -> Path:
    """The path of an asset, such as asset("fonts", "DejaVuSans.ttf"). Raises FileNotFoundError naming it."""
    for root in (_HERE / "_assets", _HERE.parent / "assets"):
        path = root.joinpath(*parts)
        if path.exists():
            return path
    raise FileNotFoundError(f"asset {'/'.join(parts)}: expected it in the package, got nothing.")
