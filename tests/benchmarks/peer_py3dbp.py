"""py3dbp as a peer, run by an interpreter that has it: one carton document a line in, one answer a line out.

    PYTHON_WITH_PY3DBP peer_py3dbp.py < documents > answers     {"carton": code or null, "ms": t}

It packs into the bins it is given and chooses none; so each carton is tried alone, the smallest first.
"""

import json
import sys
import time
from typing import Any

try:
    from py3dbp import Bin, Item, Packer  # type: ignore[import-not-found]  # a peer, in an environment of its own
except ImportError:
    sys.exit("py3dbp is not installed for this interpreter")


def main() -> None:
    for line in sys.stdin:
        document = json.loads(line)
        started = time.perf_counter()
        carton = _smallest(document)
        print(json.dumps({"carton": carton, "ms": 1000 * (time.perf_counter() - started)}), flush=True)


def _smallest(document: dict[str, Any]) -> str | None:
    for carton in sorted(document["cartons"], key=_volume_mm3):
        packer = Packer()
        packer.add_bin(Bin(carton["code"], *carton["inner_mm"], carton["max_weight_g"] - carton["empty_weight_g"]))
        for item in document["items"]:
            for number in range(item["quantity"]):
                packer.add_item(Item(f"{item['sku']} {number}", *item["size_mm"], item["weight_g"]))
        packer.pack(bigger_first=True)
        if not packer.bins[0].unfitted_items:
            return str(carton["code"])
    return None


def _volume_mm3(carton: dict[str, Any]) -> int:
    length_mm, width_mm, height_mm = carton["inner_mm"]
    return int(length_mm * width_mm * height_mm)


if __name__ == "__main__":
    main()
