"""Write the demo shop into assets/demo."""

from __future__ import annotations

from pathlib import Path

from tests.demo_shop import files

FOLDER = Path(__file__).resolve().parents[2] / "assets" / "demo"


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, text in files().items():
        (FOLDER / name).write_text(text, encoding="utf-8", newline="")
        print(f"{name}: {text.count(chr(10)) - 1} rows")


main()
