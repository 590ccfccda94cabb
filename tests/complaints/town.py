"""A hub in a process of its own, stations that are enrolled with it, and a wire between them that can be cut."""

from __future__ import annotations

import socket
import sqlite3
import threading
from contextlib import closing
from pathlib import Path
from typing import Any

from packstation.__main__ import main
from packstation.station import Station
from packstation.station.clocks import random_gesture
from packstation.store import Place, Store, read_place, write_place
from packstation.store.ends import StationEnds
from sync.client import Client, HttpWire, enrol
from sync.hub.api.doors import There
from tests.shop import ANN, Bench, TestClock, suggest_m2
from tests.sync.hub_process import HubProcess

CATALOG = """sku,name,barcode,length_mm,width_mm,height_mm,weight_g,price_minor,flags
BLUE-MUG,MUG BLUE 350,2000000000015,10,9,8,35,1295,
PLATE,PLATE WHITE,2000000000039,10,9,8,50,1295,
"""
FILES = {
    "sites": "site,name,kind,address1,city,region,postcode,country,priority,postcode_prefixes\n"
    "WH-1,Madrid,warehouse,Calle 1,Madrid,,28013,ES,1,28\nST-1,Sevilla,store,Calle 2,Sevilla,,41001,ES,2,41\n",
    "catalog": CATALOG,
    "locations": "site,location,zone,sequence,aisle,bay,x_mm,y_mm\n"
    "WH-1,A-04-2,A,42,4,2,1,2\nST-1,B-01-1,B,11,1,1,1,2\n",
    "stock": "site,location,sku,quantity,lot,expiry\nWH-1,A-04-2,BLUE-MUG,{mugs},,\nST-1,B-01-1,BLUE-MUG,9,,\n",
    "cartons": "code,name,inner_length_mm,inner_width_mm,inner_height_mm,"
    "outer_length_mm,outer_width_mm,outer_height_mm,"
    "empty_weight_g,max_weight_g,cost_minor,kind\nM2,Box M2,310,220,140,316,226,146,100,20000,50,box\n",
    "users": f"user,name,role,badge,pin\nANN,Ann,packer,{ANN},\n",
}
ORDER_HEAD = (
    "order,channel,ordered_at,ship_by,service,name,address1,address2,city,region,postcode,country,phone,email,"
    "sku,quantity,price_minor,currency,note\n"
)


class Town:
    """`orders`: number -> {sku: units}. The hub is a real process; `stop` and `start` are the power switch."""

    def __init__(self, folder: Path, orders: dict[str, dict[str, int]], *, mugs: int = 2_000) -> None:
        self.folder = folder
        self.data = folder / "hub"
        assert main(["init", "--data", str(self.data), "--site", "WH-1", "--station", "hub-1"]) == 0
        for kind, text in FILES.items():
            self.take(kind, text.replace("{mugs}", str(mugs)))
        rows = [
            f"{number},web,2026-03-02T09:00:00Z,2026-03-02T16:00:00Z,standard,Jo,Calle 1,,Madrid,,28013,ES,,,"
            f"{sku},{units},1295,EUR,\n"
            for number, lines in orders.items()
            for sku, units in lines.items()
        ]
        self.take("orders", ORDER_HEAD + "".join(rows))
        self.port = 0
        self._tokens: dict[str, str] = {}
        self.benches: list[Bench] = []
        self.hub: HubProcess | None = None

    def take(self, kind: str, text: str) -> None:
        path = self.folder / f"{kind}.csv"
        path.write_text(text, encoding="utf-8")
        assert main(["import", kind, str(path), "--data", str(self.data)]) == 0

    def start(self) -> HubProcess:
        self.hub = HubProcess(self.data, port=self.port)
        self.port = self.hub.port
        return self.hub

    def stop(self) -> None:
        if self.hub is not None:
            self.hub.stop()
            self.hub = None

    def close(self) -> None:
        for bench in self.benches:
            bench.store.close()
        self.stop()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def station(self, name: str, site: str = "WH-1", *, hold_orders: int = 20) -> tuple[Bench, Client]:
        """A station that holds what the hub gives it, with Ann signed in."""
        assert self.hub is not None
        folder = self.folder / name
        folder.mkdir()
        code = There(self.url, self.hub.note["token"]).invite(site, name, "sync")
        self._tokens[name] = enrol(self.url, code)["token"]
        write_place(Place(folder, site, name, self.url, self._tokens[name]))
        clock, store = TestClock(), Store(read_place(folder))
        # Two stations, two sets of ids: those of the clock alone would be the same.
        made = Bench(Station(store, now=clock, new_id=random_gesture, suggest=suggest_m2), clock, store)
        self.benches.append(made)
        client = self.client(made, hold_orders=hold_orders)
        done = client.exchange()
        assert done.error == "", done.error
        made.scan(ANN)
        assert made.station.user is not None, made.station.message
        return made, client

    def client(self, made: Bench, url: str = "", *, hold_orders: int = 20) -> Client:
        token = self._tokens[made.store.place.station]
        ends = StationEnds(made.store, now_ms=made.clock.wall_ms, hold_orders=hold_orders)
        return Client(ends, HttpWire(url or self.url, token), pause=lambda _s: None)

    def rows(self, sql: str, *values: object) -> list[Any]:
        with closing(sqlite3.connect(self.data / "hub.db")) as db:
            return db.execute(sql, values).fetchall()

    def check(self) -> list[dict[str, Any]]:
        assert self.hub is not None
        return There(self.url, self.hub.note["token"]).check()


def held(made: Bench) -> list[str]:
    """The orders this station has in its hands."""
    rows = made.store.mirror.bodies("fo")
    mine = [str(body["fo"]) for body in rows if (body.get("claim") or {}).get("station") == made.store.place.station]
    return sorted(mine)


class Cutting:
    """A wire that is cut after so many bytes of what the station sends; both ends hear nothing more."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._server = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._server.getsockname()[1]}"
        self.cut_after: int | None = None
        self.sent = 0
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                ours, _ = self._server.accept()
                theirs = socket.create_connection(("127.0.0.1", self._port), timeout=10)
            except OSError:
                return
            for source, target, counts in ((ours, theirs, True), (theirs, ours, False)):
                threading.Thread(target=self._pass_on, args=(source, target, counts), daemon=True).start()

    def _pass_on(self, source: socket.socket, target: socket.socket, counts: bool) -> None:
        try:
            while data := source.recv(65_536):
                if counts:
                    left = len(data) if self.cut_after is None else max(0, self.cut_after - self.sent)
                    self.sent += min(len(data), left)
                    target.sendall(data[:left])
                    if left < len(data):
                        break
                else:
                    target.sendall(data)
        except OSError:
            pass
        for end in (source, target):
            end.close()

    def close(self) -> None:
        self._server.close()
