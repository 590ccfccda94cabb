"""The hub over real sockets, in a real process: who may what, what is too much, and how it ends."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import zstandard

from sync import facts
from sync.client import Client, Exchanged, HttpWire, Patience, SyncThread, Turned, Unreachable, enrol
from sync.hub.api.doors import There, open_door, wire_for
from sync.hub.intake.local import LocalWire
from sync.hub.tables.database import Database, HubLocked
from tests.sync.bench import Bench
from tests.sync.hub.shop import Shop, order_row
from tests.sync.hub_process import HubProcess

FO = "FO-4471-1"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("hub")
    database = Database(f"sqlite:///{made}/hub.db")
    shop = Shop(database, made)
    shop.orders(order_row("4471", quantity=3), order_row("4472", quantity=2), order_row("4473", "RED-MUG", 4))
    database.close()
    return made


@pytest.fixture(scope="module")
def hub(folder: Path) -> Iterator[HubProcess]:
    made = HubProcess(folder)
    yield made
    made.kill()


def admin(hub: HubProcess) -> There:
    return There(hub.url, hub.note["token"])


def token_of(hub: HubProcess, station: str, site: str = "NYC", rights: str = "sync") -> str:
    return enrol(hub.url, admin(hub).invite(site, station, rights))["token"]


def asked(hub: HubProcess, method: str, path: str, token: str | None = None, **more: object) -> httpx.Response:
    headers = dict(more.pop("headers", {}))  # type: ignore[call-overload]
    if token is not None:
        headers["authorization"] = f"Bearer {token}"
    with httpx.Client(timeout=20, trust_env=False) as client:
        return client.request(method, hub.url + path, headers=headers, **more)  # type: ignore[arg-type]


def test_a_station_enrols_once_with_its_code(hub: HubProcess) -> None:
    """X4: the code is good once; the token is 256 bits; the hub keeps only hashes."""
    code = admin(hub).invite("NYC", "st-50", "sync")
    told = enrol(hub.url, code)
    assert (told["site"], told["station"], len(told["token"])) == ("NYC", "st-50", 64)
    with pytest.raises(Turned, match="last 10 minutes"):
        enrol(hub.url, code)
    held = (hub.folder / "hub.db").read_bytes() + (hub.folder / "hub.db-wal").read_bytes()
    assert told["token"].encode() not in held
    assert code.encode() not in held


def test_a_new_token_leaves_one_overlap(hub: HubProcess) -> None:
    """X4: rotation does not cut off a station that is under way."""
    first, second = token_of(hub, "st-48"), token_of(hub, "st-48")
    path = "/v1/sites/NYC/changes?after=0&limit=1"
    assert [asked(hub, "GET", path, token).status_code for token in (first, second)] == [200, 200]
    third = token_of(hub, "st-48")
    assert [asked(hub, "GET", path, token).status_code for token in (first, second, third)] == [401, 200, 200]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/v1/hello"),
        ("POST", "/v1/push"),
        ("GET", "/v1/sites/NYC/changes?after=0"),
        ("POST", "/v1/sites/NYC/claims"),
        ("POST", "/v1/import/orders"),
        ("GET", "/v1/check"),
        ("GET", "/v1/orders/4471/why"),
        ("POST", "/v1/route/4471"),
        ("GET", "/v1/export/orders"),
        ("GET", "/v1/review"),
        ("POST", "/v1/stations"),
    ],
)
def test_every_door_asks_for_a_token(hub: HubProcess, method: str, path: str) -> None:
    """X1: deny by default; T18 for these doors."""
    assert asked(hub, method, path, content=b"{}" if method == "POST" else None).status_code == 401
    wrong = asked(hub, method, path, "f" * 64, content=b"{}" if method == "POST" else None)
    assert wrong.status_code == 401
    assert "f" * 64 not in wrong.text


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/v1/import/orders"),
        ("GET", "/v1/check"),
        ("GET", "/v1/orders/4471/why"),
        ("GET", "/v1/export/orders"),
        ("POST", "/v1/stations"),
        ("GET", "/v1/sites/DEN/changes?after=0"),
    ],
)
def test_a_station_reaches_its_own_site_only(hub: HubProcess, method: str, path: str) -> None:
    token = token_of(hub, "st-51")
    assert asked(hub, method, path, token, content=b"{}" if method == "POST" else None).status_code == 403


def test_an_exchange_over_the_wire(hub: HubProcess) -> None:
    """N1-N3, N5 over HTTP, packed with zstd."""
    bench = Bench("st-52")
    bench.wanted_work = 1
    wire = HttpWire(hub.url, token_of(hub, "st-52"))
    client = Client(bench, wire)
    for _ in range(30):
        bench.did("FO-4472-1", facts.OrderParked())
    done = client.exchange()
    assert (done.error, done.pushed, done.acked, done.pending) == ("", 30, 30, 0)
    assert done.hub_epoch == hub.told["hub_epoch"]
    assert len(bench.copies("sku")) == 3
    assert len(bench.grants) == 1
    assert client.exchange() == done.__class__(0, 30, 0, 0, done.hub_epoch)
    wire.close()


def test_a_body_that_unpacks_to_too_much_is_cut_off(hub: HubProcess) -> None:
    """X6, B14: the limit counts while unpacking; the frame's own promise is not believed."""
    token = token_of(hub, "st-53")
    bomb = zstandard.ZstdCompressor(level=19).compress(bytes(200 << 20))
    assert len(bomb) < 100_000
    told = asked(hub, "POST", "/v1/push", token, content=bomb, headers={"content-encoding": "zstd"})
    assert told.status_code == 413
    assert asked(hub, "POST", "/v1/push", token, content=bytes(2 << 20)).status_code == 413


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"not json",
        b"[" * 100_000,
        b'{"proto": NaN}',
        b'{"proto": 1e999}',
        b'{"proto": 1, "gen": "x"}',
        json.dumps({"proto": "1"}).encode(),
        b"\xff\xfe\x00",
        b'{"proto":1,"gen":"00000000000000a1","session":"","base_seq":0,"base_hash":"","last_hash":"","count":1}',
    ],
)
def test_nonsense_is_refused_without_an_echo(hub: HubProcess, body: bytes) -> None:
    """B15, X17: 400 names what was expected; the body never comes back."""
    told = asked(hub, "POST", "/v1/push", _shared_token(hub), content=body)
    assert told.status_code == 400
    assert set(told.json()) == {"error", "text"}


def test_too_many_facts_are_refused(hub: HubProcess) -> None:
    lines = b"\n".join([b"{}", *[b"[1]"] * 501])
    assert asked(hub, "POST", "/v1/push", _shared_token(hub), content=lines).status_code == 413


def test_a_station_that_asks_too_often_waits(hub: HubProcess) -> None:
    """X6: 300 a minute in bursts of 60."""
    token = token_of(hub, "st-54")
    with httpx.Client(timeout=20, trust_env=False, headers={"authorization": f"Bearer {token}"}) as client:
        said = [client.get(f"{hub.url}/v1/sites/NYC/changes?after=0&limit=1").status_code for _ in range(90)]
    assert said[:50] == [200] * 50
    assert 429 in said


def test_another_token_is_needed_to_import(hub: HubProcess) -> None:
    token = token_of(hub, "st-55", rights="sync import")
    from tests.sync.hub.shop import ORDER_HEAD

    told = asked(hub, "POST", "/v1/import/orders", token, content=(ORDER_HEAD + order_row("4480")).encode())
    assert told.json()["created"] == 1
    again = asked(hub, "POST", "/v1/import/orders", token, content=(ORDER_HEAD + order_row("4480")).encode())
    assert (again.json()["created"], again.json()["unchanged"]) == (0, 1)


def test_plain_http_to_another_machine_is_refused() -> None:
    """X5: a token never travels in the clear."""
    with pytest.raises(ValueError, match="expected https"):
        HttpWire("http://hub.example", "t")
    with pytest.raises(ValueError, match="expected an address"):
        HttpWire("ftp://hub.example", "t")


def test_a_peer_that_drips_is_left_after_the_deadline() -> None:
    """N19, B20: read limits alone would wait for ever."""
    listener = socket.create_server(("127.0.0.1", 0))
    stop = threading.Event()

    def drip() -> None:
        peer, _ = listener.accept()
        peer.recv(65536)
        peer.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n")
        while not stop.wait(0.05):
            try:
                peer.sendall(b" ")
            except OSError:
                return

    thread = threading.Thread(target=drip, daemon=True)
    thread.start()
    wire = HttpWire(f"http://127.0.0.1:{listener.getsockname()[1]}", "t", whole_s=0.6)
    with pytest.raises(Unreachable, match="half of one"):  # by itself it would drip for an hour
        wire.changes("NYC", 0, None, 10)
    stop.set()
    wire.close()
    listener.close()


def test_a_hub_that_is_not_one_is_no_trouble() -> None:
    """Another server's page is told as such, never taken for an answer."""
    listener = socket.create_server(("127.0.0.1", 0))

    def page() -> None:
        for _ in range(2):
            peer, _ = listener.accept()
            peer.recv(65536)
            peer.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 6\r\nconnection: close\r\n\r\n<html>")
            peer.close()

    threading.Thread(target=page, daemon=True).start()
    bench = Bench()
    wire = HttpWire(f"http://127.0.0.1:{listener.getsockname()[1]}", "t")
    assert "is this address a hub?" in Client(bench, wire).exchange().error
    wire.close()
    listener.close()


def test_nobody_there_is_said_in_one_sentence() -> None:
    bench = Bench()
    bench.did(None, facts.SignedIn(how="badge"))
    done = Client(bench, HttpWire("http://127.0.0.1:9", "t")).exchange()
    assert "cannot be reached" in done.error
    assert (done.pushed, done.pending) == (0, 1)


def test_offline_work_arrives_exactly_once(tmp_path: Path) -> None:
    """Issue 2 point 6, P2, C20: the hub is killed, the bench works on, the hub comes back; killed in between too."""
    database = Database(f"sqlite:///{tmp_path}/hub.db")
    shop = Shop(database, tmp_path)
    shop.orders(order_row("4471", quantity=3))
    database.close()
    first = HubProcess(tmp_path)
    bench = Bench("st-07", folder=tmp_path)
    bench.wanted_work = 5
    token = token_of(first, "st-07")
    client = Client(bench, HttpWire(first.url, token))
    assert client.exchange().error == ""
    assert list(bench.grants) == [FO]
    first.kill()
    for _ in range(700):
        bench.did(FO, facts.OrderParked(), facts.OrderOpened(via="order", partial=True))
    assert "cannot be reached" in client.exchange().error
    assert client.exchange().pending == 1400
    second = HubProcess(tmp_path, port=first.port)
    stopper = threading.Timer(0.15, second.process.kill)
    stopper.start()
    client.exchange()
    stopper.join()
    second.kill()
    third = HubProcess(tmp_path, port=first.port)
    done = client.exchange()
    assert (done.error, done.pending, done.acked) == ("", 0, 1400)
    assert third.stop() == (0, "hub: stopped.\n")
    database = Database(f"sqlite:///{tmp_path}/hub.db")
    shop.database = database
    assert shop.rows("SELECT count(*), count(DISTINCT fact_id), min(seq), max(seq) FROM fact") == [
        (1400, 1400, 1, 1400)
    ]
    assert shop.rows("SELECT DISTINCT outcome FROM fact") == [("applied",)]
    assert shop.broken() == []
    database.close()


def test_the_running_hub_is_found_by_commands_and_stations_beside_it(hub: HubProcess, folder: Path) -> None:
    """J10: while it runs nobody else opens its files; they go through its address."""
    with pytest.raises(HubLocked, match=str(hub.told["pid"])):
        LocalWire(folder / "hub.db", "NYC", "st-56")
    door = open_door(folder)
    assert isinstance(door, There)
    assert door.check() == []
    assert [row["order"] for row in door.export("orders")][:2] == ["4471", "4472"]
    assert door.why("4471")[0]["decisions"][0]["site"] == "NYC"
    assert door.route("4471", dry=True)[0]["code"] == "nothing_waits"
    wire = wire_for(folder, "NYC", "st-56")
    assert isinstance(wire, HttpWire)
    for _ in range(3):
        other = wire_for(folder, "NYC", "st-56")
        assert other is not None
        other.close()
    assert (folder / "hub.token.st-56").stat().st_mode & 0o777 == 0o600
    bench = Bench("st-56")
    assert Client(bench, wire).exchange().error == ""
    wire.close()
    assert (folder / "hub.json").stat().st_mode & 0o777 == 0o600


def test_the_sync_thread_tells_soon_and_ends_at_once(hub: HubProcess) -> None:
    """N17: what is pending goes out by itself; stopping waits for nothing."""
    bench = Bench("st-57")
    wire = HttpWire(hub.url, token_of(hub, "st-57"))
    told = threading.Event()
    thread = SyncThread(
        Client(bench, wire),
        pending=lambda: bench.gens()[-1].acked_seq < bench.gens()[-1].last_seq,
        told=lambda done: told.set() if done.acked == 1 else None,
    )
    thread.start()
    bench.did(None, facts.SignedIn(how="badge"))
    thread.wake()
    assert told.wait(10)
    thread.stop()
    assert not thread._thread.is_alive()
    wire.close()


def test_the_sync_thread_survives_what_nobody_foresaw() -> None:
    """P11: told, waited out, tried again; never a thread that died unseen."""

    class Broken(Client):
        def exchange(self) -> Exchanged:
            raise OSError(28, "No space left on device")

    told: list[Exchanged] = []
    again = threading.Event()

    def hear(done: Exchanged) -> None:
        told.append(done)
        if len(told) == 2:
            again.set()

    thread = SyncThread(Broken(Bench(), HttpWire("http://127.0.0.1:9", "t")), told=hear, seed=1)
    thread.start()
    assert again.wait(20)
    thread.stop()
    assert "No space left on device" in told[0].error


def test_patience_grows_to_a_minute_and_spreads_out() -> None:
    """N17: full jitter, doubling, capped; Retry-After is heard."""
    import random

    patience = Patience(random.Random(1))
    waits = [patience.failed(float(second)) for second in range(12)]
    assert all(wait <= min(60, 2**turn) for turn, wait in enumerate(waits))
    assert max(waits) > 20
    assert patience.failed(12.0, retry_after_s=120) >= 120
    assert 0 <= patience.healed(4000.0) <= 60
    assert (patience.failures, patience.out_since_s) == (0, None)


_TOKENS: dict[str, str] = {}


def _shared_token(hub: HubProcess) -> str:
    """One station for all tests of nonsense: enrolling is limited in a minute."""
    if hub.url not in _TOKENS:
        _TOKENS[hub.url] = token_of(hub, "st-49")
    return _TOKENS[hub.url]
