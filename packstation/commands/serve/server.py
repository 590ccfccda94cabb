"""The web server: pages, logins, and a socket for each station, over TLS or on this machine alone (D14.2-D14.5).

guard     every request: our own host name; a cookie, but for the sign-in page; our own origin on what acts
/         the terminal's page, or the sign-in page with 401      POST /login, /logout
/ws       one station's screen; 401 without a cookie, 403 from elsewhere, 409 taken, 503 full
/alive    for the page that lost its socket: 204, or 401 when it has to sign in again
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import secrets
import sys
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import aiohttp_jinja2
import jinja2
from aiohttp import WSMsgType, web
from textual_serve.server import Server

from packstation.assets import asset
from packstation.commands.serve.logins import Held, Login, Logins
from packstation.commands.serve.people import NotLetIn, by_badge, by_pin
from packstation.commands.serve.process import StationProcess
from packstation.safe import safe
from packstation.station.people import User
from packstation.store import Place
from sync.logs import ids

COOKIE = "__Host-packstation"
MESSAGE_BYTES_MAX = 64 * 1024
FORM_BYTES_MAX = 4 * 1024
HEARTBEAT_S = 10.0
LEAVE_S = 12.0
TRIES_A_MINUTE = 30
CELLS_MIN, CELLS_MAX = 10, 400
GOING_AWAY, ENDED, TAKEN = 1001, 4000, 4001
"""Why a socket was closed: we end, its station was closed by hand, another browser has it."""

_OPEN = frozenset({"/login", "/alive"})
_FILES = {
    "page.js": "text/javascript",
    "login.js": "text/javascript",
    "page.css": "text/css",
    "DejaVuSansMono.ttf": "font/ttf",
    "DejaVuSansMono-Bold.ttf": "font/ttf",
}
log = logging.getLogger("packstation.serve")
_Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True)
class Serving:
    """What is served and where. `url`: the address browsers use, None for the one listened on."""

    stations: Mapping[str, Place]
    folder: Path
    host: str = "127.0.0.1"
    port: int = 0
    certificate: str | None = None
    key: str | None = None
    url: str | None = None
    sessions_max: int = 20
    options: tuple[str, ...] = ()


class StationServer(Server):
    """textual-serve's page and terminal, with a door in front. `url` is where browsers find it."""

    def __init__(self, asked: Serving, url: str, *, wall_s: Callable[[], float] = time.time) -> None:
        super().__init__(
            "packstation run", host=asked.host, port=asked.port, title="packstation", public_url=url,
            templates_path=str(asset("serve")),
        )  # fmt: skip
        self._asked, self._wall_s = asked, wall_s
        self._origin = _origin(url)
        self._logins = Logins(lambda: secrets.token_urlsafe(32), time.monotonic)
        self._shown: dict[str, web.WebSocketResponse] = {}
        self._owned = {station: asyncio.Lock() for station in asked.stations}
        self._tries: dict[str, list[float]] = {}
        self._checking = asyncio.Semaphore(2)
        self._leaving = False

    async def make_app(self) -> web.Application:
        return await self._make_app()

    async def _make_app(self) -> web.Application:
        app = web.Application(middlewares=[self._guard], client_max_size=FORM_BYTES_MAX)
        aiohttp_jinja2.setup(app, loader=jinja2.FileSystemLoader(self.templates_path), autoescape=True)
        app.add_routes(
            [
                web.get("/", self.handle_index, name="index"),
                web.get("/ws", self.handle_websocket, name="websocket"),
                web.get("/alive", self._alive),
                web.get("/login", self._sign_in_page),
                web.post("/login", self._sign_in),
                web.post("/logout", self._sign_out),
                web.get("/assets/{name}", self._file),
                web.get("/sounds/{cue}", self._sound),
                web.static("/static", self.statics_path, show_index=False, name="static"),
            ]
        )
        return app

    # --- who gets in ---

    @web.middleware
    async def _guard(self, request: web.Request, handler: _Handler) -> web.StreamResponse:
        # aiohttp calls the second argument by this name.
        if request.host.lower() != urlsplit(self.public_url).netloc.lower():
            # Another name for this address: a rebound one, or a bookmark that is no more.
            return _plain(421, f"Open {self.public_url}")
        acts = request.method != "GET" or request.path == "/ws"
        if acts and request.headers.get("Origin") != self._origin:
            log.warning("not from this page", extra=ids(path=request.path, status=403))
            return _plain(403, "Not from this page.")
        files = request.path.startswith(("/static/", "/assets/", "/sounds/"))
        login = self._login(request)
        request["login"] = login
        if login is None and not files and request.path not in _OPEN:
            if request.path == "/" and request.method == "GET":
                return self._with_headers(self._login_page(request, 401), files)
            return _plain(401, "Sign in first.")
        return self._with_headers(await handler(request), files)

    def _with_headers(self, response: web.StreamResponse, files: bool) -> web.StreamResponse:
        if not response.prepared:
            socket_url = self._origin.replace("http", "ws", 1)
            response.headers.update(
                {
                    # xterm.js writes its own style elements; scripts and all else come from here alone.
                    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'"
                    f" 'unsafe-inline'; font-src 'self'; img-src 'self' data:; connect-src 'self' {socket_url};"
                    " frame-ancestors 'none'; base-uri 'none'; form-action 'self'",
                    "X-Content-Type-Options": "nosniff",
                    # Not no-referrer: a form would then say that it comes from nowhere.
                    "Referrer-Policy": "same-origin",
                    "Cross-Origin-Resource-Policy": "same-origin",
                    "Cache-Control": "max-age=3600" if files else "no-store",
                }
            )
        return response

    def _login(self, request: web.Request) -> Login | None:
        secret = request.cookies.get(COOKIE)
        return self._logins.of_secret(secret) if secret else None

    # --- pages ---

    async def _sign_in_page(self, request: web.Request) -> web.StreamResponse:
        return self._login_page(request, 200)

    def _login_page(self, request: web.Request, status: int, why: str = "", station: str = "") -> web.Response:
        context = {"stations": sorted(self._asked.stations), "chosen": station, "why": why}
        response = aiohttp_jinja2.render_template("login.html", request, context)
        response.set_status(status)
        return response

    async def _sign_in(self, request: web.Request) -> web.StreamResponse:
        if not self._may_try(request.remote or "?"):
            return self._login_page(request, 429, "Too many tries. Wait a minute.")
        form = await request.post()
        said = {name: value for name, value in form.items() if isinstance(value, str)}
        station = said.get("station") or next(iter(self._asked.stations))
        place = self._asked.stations.get(station)
        if place is None:
            return self._login_page(request, 400, "No such station.")
        user = await self._who(place, said)
        if isinstance(user, NotLetIn):
            log.warning("not let in", extra=ids(station=station, status=401))
            return self._login_page(request, 401, user.why, station)
        taken = self._logins.sign_in(user.user, user.name, station)
        if isinstance(taken, Held):
            since = time.strftime("%H:%M", time.localtime(self._wall_s() - (time.monotonic() - taken.since_s)))
            why = f"{station} is in use by {safe(taken.name)} since {since}. Close it there first."
            return self._login_page(request, 409, why, station)
        log.info("signed in", extra=ids(station=station, user=user.user))
        secret, _ = taken
        await self._close(station, TAKEN)
        response = web.HTTPSeeOther("/")
        response.set_cookie(COOKIE, secret, httponly=True, secure=True, samesite="Strict", path="/")
        return response

    async def _who(self, place: Place, said: dict[str, str]) -> User | NotLetIn:
        import sqlite3

        def checked() -> User | NotLetIn:
            if said.get("badge"):
                return by_badge(place, said["badge"])
            return by_pin(place, said.get("user", ""), said.get("pin", ""), int(self._wall_s() * 1000))

        async with self._checking:  # each check takes 46 MiB
            try:
                return await asyncio.to_thread(checked)
            except (sqlite3.Error, OSError):
                return NotLetIn("This station holds no users yet. Let it sync once.")

    def _may_try(self, address: str) -> bool:
        now = time.monotonic()
        self._tries = {who: kept for who, at in self._tries.items() if (kept := [t for t in at if now - t < 60])}
        tries = self._tries.setdefault(address, [])
        tries.append(now)
        return len(tries) <= TRIES_A_MINUTE

    async def _sign_out(self, request: web.Request) -> web.StreamResponse:
        login: Login = request["login"]
        self._logins.sign_out(login)
        await self._close(login.station, ENDED)
        response = web.HTTPSeeOther("/login")
        response.del_cookie(COOKIE, path="/", secure=True, httponly=True, samesite="Strict")
        return response

    async def _alive(self, request: web.Request) -> web.StreamResponse:
        return web.Response(status=204 if request["login"] is not None else 401)

    async def _file(self, request: web.Request) -> web.StreamResponse:
        kind = _FILES.get(request.match_info["name"])
        if kind is None:
            return _plain(404, "No such file.")
        return web.FileResponse(asset("serve", request.match_info["name"]), headers={"Content-Type": kind})

    async def _sound(self, request: web.Request) -> web.StreamResponse:
        cue = request.match_info["cue"]
        if cue not in ("T1", "T2", "T3", "T4", "E1", "E2", "E3", "E4", "N1"):
            return _plain(404, "No such sound.")
        return web.FileResponse(asset("sounds", f"{cue}.wav"), headers={"Content-Type": "audio/wav"})

    # --- one station's screen ---

    async def handle_websocket(self, request: web.Request) -> web.StreamResponse:  # type: ignore[override]  # a refusal is no socket
        login: Login = request["login"]
        if self._leaving:
            return _plain(503, "The server ends.")
        if len(self._shown) >= self._asked.sessions_max and login.station not in self._shown:
            return _plain(503, f"{self._asked.sessions_max} browsers at once, and all are in use.")
        wire = web.WebSocketResponse(heartbeat=HEARTBEAT_S, max_msg_size=MESSAGE_BYTES_MAX, compress=False)
        await wire.prepare(request)
        # The same login in a second tab, or before its lost socket was noticed: the newer one has the station.
        await self._close(login.station, TAKEN)
        self._shown[login.station] = wire
        login.shown = True
        owned = self._owned[login.station]
        try:
            async with asyncio.timeout(LEAVE_S):
                await owned.acquire()
        except TimeoutError:
            await _say_end(wire, ENDED, "The station's last process does not end.")
        else:
            try:
                if self._shown.get(login.station) is wire and not wire.closed:
                    await self._show(wire, login, request)
            finally:
                owned.release()
        if self._shown.get(login.station) is wire:
            del self._shown[login.station]
            login.shown = False
        return wire

    async def _show(self, wire: web.WebSocketResponse, login: Login, request: web.Request) -> None:
        send = _quietly(wire.send_bytes)

        async def drawn(picture: bytes) -> None:
            login.fresh = False  # a picture comes after the user was signed in
            await send(picture)

        log.info("browser came", extra=ids(station=login.station, user=login.user))
        process = StationProcess(
            self._asked.stations[login.station].folder.resolve(),
            login.user if login.fresh else None,
            self._asked.options,
            write_bytes=drawn,
            write_str=_quietly(wire.send_str),
            close=lambda: _close_wire(wire, ENDED),
        )
        await process.start(_cells(request, "width", 80), _cells(request, "height", 24))
        listening = asyncio.create_task(self._listen(wire, process, login))
        waiting = asyncio.create_task(process.wait())
        try:
            await asyncio.wait({listening, waiting}, return_when=asyncio.FIRST_COMPLETED)
            if waiting.done() and waiting.result() < 0:
                await _close_wire(wire, GOING_AWAY)  # killed: the page asks for a new one by itself
            elif waiting.done() and waiting.result() and not wire.closed:
                # Its last words, one line: "expected to be its only user, but process 4471 has it open."
                words = process.complaint.strip().splitlines()[-1:] or ["The station ended."]
                code = waiting.result()
                log.error("station ended by itself", extra=ids(station=login.station, status=code))
                # Only what a command says of itself: a report of an error may quote an order.
                told = safe(words[0]) if words[0].startswith("packstation ") else "The station ended."
                print(f"{login.station}: {told}", file=sys.stderr, flush=True)
                await _say_end(wire, ENDED, told)
        finally:
            for task in (listening, waiting):
                task.cancel()
            await asyncio.gather(listening, waiting, return_exceptions=True)
            await process.stop()
            log.info("browser left", extra=ids(station=login.station, user=login.user))
            await _close_wire(wire, ENDED)

    async def _listen(self, wire: web.WebSocketResponse, process: StationProcess, login: Login) -> None:
        """Keys and sizes from the browser, until it or its login ends."""
        async for message in wire:
            if message.type is not WSMsgType.TEXT:
                continue
            if not self._logins.stands(login):
                await _close_wire(wire, TAKEN)
                return
            try:
                said = json.loads(message.data)
            except (ValueError, RecursionError):
                continue
            match said:
                case ["stdin", str(keys)]:
                    await process.send_bytes(keys.encode("utf-8", "replace"))
                case ["resize", {"width": int(width), "height": int(height)}]:
                    await process.set_terminal_size(_clamped(width), _clamped(height))
                case ["ping", str(stamp)]:
                    await wire.send_json(["pong", stamp[:40]])
                case ["focus"]:
                    await process.focus()
                case ["blur"]:
                    await process.blur()
                case _:
                    pass  # a page of another version

    async def _close(self, station: str, code: int) -> None:
        """Take a station's screen away and wait until its process has let go of the databases."""
        wire = self._shown.pop(station, None)
        if wire is not None:
            await _close_wire(wire, code)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(LEAVE_S), self._owned[station]:
                pass

    async def leave(self) -> None:
        """Every browser is told that we end, and every process has ended, before the server does."""
        self._leaving = True
        await asyncio.gather(*(self._close(station, GOING_AWAY) for station in list(self._shown)))


def _quietly(send: Callable[[Any], Awaitable[None]]) -> Callable[[Any], Awaitable[None]]:
    """A picture for a browser that has gone is no trouble: its process is ended by the socket's end."""

    async def sent(what: Any) -> None:
        with contextlib.suppress(ConnectionError, RuntimeError):
            await send(what)

    return sent


async def _close_wire(wire: web.WebSocketResponse, code: int) -> None:
    if not wire.closed:
        with contextlib.suppress(ConnectionError, RuntimeError, asyncio.TimeoutError):
            await asyncio.wait_for(wire.close(code=code), 3.0)


async def _say_end(wire: web.WebSocketResponse, code: int, why: str) -> None:
    with contextlib.suppress(ConnectionError, RuntimeError):
        await wire.send_json(["ended", why])
    await _close_wire(wire, code)


def _plain(status: int, text: str) -> web.Response:
    return web.Response(status=status, text=text + "\n", headers={"Cache-Control": "no-store"})


def _origin(url: str) -> str:
    parts = urlsplit(url)
    standard = {"http": 80, "https": 443}[parts.scheme]
    host = f"[{parts.hostname}]" if parts.hostname and ":" in parts.hostname else parts.hostname
    return f"{parts.scheme}://{host}" + (f":{parts.port}" if parts.port not in (None, standard) else "")


def _cells(request: web.Request, name: str, otherwise: int) -> int:
    told = request.query.get(name, "")
    return _clamped(int(told)) if told.isascii() and told.isdigit() and len(told) < 6 else otherwise


def _clamped(cells: int) -> int:
    return max(CELLS_MIN, min(cells, CELLS_MAX))
