"""The hub over HTTP (sync section 3, hub.md section 15). Routes only: each reads its body within limits, asks intake
or the tables, and answers JSON. Who may what comes from the token alone (X1).
"""

from __future__ import annotations

import asyncio
import io
import json
import logging
import tempfile
import time
import zlib
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import zstandard
from fastapi import FastAPI, Request, Response
from sqlalchemy.exc import SQLAlchemyError

from sync.hub.intake import pushing, settings, stations
from sync.hub.intake.local import IMPORTS, import_file
from sync.hub.intake.read import Unusable
from sync.hub.intake.routes import route_order
from sync.hub.intake.stations import Caller
from sync.hub.tables import laws, looks, work
from sync.hub.tables.database import Database
from sync.logs import ids
from sync.protocol.messages import (
    BODY_BYTES_MAX,
    BODY_BYTES_PACKED_MAX,
    FACTS_MAX,
    ClaimsAsk,
    Hello,
    PushHead,
    Turned,
)

BODY_S = 15.0
RATE_MINUTE, RATE_BURST = 300, 60
log = logging.getLogger("sync.hub")
ADMIN = Caller("*", "admin", frozenset({"admin", "import"}))

Made = TypeVar("Made")


def app_of(database: Database, *, admin_token: str | None = None, rate: tuple[int, int] | None = None) -> FastAPI:
    """The application. `rate`: requests a minute and a burst, for each station; None: the usual limits."""
    hub = _Hub(database, admin_token, rate or (RATE_MINUTE, RATE_BURST))
    app = FastAPI(title="packstation hub", openapi_url=None, docs_url=None, redoc_url=None)
    app.state.hub = hub

    def door(path: str, method: str, asked: Callable[[Request], Awaitable[Response]]) -> None:
        app.add_api_route(path, _guarded(asked), methods=[method], response_model=None)

    door("/v1/health", "GET", hub.health)
    door("/v1/enrol", "POST", hub.enrol)
    door("/v1/hello", "POST", hub.hello)
    door("/v1/push", "POST", hub.push)
    door("/v1/sites/{site}/changes", "GET", hub.changes)
    door("/v1/sites/{site}/claims", "POST", hub.claims)
    door("/v1/import/{kind}", "POST", hub.take_file)
    door("/v1/check", "GET", hub.check)
    door("/v1/orders/{order}/why", "GET", hub.why)
    door("/v1/route/{order}", "POST", hub.route)
    door("/v1/export/{what}", "GET", hub.export)
    door("/v1/review", "GET", hub.review)
    door("/v1/stations", "POST", hub.invite)
    door("/v1/settings/{site}", "GET", hub.settings)
    door("/v1/settings/{site}", "POST", hub.set_setting)
    door("/v1/pause", "POST", hub.pause)
    door("/v1/recover", "POST", hub.recover)
    return app


class _Hub:
    """What the routes share: the database, its one writer thread (B8), and who asked how often."""

    def __init__(self, database: Database, admin_token: str | None, rate: tuple[int, int]) -> None:
        self._database, self._admin_token = database, admin_token
        self._writer = ThreadPoolExecutor(1 if database.lite else 8, "hub-writer")
        self._readers = ThreadPoolExecutor(4, "hub-reader")
        self._rate = rate
        self._tokens: dict[str, tuple[float, float]] = {}
        self._callers: dict[str, tuple[float, Caller]] = {}

    def close(self) -> None:
        self._writer.shutdown(wait=True)
        self._readers.shutdown(wait=True)

    # --- stations ------------------------------------------------------------------------------------------------

    async def health(self, _request: Request) -> Response:
        epoch = await self._read(lambda: self._database.epoch)
        return _json({"ok": True, "hub_epoch": epoch, "server_ms": self._database.now_ms()})

    async def enrol(self, request: Request) -> Response:
        host = request.client.host if request.client else "?"
        self._slow(f"enrol {host}", (60, 30))
        asked = _typed(await _body(request), dict[str, str])
        who, token = await self._write(lambda: stations.enrol(self._database, asked.get("code", "")))
        return _json({"site": who.site, "station": who.station, "token": token})

    async def hello(self, request: Request) -> Response:
        who = await self._station(request)
        said = _typed(await _body(request), Hello)
        reply = await self._write(lambda: stations.hello(self._database, who, said))
        return _answer(request, msgspec.json.encode(reply))

    async def push(self, request: Request) -> Response:
        who = await self._station(request)
        first, *lines = (await _body(request)).split(b"\n")
        if len(lines) > FACTS_MAX:
            raise Turned(413, "facts", f"facts: expected at most {FACTS_MAX} in a push, got {len(lines)}.")
        head = _typed(first, PushHead)
        reply = await self._write(lambda: pushing.push(self._database, who, head, lines))
        return _answer(request, msgspec.json.encode(reply), 200 if reply.answer == "taken" else 409)

    async def changes(self, request: Request) -> Response:
        who = await self._station(request)
        site = str(request.path_params["site"])
        after, limit = _number(request, "after", 0), _number(request, "limit", 1000)
        epoch = request.query_params.get("epoch")
        page = await self._read(lambda: stations.changes(self._database, who, site, after, epoch, limit))
        head = {"hub_epoch": page.hub_epoch, "server_ms": page.server_ms, "next": page.next, "head": page.head}
        rows = [
            b"[%d,%b,%b,%d,%b]"
            % (row.cur, _text(row.kind), _text(row.key), row.rev, b"null" if row.body is None else row.body.encode())
            for row in page.rows
        ]
        told = b"\n".join([msgspec.json.encode(head | {"gone": page.gone}), *rows])
        return _answer(request, told, 410 if page.gone else 200)

    async def claims(self, request: Request) -> Response:
        who = await self._station(request)
        site = str(request.path_params["site"])
        ask = _typed(await _body(request), ClaimsAsk)
        reply = await self._write(lambda: stations.claims(self._database, who, site, ask))
        return _answer(request, msgspec.json.encode(reply))

    # --- people and scripts --------------------------------------------------------------------------------------

    async def take_file(self, request: Request) -> Response:
        await self._with_right(request, "import")
        kind = str(request.path_params["kind"])
        if kind not in IMPORTS:
            raise Turned(404, "kind", f"import: expected {', '.join(IMPORTS)}, got {kind[:20]!r}.")
        asked = request.query_params
        name = Path(asked.get("name", kind)).name[:80] or kind
        body = await _body(request, BODY_BYTES_MAX)

        def taken() -> dict[str, Any]:
            with tempfile.TemporaryDirectory() as folder:
                path = Path(folder) / name
                path.write_bytes(body)
                return import_file(
                    self._database,
                    kind,
                    path,
                    form=asked.get("format", "csv"),
                    site=asked.get("site"),
                    dry_run=asked.get("dry_run") == "1",
                    encoding=asked.get("encoding"),
                )

        return _json(await self._write(taken))

    async def check(self, request: Request) -> Response:
        await self._with_right(request, "admin")

        def looked() -> list[dict[str, Any]]:
            with self._database.reading() as db:
                return [msgspec.to_builtins(row) for row in laws.check(db)]

        return _json({"broken": await self._read(looked)})

    async def why(self, request: Request) -> Response:
        await self._with_right(request, "admin")
        order = str(request.path_params["order"])

        def looked() -> list[dict[str, Any]]:
            with self._database.reading() as db:
                return [looks.why(db, name) for name in work.named(db, order)]

        return _json({"orders": await self._read(looked)})

    async def route(self, request: Request) -> Response:
        await self._with_right(request, "admin")
        order = str(request.path_params["order"])
        dry = request.query_params.get("dry") == "1"
        return _json({"plans": await self._write(lambda: route_order(self._database, order, dry=dry))})

    async def export(self, request: Request) -> Response:
        await self._with_right(request, "admin")
        what = str(request.path_params["what"])
        if what not in looks.EXPORTS:
            raise Turned(404, "export", f"export: expected {', '.join(looks.EXPORTS)}, got {what[:20]!r}.")

        def looked() -> bytes:
            with self._database.reading() as db:
                return msgspec.json.encode({"rows": list(looks.export(db, what))})

        return _answer(request, await self._read(looked))

    async def review(self, request: Request) -> Response:
        await self._with_right(request, "admin")

        def looked() -> list[dict[str, Any]]:
            with self._database.reading() as db:
                return looks.review(db)

        return _json({"review": await self._read(looked)})

    async def invite(self, request: Request) -> Response:
        await self._with_right(request, "admin")
        asked = _typed(await _body(request), dict[str, str])
        site, station = asked.get("site", ""), asked.get("station", "")
        rights = frozenset(asked.get("rights", "sync").split()) & {"sync", "import"}
        code = await self._write(lambda: stations.invite(self._database, site, station, rights))
        return _json({"site": site, "station": station, "code": code, "minutes": stations.CODE_MINUTES})

    async def settings(self, request: Request) -> Response:
        await self._with_right(request, "admin")
        site = str(request.path_params["site"])
        return _json({"settings": await self._read(lambda: settings.settings(self._database, site))})

    async def set_setting(self, request: Request) -> Response:
        await self._with_right(request, "admin")
        site = str(request.path_params["site"])
        asked = _typed(await _body(request), dict[str, Any])
        name, value = str(asked.get("name", "")), asked.get("value")
        return _json({"changed": await self._write(lambda: settings.set_setting(self._database, site, name, value))})

    async def pause(self, request: Request) -> Response:
        await self._with_right(request, "admin")
        asked = _typed(await _body(request), dict[str, str | None])
        site, until = asked.get("site") or "", asked.get("until")
        return _json({"moved": await self._write(lambda: settings.pause(self._database, site, until))})

    async def recover(self, request: Request) -> Response:
        await self._with_right(request, "admin")
        return _json({"without": await self._write(lambda: settings.recover(self._database))})

    # --- shared --------------------------------------------------------------------------------------------------

    async def _station(self, request: Request) -> Caller:
        who = await self._who(request)
        if "sync" not in who.rights:
            raise Turned(403, "right", f"{who.station}: expected a token for stations, got one that may not sync.")
        self._slow(f"{who.site}/{who.station}", self._rate)
        return who

    async def _with_right(self, request: Request, right: str) -> Caller:
        who = await self._who(request)
        if right not in who.rights:
            raise Turned(403, "right", f"{who.station}: expected the right {right!r}, which its token does not hold.")
        return who

    async def _who(self, request: Request) -> Caller:
        kind, _, token = request.headers.get("authorization", "").partition(" ")
        if kind.lower() != "bearer" or not token:
            raise Turned(401, "token", "token: expected Authorization: Bearer ..., got none.")
        if self._admin_token is not None and _same(token, self._admin_token):
            return ADMIN

        def looked() -> Caller:
            with self._database.reading() as db:
                return stations.caller(db, token)

        return await self._read(looked)

    def _slow(self, who: str, rate: tuple[int, int]) -> None:
        """A bucket of `burst` requests that refills within the minute (X6)."""
        minute, burst = rate
        now = time.monotonic()
        left, at = self._tokens.get(who, (float(burst), now))
        left = min(float(burst), left + (now - at) * minute / 60)
        if left < 1:
            raise Turned(429, "rate", f"expected at most {minute} requests a minute, got more.")
        self._tokens[who] = (left - 1, now)

    async def _write(self, act: Callable[[], Made]) -> Made:
        return await asyncio.get_running_loop().run_in_executor(self._writer, act)

    async def _read(self, act: Callable[[], Made]) -> Made:
        return await asyncio.get_running_loop().run_in_executor(self._readers, act)


def _guarded(asked: Callable[[Request], Awaitable[Response]]) -> Callable[[Request], Awaitable[Response]]:
    """Every refusal as JSON that names expected and got, and nothing of the body (X17)."""

    async def door(request: Request) -> Response:
        try:
            return await asked(request)
        except Turned as turned:
            return _error(turned.status, turned.code, turned.text)
        except Unusable as error:
            return _error(400, "file", str(error))
        except SQLAlchemyError as error:
            _log("database", request, error)
            return _error(503, "database", "The hub's database is in trouble; try again.")
        except Exception as error:  # noqa: BLE001  the last wall: logged, and told as 500 without any detail
            _log("internal", request, error)
            return _error(500, "internal", "The hub failed; its log has more.")

    return door


async def _body(request: Request, packed_max: int = BODY_BYTES_PACKED_MAX) -> bytes:
    """The whole body, within the limits of size and time, unpacked (X6, B14)."""
    coding = request.headers.get("content-encoding", "")
    packed = bytearray()
    try:
        async with asyncio.timeout(BODY_S):
            async for chunk in request.stream():
                packed += chunk
                if len(packed) > packed_max:
                    raise Turned(413, "size", f"body: expected at most {packed_max} bytes, got more.")
    except TimeoutError:
        raise Turned(408, "slow", f"body: expected it within {BODY_S:.0f} s, got half of it.") from None
    try:
        match coding:
            case "" | "identity":
                found = bytes(packed)
            case "zstd":
                reader = zstandard.ZstdDecompressor(max_window_size=8 << 20).stream_reader(io.BytesIO(packed))
                found = reader.read(BODY_BYTES_MAX + 1)
            case "gzip":
                found = zlib.decompressobj(wbits=31).decompress(bytes(packed), BODY_BYTES_MAX + 1)
            case _:
                raise Turned(415, "coding", "body: expected zstd, gzip or plain, got another coding.")
    except (zstandard.ZstdError, zlib.error):
        raise Turned(400, "coding", f"body: expected {coding}, got something else.") from None
    if len(found) > BODY_BYTES_MAX:
        raise Turned(413, "size", f"body: expected at most {BODY_BYTES_MAX} bytes unpacked, got more.")
    return found


def _typed(told: bytes, kind: type[Made]) -> Made:
    try:
        return msgspec.json.decode(told, type=kind)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
        reason = str(error)[:120] if isinstance(error, msgspec.ValidationError) else "not this JSON"
        raise Turned(400, "shape", f"body: expected {kind.__name__}, got {reason}.") from None


def _number(request: Request, name: str, default: int) -> int:
    text = request.query_params.get(name, str(default))
    if not text.isdecimal() or len(text) > 15:
        raise Turned(400, name, f"{name}: expected a whole number, got another.")
    return int(text)


def _same(one: str, other: str) -> bool:
    import hmac

    return hmac.compare_digest(one.encode(), other.encode())


def _text(value: str) -> bytes:
    return msgspec.json.encode(value)


def _json(told: Any, status: int = 200) -> Response:
    return Response(json.dumps(told, ensure_ascii=False).encode(), status, media_type="application/json")


def _error(status: int, code: str, text: str) -> Response:
    headers = {"retry-after": "5"} if status in (429, 503) else None
    made = json.dumps({"error": code, "text": text})
    return Response(made.encode(), status, headers=headers, media_type="application/json")


_PACK = zstandard.ZstdCompressor(level=3)


def _answer(request: Request, told: bytes, status: int = 200) -> Response:
    headers = {}
    if len(told) > 512 and "zstd" in request.headers.get("accept-encoding", ""):
        told = _PACK.compress(told)
        headers["content-encoding"] = "zstd"
    return Response(told, status, headers=headers, media_type="application/json")


def _log(what: str, request: Request, error: Exception) -> None:
    log.error("request failed", exc_info=error, extra=ids(what=what, path=request.url.path))
