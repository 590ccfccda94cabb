"""`packstation serve` over real sockets: who gets in, who holds a station, what its process sees, how it ends."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from packstation.__main__ import main
from packstation.commands.serve.logins import LOGIN_S_MAX, Held, Logins
from tests.commands.test_logs import log_lines
from tests.shop import ANN, BEN, EVA, EVA_PIN, open_bench, put, shop

NO_BROWSER = "the extra `browser` is not installed: pip install packstation[browser]"
pytest.importorskip("textual_serve", reason=NO_BROWSER)
aiohttp = pytest.importorskip("aiohttp", reason=NO_BROWSER)

from tests.commands.serving import Served  # noqa: E402  after the skips

EVE = "B.EVEAAAAAAAAAAAAAAAAAAAAAAA"


def station(folder: Path, name: str = "st-07") -> Path:
    made = open_bench(folder, station_id=name)
    put(made.store, shop())
    made.store.close()
    return folder


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server with the stations st-07 and st-08, of which no test here opens a screen."""
    folder = tmp_path_factory.mktemp("stations")
    station(folder / "a", "st-07")
    station(folder / "b", "st-08")
    with Served(folder) as served:
        yield served


# --- the door ----------------------------------------------------------------------------------------------------


def test_without_a_login_there_is_a_page_to_sign_in_and_nothing_else(two: Served) -> None:
    """D14.2: 401 without a cookie; the page shows no order and asks nobody else for anything."""
    page = two.ask("GET", "/")
    assert page.status_code == 401
    assert "Scan your badge" in page.text
    assert two.told["stations"] == ["st-07", "st-08"]
    for path in ("/ws", "/logout", "/download/x", "/anything"):
        assert two.ask("GET", path, headers=two.origin).status_code == 401, path
    assert two.ask("GET", "/alive").status_code == 401
    assert two.ask("GET", "/", headers={"Cookie": "__Host-packstation=guessed"}).status_code == 401
    assert two.children() == []


@pytest.mark.parametrize("origin", [None, "null", "https://evil.example", "http://127.0.0.1:1", "http://localhost"])
def test_what_acts_is_asked_from_our_own_page_only(two: Served, origin: str | None) -> None:
    """D14.2: a foreign Origin and a missing one are refused, with a good cookie too."""
    headers = {"Cookie": two.cookie(badge=ANN, station="st-07")} | ({"Origin": origin} if origin else {})
    upgrade = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13",
               "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA=="}  # fmt: skip
    assert two.ask("GET", "/ws", headers=headers | upgrade).status_code == 403
    assert two.ask("POST", "/login", data={"badge": ANN}, headers=headers).status_code == 403
    assert two.ask("POST", "/logout", headers=headers).status_code == 403
    assert two.ask("GET", "/alive", headers=headers).status_code == 204, "nobody was signed out"
    assert two.children() == []


def test_another_name_for_our_address_is_refused(two: Served) -> None:
    """A rebound name is no way in."""
    answer = two.ask("GET", "/", headers={"Host": "evil.example"})
    assert (answer.status_code, answer.text) == (421, f"Open {two.url}\n")


def test_a_badge_signs_in_with_a_cookie_scripts_cannot_read(two: Served) -> None:
    """D14.2: HttpOnly, Secure, SameSite=Strict; the prefix a wedge sends is none of the badge."""
    for badge in (ANN, f"]C0{ANN}"):
        answer = two.sign_in(badge=badge, station="st-07")
        assert (answer.status_code, answer.headers["location"]) == (303, "/")
        words = set(answer.headers["set-cookie"].split("; ")[1:])
        assert words == {"HttpOnly", "Secure", "SameSite=Strict", "Path=/"}
        assert answer.headers["set-cookie"].startswith("__Host-packstation=")


@pytest.mark.parametrize(
    ("form", "why"),
    [
        ({"badge": EVE}, "Badge not known here."),
        ({"badge": "ANN"}, "Badge not known here."),
        ({"badge": "\x00\x1b]0;x\x07" * 20}, "Badge not known here."),
        ({"user": "EVA", "pin": "000000"}, "User or PIN not right."),
        ({"user": "NOBODY", "pin": EVA_PIN}, "User or PIN not right."),
        ({"user": "ANN", "pin": ""}, "User or PIN not right."),
        ({"user": "' OR 1=1 --", "pin": "x"}, "User or PIN not right."),
        ({}, "User or PIN not right."),
    ],
)
def test_who_is_not_known_is_told_so_and_gets_no_cookie(two: Served, form: dict[str, str], why: str) -> None:
    answer = two.sign_in(station="st-08", **form)
    assert answer.status_code == 401
    assert why in answer.text
    assert "set-cookie" not in answer.headers


def test_a_station_nobody_serves_is_refused_without_a_word_of_it_on_the_page(two: Served) -> None:
    answer = two.sign_in(badge=ANN, station="<script>alert(1)</script>")
    assert answer.status_code == 400
    assert "alert(1)" not in answer.text


def test_pages_let_scripts_come_from_here_alone(two: Served) -> None:
    """X20 V3: a content security policy, no sniffing, no framing, no store."""
    page = two.ask("GET", "/login")
    policy = dict(part.strip().split(" ", 1) for part in page.headers["content-security-policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == "'self'"
    assert policy["frame-ancestors"] == "'none'"
    assert (page.headers["x-content-type-options"], page.headers["cache-control"]) == ("nosniff", "no-store")


@pytest.mark.parametrize(
    "path",
    ["/assets/login.html", "/assets/..%2f..%2fpyproject.toml", "/assets/../../pyproject.toml", "/sounds/..%2fx",
     "/sounds/E9", "/static/", "/static/../server.py", "/static/..%2fserver.py"],
)  # fmt: skip
def test_files_beside_the_pages_are_not_served(two: Served, path: str) -> None:
    assert two.ask("GET", path).status_code in (401, 403, 404)


def test_too_large_a_form_is_refused(two: Served) -> None:
    assert two.sign_in(badge="x" * 100_000).status_code == 413


# --- PINs --------------------------------------------------------------------------------------------------------


def test_five_wrong_pins_lock_the_user_over_a_restart(tmp_path: Path) -> None:
    """FL1.3, X2: the fifth wrong PIN costs a minute, for the right one too."""
    folder = station(tmp_path / "st")
    with Served(folder) as served:
        for _ in range(4):
            assert "User or PIN not right." in served.sign_in(user="EVA", pin="111111").text
        assert served.cookie(user="eva", pin=EVA_PIN), "four wrong ones cost nothing"
        for _ in range(4):
            served.sign_in(user="EVA", pin="111111")
        assert "Wrong PIN. Wait 1 min." in served.sign_in(user="EVA", pin="111111").text
    with Served(folder) as served:
        refused = served.sign_in(user="EVA", pin=EVA_PIN)
        assert (refused.status_code, "Wait 1 min." in refused.text) == (401, True)
        assert served.cookie(badge=EVA), "the badge is no PIN"


def test_a_flood_of_tries_is_slowed_down(tmp_path: Path) -> None:
    with Served(station(tmp_path / "st")) as served:
        codes = [served.sign_in(badge=EVE).status_code for _ in range(32)]
        assert codes[:30] == [401] * 30
        assert codes[30:] == [429] * 2


# --- who holds a station -----------------------------------------------------------------------------------------


@asynccontextmanager
async def screen(served: Served, cookie: str) -> AsyncIterator[Screen]:
    headers = {"Cookie": cookie, "Origin": served.url}
    async with (
        aiohttp.ClientSession(headers=headers, connector=aiohttp.TCPConnector(ssl=False)) as session,
        session.ws_connect(f"{served.url}/ws?width=40&height=20", max_msg_size=0) as socket,
    ):
        yield Screen(socket)


class Screen:
    """What a browser gets of one station, without a browser."""

    def __init__(self, socket: Any) -> None:
        self.socket = socket
        self.drawn = ""
        self.said: list[list[str]] = []

    async def keys(self, text: str) -> None:
        await self.socket.send_str(json.dumps(["stdin", text]))

    async def until(self, holds: Callable[[], bool], wait_s: float = 60.0) -> None:
        async with asyncio.timeout(wait_s):
            while not holds():
                message = await self.socket.receive()
                if message.type is aiohttp.WSMsgType.BINARY:
                    self.drawn += message.data.decode("utf-8", "replace")
                elif message.type is aiohttp.WSMsgType.TEXT:
                    self.said.append(json.loads(message.data))
                else:
                    raise AssertionError(f"closed with {self.socket.close_code}: {self.said} {self.drawn[-200:]!r}")

    async def shows(self, words: str) -> None:
        await self.until(lambda: words in self.drawn)

    async def closed(self) -> int:
        """Why the server closed the socket."""
        async with asyncio.timeout(20):
            while (message := await self.socket.receive()).type is not aiohttp.WSMsgType.CLOSE:
                assert message.type is not aiohttp.WSMsgType.CLOSED, "the socket broke off without a word"
        return int(message.data)


def run(act: Awaitable[None]) -> None:
    async def ran() -> None:
        await act

    asyncio.run(ran())


async def opened(shown: Screen) -> None:
    """The order of 24 mugs, which nobody picked: scanned, and scanned again to confirm."""
    await shown.keys("]C0FO-4475-1\r")
    await shown.shows("again to pack")
    await asyncio.sleep(0.3)  # sooner it would be a double trigger (FL2.8)
    await shown.keys("]C0FO-4475-1\r")
    await shown.shows("0 of 24")


def facts(folder: Path) -> list[tuple[str, str | None]]:
    made = open_bench(folder)
    try:
        return [(entry.kind, entry.user) for entry in made.store.journal.all()]
    finally:
        made.store.close()


def test_the_user_of_the_page_is_the_user_of_the_station_and_a_new_socket_resumes(tmp_path: Path) -> None:
    """D14.5, J10: one process a station; device and user land in the same order."""
    folder = station(tmp_path / "st")
    with Served(folder) as served:
        cookie = served.cookie(badge=ANN)

        async def act() -> None:
            async with screen(served, cookie) as shown:
                await shown.shows("Ann")
                await shown.keys("]C0FO-4475-1\r")
                await shown.shows("again to pack")
            assert len(served.children()) <= 1
            async with screen(served, cookie) as shown:
                await shown.shows("Scan tote")
                await opened(shown)
                await shown.keys("]C12000000000015\r")
                await shown.shows("1 of 24")
                await shown.until(lambda: ["cue", "T1"] in shown.said)
                shown.socket._writer.transport.abort()  # out of range
            async with screen(served, cookie) as shown:
                await shown.shows("1 of 24")
                await shown.keys("]C12000000000015\r")
                await shown.shows("2 of 24")

        run(act())
        assert served.stop() == (0, "")
    kinds = facts(folder)
    assert [kind for kind, _ in kinds].count("ItemPacked") == 2
    assert kinds.count(("SignedIn", "ANN")) == 1, "a socket that comes back signs nobody in again"
    events = [line["event"] for line in log_lines(folder / "serve.log")]
    assert events == ["started", "signed in", *["browser came", "browser left"] * 3, "ended"]
    assert [line["event"] for line in log_lines(folder / "station.log")].count("started") == 3


def test_another_user_is_told_who_holds_the_station_and_takes_over_when_it_is_closed(tmp_path: Path) -> None:
    """FL1.10: the open order goes to the next user, who says so."""
    folder = station(tmp_path / "st")
    with Served(folder) as served:
        ann = served.cookie(badge=ANN)

        async def act() -> None:
            async with screen(served, ann) as shown:
                await shown.shows("Ann")
                await opened(shown)
                await shown.keys("]C12000000000015\r")
                await shown.shows("1 of 24")
                refused = await asyncio.to_thread(served.sign_in, badge=BEN)
                assert refused.status_code == 409
                assert "st-07 is in use by Ann since" in refused.text
                await asyncio.sleep(0.2)  # a second unit, not a double trigger (FL2.8)
                await shown.keys("]C12000000000015\r")
                await shown.shows("2 of 24")
            deadline = time.monotonic() + 60
            while (answer := await asyncio.to_thread(served.sign_in, badge=BEN)).status_code == 409:
                assert time.monotonic() < deadline
                await asyncio.sleep(0.2)
            ben = answer.headers["set-cookie"].partition(";")[0]
            async with screen(served, ben) as shown:
                await shown.shows("Ben")
                await shown.shows("*OK")
                await shown.keys("\x1b[24~")
                await shown.until(lambda: ["cue", "T1"] in shown.said)
            answer = await asyncio.to_thread(served.ask, "GET", "/alive", headers={"Cookie": ann})
            assert answer.status_code == 401, "the first login is over"

        run(act())
    assert facts(folder)[-1] == ("WorkTakenUp", "BEN")


def test_the_same_user_takes_a_station_along_to_another_browser(tmp_path: Path) -> None:
    folder = station(tmp_path / "st")
    with Served(folder) as served:
        first = served.cookie(badge=ANN)

        async def act() -> None:
            async with screen(served, first) as shown:
                await shown.shows("Ann")
                second = await asyncio.to_thread(served.cookie, badge=ANN)
                assert await shown.closed() == 4001
                async with screen(served, second) as again:
                    await again.shows("Ann")
                    assert len(served.children()) == 1

        run(act())


def test_signing_out_ends_the_screen_and_the_cookie(tmp_path: Path) -> None:
    with Served(station(tmp_path / "st")) as served:
        cookie = served.cookie(badge=ANN)

        async def act() -> None:
            async with screen(served, cookie) as shown:
                await shown.shows("Ann")
                headers = {"Cookie": cookie, **served.origin}
                answer = await asyncio.to_thread(served.ask, "POST", "/logout", headers=headers)
                assert answer.status_code == 303
                assert await shown.closed() == 4000

        run(act())
        assert served.ask("GET", "/alive", headers={"Cookie": cookie}).status_code == 401
        assert served.children() == []


def test_there_are_only_so_many_browsers_at_once(tmp_path: Path) -> None:
    """D14.5: a setting."""
    station(tmp_path / "all" / "a", "st-07")
    station(tmp_path / "all" / "b", "st-08")
    with Served(tmp_path / "all", "--sessions", "1") as served:
        one, other = served.cookie(badge=ANN, station="st-07"), served.cookie(badge=BEN, station="st-08")

        async def act() -> None:
            async with screen(served, one) as shown:
                await shown.shows("Ann")
                with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
                    async with screen(served, other):
                        pass
                assert refused.value.status == 503

        run(act())


def test_a_station_that_runs_elsewhere_is_told_by_its_own_words(tmp_path: Path) -> None:
    """J10."""
    folder = station(tmp_path / "st")
    made = open_bench(folder)
    with Served(folder) as served:
        cookie = served.cookie(badge=ANN)

        async def act() -> None:
            async with screen(served, cookie) as shown:
                await shown.until(lambda: bool(shown.said))
                kind, words = shown.said[0]
                assert kind == "ended"
                assert f"process {os.getpid()} has it open" in words

        run(act())
    made.store.close()


NONSENSE = (
    "not json", "[]", "{}", '["stdin"]', '["stdin", 3]', '["resize", {"width": "x", "height": null}]',
    '["resize", {"width": 1e9, "height": -4}]', '["resize", {"width": 999999999, "height": -4}]', '["quit"]',
    '["ping", {"a": 1}]', "null", "[" * 5000, '["stdin", "\\ud800"]',
)  # fmt: skip


def test_words_that_mean_nothing_change_nothing(tmp_path: Path) -> None:
    """One after the other on one socket; behind each of them a scan is heard and answered."""
    with Served(station(tmp_path / "st")) as served:
        cookie = served.cookie(badge=ANN)

        async def act() -> None:
            async with screen(served, cookie) as shown:
                await shown.shows("Ann")
                for n, said in enumerate(NONSENSE):
                    shown.said.clear()
                    await shown.socket.send_str(said)
                    await shown.keys(f"]C0T-{90 + n}\r")
                    await shown.until(lambda: any(kind == "cue" for kind, *_ in shown.said))
                    await shown.keys("\x1b[24~")  # F12: the next scan waits behind nothing

        run(act())
        assert served.stop() == (0, "")


# --- its process, its end, its addresses -------------------------------------------------------------------------


def test_a_stations_process_sees_no_secret_of_ours(tmp_path: Path) -> None:
    """D14.2, D14.3: an allow-list of names; the command is the same for everybody."""
    with Served(station(tmp_path / "st"), env={"AWS_SECRET_ACCESS_KEY": "hunter2", "PYTHONSTARTUP": "/x"}) as served:
        cookie = served.cookie(badge=ANN)

        async def act() -> None:
            async with screen(served, cookie) as shown:
                await shown.shows("Ann")
                (pid,) = served.children()
                words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
                assert words[1:-1] == [b"-m", b"packstation", b"run"]
                environment = Path(f"/proc/{pid}/environ").read_bytes()
                names = {entry.partition(b"=")[0] for entry in environment.split(b"\0") if entry}
                assert b"hunter2" not in environment
                assert {b"PACKSTATION_DATA", b"PACKSTATION_SIGN_IN", b"TEXTUAL_DRIVER"} <= names
                assert b"PYTHONSTARTUP" not in names

        run(act())


def test_sigterm_closes_sockets_and_stations_first(tmp_path: Path) -> None:
    """D14.5: the stock server hangs with a client open."""
    with Served(station(tmp_path / "st")) as served:
        cookie = served.cookie(badge=ANN)

        async def act() -> None:
            async with screen(served, cookie) as shown:
                await shown.shows("Ann")
                (pid,) = served.children()
                begun = time.monotonic()
                ending = asyncio.create_task(asyncio.to_thread(served.stop))
                assert await shown.closed() == 1001
                code, complaints = await ending
                assert (code, complaints) == (0, "")
                assert time.monotonic() - begun < 20
                assert not Path(f"/proc/{pid}").exists()

        run(act())


def certificate(folder: Path) -> tuple[str, str]:
    made = [str(folder / "cert.pem"), str(folder / "key.pem")]
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
         "-days", "2", "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1",
         "-out", made[0], "-keyout", made[1]],
        check=True, capture_output=True,
    )  # fmt: skip
    return made[0], made[1]


def test_with_a_certificate_it_speaks_tls_1_2_or_newer(tmp_path: Path) -> None:
    """X5."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed, which makes the certificate")
    chain, key = certificate(tmp_path)
    with Served(station(tmp_path / "st"), "--certificate", chain, "--key", key) as served:
        assert served.url.startswith("https://127.0.0.1:")
        assert served.ask("GET", "/").status_code == 401
        cookie = served.cookie(badge=ANN)

        async def act() -> None:
            async with screen(served, cookie) as shown:
                await shown.shows("Ann")

        run(act())
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        context.load_verify_locations(chain)
        with pytest.warns(DeprecationWarning, match="TLSv1_1"):
            context.maximum_version = ssl.TLSVersion.TLSv1_1
        port = int(served.url.rsplit(":", 1)[1])
        with socket.create_connection(("127.0.0.1", port), timeout=5) as raw, pytest.raises(ssl.SSLError):
            context.wrap_socket(raw)


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["--host", "0.0.0.0"], "--host: expected 127.0.0.1 or ::1 without a certificate, got 0.0.0.0"),
        (["--url", "http://pack.example"], "--url: expected https"),
        (["--url", "ftp://x"], "--url: expected an address"),
        (["--certificate", "x.pem"], "--certificate, --key: expected both or neither."),
        (["--certificate", "x.pem", "--key", "y.pem"], "--certificate, --key: expected a chain and its key in PEM"),
        (["--port", "70000"], "--port: expected 0 to 65535, got 70000."),
        (["--sessions", "0"], "--sessions: expected 1 to 1000, got 0."),
    ],
)
def test_what_cannot_be_served_is_a_usage_error(
    words: list[str], why: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """X5: plain HTTP on this machine only."""
    station(tmp_path / "st")
    assert main(["serve", "--data", str(tmp_path / "st"), *words]) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err.startswith(f"packstation serve: {why}")
    assert shown.err.count("\n") == 1


def test_a_folder_without_a_station_is_a_usage_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["serve", "--data", str(tmp_path)]) == 2
    assert "expected a station, or a folder of stations, got neither" in capsys.readouterr().err


# --- logins, without a server ------------------------------------------------------------------------------------


class Time:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_a_login_ends_after_twelve_hours() -> None:
    """FL1.8."""
    clock = Time()
    logins = Logins(lambda: "s1", clock)
    made = logins.sign_in("ANN", "Ann", "st-07")
    assert not isinstance(made, Held)
    clock.now += LOGIN_S_MAX
    assert logins.of_secret("s1") is made[1]
    clock.now += 1
    assert logins.of_secret("s1") is None
    assert not logins.stands(made[1])


def test_a_station_has_one_login() -> None:
    secrets = iter(("s1", "s2", "s3"))
    logins = Logins(lambda: next(secrets), Time())
    ann = logins.sign_in("ANN", "Ann", "st-07")
    assert not isinstance(ann, Held)
    ann[1].shown = True
    assert logins.sign_in("BEN", "Ben", "st-07") == Held("st-07", "Ann", 1000.0)
    assert logins.of_secret("s1") is ann[1]
    ann[1].shown = False
    ben = logins.sign_in("BEN", "Ben", "st-07")
    assert not isinstance(ben, Held)
    assert logins.of_secret("s1") is None
    logins.sign_out(ann[1])
    assert logins.stands(ben[1]), "a login that is over signs nobody else out"
