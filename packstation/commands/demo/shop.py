"""The demo's shop: a hub in its own process, a warehouse and a store, filled from the demo's assets."""

from __future__ import annotations

import csv
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from packstation.assets import asset
from packstation.commands.assembly import Assembled, open_station
from packstation.commands.errors import Refused
from packstation.station import Clock
from packstation.station.language import table_of
from packstation.store import Busy, FolderLock, NotAStation, Place, write_place

SITES = {"WH-1": "st-01", "ST-1": "st-51"}
DOCKS = {"GROUND": "D-1", "EXPRESS": "D-2", "ECONOMY": "D-3"}
"""Where the carriers of the warehouse stand; the store has one back door for all."""
WRITTEN = date(2026, 11, 22)
"""The day the demo's orders were written for."""


def orders_there_are() -> int:
    """How many orders the demo's file holds."""
    with open(asset("demo", "orders.csv"), encoding="utf-8", newline="") as file:
        return len({row["order"] for row in csv.DictReader(file)})


class Shop:
    """Sets everything up on entering, and takes the hub's process down on leaving."""

    def __init__(self, folder: Path, *, orders: int, say: Callable[[str], None]) -> None:
        self.folder, self.orders, self._say = folder, orders, say
        self.url = ""
        self._hub: subprocess.Popen[str] | None = None
        self._log: IO[str] | None = None
        self._opened: list[Assembled] = []
        self._lock = FolderLock(folder, "demo.lock")

    def __enter__(self) -> Self:
        self._own_folder()
        for name in ("hub", *SITES.values()):
            shutil.rmtree(self.folder / name, ignore_errors=True)
        (self.folder / "demo.json").write_text(json.dumps({"orders": self.orders}), encoding="utf-8")
        (self.folder / "hub").mkdir()
        self._fill()
        self.start_hub()
        for site, station in SITES.items():
            self._enrol(site, station)
        return self

    def _own_folder(self) -> None:
        """Nobody else works here, in a demo or at one of its stations: it would be deleted under them."""
        from sync.hub.tables.database import HubLock, HubLocked

        try:
            self._lock.take()
            for name in SITES.values():
                if (self.folder / name).is_dir():
                    lock = FolderLock(self.folder / name)
                    lock.take()
                    lock.release()
            if (self.folder / "hub").is_dir():
                HubLock(self.folder / "hub").release()
        except (Busy, HubLocked) as error:
            self._lock.release()
            by = f"process {error.pid}" if error.pid else "another process"
            raise Refused(
                f"--out: expected a folder that nobody uses, got {self.folder}, where {by} runs a demo, a "
                "station or a hub. End it, or name another folder."
            ) from None

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        for made in self._opened:
            made.close()
        self.stop_hub()
        self._lock.release()

    def station(self, site: str, clock: Clock | None = None, language: str = "en") -> Assembled:
        """The station of a site, with its printers writing into its documents folder."""
        from packstation.store import read_place

        try:
            place = read_place(self.folder / SITES[site])
        except (NotAStation, ValueError) as error:
            raise Refused(f"{error} Somebody else changed {self.folder} meanwhile: name another folder.") from None
        made = open_station(place, clock=clock, speak=lambda store: table_of(language))
        self._opened.append(made)
        return made

    def start_hub(self) -> None:
        """Start the hub's process on a free port of this machine; again on the same one after a stop."""
        port = self.url.rpartition(":")[2] or "0"
        self._log = open(self.folder / "hub" / "hub.err", "a", encoding="utf-8")  # noqa: SIM115  open as long as the hub
        words = [
            sys.executable,
            "-m",
            "packstation",
            "hub",
            "serve",
            "--data",
            str(self.folder / "hub"),
            "--port",
            port,
        ]
        self._hub = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=self._log, text=True, env=os.environ)
        assert self._hub.stdout is not None
        told = self._hub.stdout.readline()
        try:
            self.url = str(json.loads(told)["url"])
        except (ValueError, KeyError):
            raise Refused(f"hub: expected it to start, got {told.strip() or 'nothing'}; see hub.err.") from None
        self._say(f"hub: process {self._hub.pid} at {self.url}")

    def stop_hub(self) -> None:
        """Take the hub down, as the Wi-Fi does."""
        if self._hub is None:
            return
        self._hub.send_signal(signal.SIGTERM)
        try:
            self._hub.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self._hub.kill()
            self._hub.wait()
        self._hub = None
        if self._log is not None:
            self._log.close()

    def _fill(self) -> None:
        """Import the demo's goods and orders into the hub's database, before it is served."""
        from sync.hub.api.doors import open_door

        hub = self.folder / "hub"
        orders, stock = hub / "orders.csv", hub / "stock.csv"
        _of_today(asset("demo", "orders.csv"), orders, orders=self.orders)
        _of_today(asset("demo", "stock.csv"), stock)
        door = open_door(hub)
        try:
            for what, file, how in (
                ("sites", asset("demo", "sites.csv"), {}),
                ("catalog", asset("demo", "catalog.csv"), {}),
                ("cartons", asset("demo", "cartons.csv"), {}),
                ("rates", asset("demo", "rates.csv"), {}),
                ("users", asset("demo", "users.csv"), {}),
                ("locations", asset("demo", "locations.csv"), {"site": "WH-1"}),
                ("locations", asset("demo", "store-locations.csv"), {"site": "ST-1"}),
                ("stock", stock, {}),
                ("orders", orders, {}),
            ):
                told = door.take(what, file, lambda rows: None, **how)
                if told["rejected"]:
                    raise Refused(f"import {what}: expected every row in, got {told['rejected'][0]}.")
                self._say(f"import {what}: {told['created']}")
            door.set_setting("WH-1", "carriers", {carrier: {"doors": [dock]} for carrier, dock in DOCKS.items()})
        finally:
            door.close()

    def _enrol(self, site: str, station: str) -> None:
        """A one-time code at the hub, used at the station (sync X4)."""
        from sync.client import enrol
        from sync.hub.api.doors import open_door

        door = open_door(self.folder / "hub")
        try:
            code = door.invite(site, station, "sync")
        finally:
            door.close()
        told = enrol(self.url, code)
        write_place(Place(self.folder / station, site, station, self.url, told["token"]))
        (self.folder / station / "documents").mkdir(exist_ok=True)


def _of_today(source: Path, target: Path, *, orders: int | None = None) -> None:
    """A demo file as if it had been written today: its times and dates moved by whole days; the first orders only."""
    with (
        open(source, encoding="utf-8", newline="") as file,
        open(target, "w", encoding="utf-8", newline="") as out,
    ):
        rows = csv.DictReader(file)
        writer = csv.DictWriter(out, rows.fieldnames or ())
        writer.writeheader()
        days = datetime.now(UTC).date() - WRITTEN
        seen: set[str] = set()
        for row in rows:
            seen.add(row.get("order", ""))
            if orders is not None and len(seen) > orders:
                return
            for name in ("ordered_at", "ship_by"):
                if row.get(name):
                    moved = datetime.fromisoformat(row[name]) + days
                    row[name] = moved.strftime("%Y-%m-%dT%H:%M:%SZ")
            if row.get("expiry"):
                row["expiry"] = (date.fromisoformat(row["expiry"]) + days).isoformat()
            writer.writerow(row)
