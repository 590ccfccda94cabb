"""A hub over HTTP: JSON lines, zstd, and a deadline of our own for every call (sync N19, B20)."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import quote, urlsplit

import msgspec

from sync.client.ends import Unreachable
from sync.protocol.messages import (
    BODY_BYTES_MAX,
    ClaimsAsk,
    ClaimsReply,
    Hello,
    HelloReply,
    Page,
    PushHead,
    PushReply,
    Row,
    Turned,
)

if TYPE_CHECKING:
    pass

CONNECT_S, READ_S, WHOLE_S = 5.0, 10.0, 60.0
LOOPBACK = ("127.0.0.1", "::1", "localhost")
_SMALL = 512

Said = TypeVar("Said")


class _PageHead(msgspec.Struct):
    hub_epoch: str
    server_ms: int
    next: int
    head: int
    gone: bool = False


class _Error(msgspec.Struct):
    error: str = ""
    text: str = ""


_Row = tuple[int, str, str, int, msgspec.Raw]
_rows: msgspec.json.Decoder[_Row] = msgspec.json.Decoder(_Row)


class HttpWire:
    """The hub at a URL. Plain HTTP only to this machine (X5): a ValueError says so."""

    def __init__(
        self,
        url: str,
        token: str,
        *,
        whole_s: float = WHOLE_S,
        read_s: float = READ_S,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        import httpx
        import zstandard

        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError(f"hub: expected an address such as https://hub.example, got {url[:80]!r}.")
        if parts.scheme == "http" and parts.hostname not in LOOPBACK:
            raise ValueError(f"hub: expected https, as {parts.hostname} is another machine, got http.")
        self.url = url.rstrip("/")
        self._whole_s, self._monotonic = whole_s, monotonic
        self._pack = zstandard.ZstdCompressor(level=3)
        self._http = httpx.Client(
            timeout=httpx.Timeout(read_s, connect=CONNECT_S),
            headers={"accept-encoding": "zstd"} | ({"authorization": f"Bearer {token}"} if token else {}),
            follow_redirects=False,
            trust_env=False,
        )

    def hello(self, said: Hello) -> HelloReply:
        return self._json("POST", "/v1/hello", msgspec.json.encode(said), HelloReply)

    def push(self, head: PushHead, lines: Sequence[bytes]) -> PushReply:
        body = b"\n".join([msgspec.json.encode(head), *lines])
        status, told = self._call("POST", "/v1/push", body)
        if status not in (200, 409):
            raise _turned(status, told)
        return _decoded(told, PushReply)

    def changes(self, site: str, after: int, epoch: str | None, limit: int) -> Page:
        path = f"/v1/sites/{quote(site, safe='')}/changes?after={after}&limit={limit}"
        status, told = self._call("GET", path + (f"&epoch={epoch}" if epoch else ""), None)
        if status not in (200, 410):
            raise _turned(status, told)
        first, *rest = told.split(b"\n")
        head = _decoded(first, _PageHead)
        return Page(
            hub_epoch=head.hub_epoch,
            server_ms=head.server_ms,
            rows=tuple(_row(line) for line in rest if line),
            next=head.next,
            head=head.head,
            gone=head.gone,
        )

    def claims(self, site: str, ask: ClaimsAsk) -> ClaimsReply:
        path = f"/v1/sites/{quote(site, safe='')}/claims"
        return self._json("POST", path, msgspec.json.encode(ask), ClaimsReply)

    def post(self, path: str, body: bytes, kind: type[Said]) -> Said:
        """A call of the hub's other doors: JSON in, JSON out."""
        return self._json("POST", path, body, kind)

    def get(self, path: str, kind: type[Said]) -> Said:
        return self._json("GET", path, None, kind)

    def close(self) -> None:
        self._http.close()

    def _json(self, method: str, path: str, body: bytes | None, kind: type[Said]) -> Said:
        status, told = self._call(method, path, body)
        if status != 200:
            raise _turned(status, told)
        return _decoded(told, kind)

    def _call(self, method: str, path: str, body: bytes | None) -> tuple[int, bytes]:
        import httpx

        headers = {}
        if body is not None:
            headers["content-type"] = "application/json"
            if len(body) > _SMALL:
                body = self._pack.compress(body)
                headers["content-encoding"] = "zstd"
        ends = self._monotonic() + self._whole_s
        try:
            with self._http.stream(method, self.url + path, content=body, headers=headers) as answer:
                packed = bytearray()
                for chunk in answer.iter_raw():
                    packed += chunk
                    if len(packed) > BODY_BYTES_MAX:
                        raise Unreachable(f"hub: expected at most {BODY_BYTES_MAX} bytes, got more.")
                    if self._monotonic() > ends:
                        raise Unreachable(f"hub: expected an answer within {self._whole_s:.0f} s, got half of one.")
                coded = answer.headers.get("content-encoding", "")
                retry = answer.headers.get("retry-after", "")
                status = answer.status_code
        except httpx.TimeoutException as error:
            raise Unreachable(f"hub {self.url}: expected an answer in time, got none.") from error
        except httpx.HTTPError as error:
            raise Unreachable(f"hub {self.url}: cannot be reached ({type(error).__name__}).") from error
        if status >= 500 or status == 429:
            wait = int(retry) if retry.isdecimal() else 0
            raise Unreachable(f"hub {self.url}: answered {status}.", min(wait, 600))
        return status, _unpacked(bytes(packed), coded)


def enrol(url: str, code: str) -> dict[str, str]:
    """Turn a one-time code into {"site", "station", "token"} (X4). Raises Unreachable or Turned."""
    wire = HttpWire(url, "")
    try:
        return wire.post("/v1/enrol", msgspec.json.encode({"code": code}), dict[str, str])
    finally:
        wire.close()


def _row(line: bytes) -> Row:
    try:
        cur, kind, key, rev, body = _rows.decode(line)
    except (msgspec.MsgspecError, RecursionError) as error:
        raise Unreachable("hub: expected a row of changes, got something else.") from error
    text = bytes(body)
    return Row(cur, kind, key, rev, None if text == b"null" else text.decode())


def _decoded(told: bytes, kind: type[Said]) -> Said:
    try:
        return msgspec.json.decode(told, type=kind)
    except (msgspec.MsgspecError, RecursionError) as error:
        raise Unreachable("hub: expected its own words, got something else; is this address a hub?") from error


def _turned(status: int, told: bytes) -> Turned:
    try:
        said: Any = msgspec.json.decode(told, type=_Error)
    except (msgspec.MsgspecError, RecursionError):
        return Turned(status, "http", f"hub: expected 200, got {status}.")
    return Turned(status, said.error or "http", said.text or f"hub: expected 200, got {status}.")


def _unpacked(packed: bytes, coding: str) -> bytes:
    """The body as it was before packing, never more than the limit (B14)."""
    if not coding or coding == "identity":
        return packed
    import io
    import zlib

    import zstandard

    try:
        if coding == "zstd":
            reader = zstandard.ZstdDecompressor(max_window_size=8 << 20).stream_reader(io.BytesIO(packed))
            found = reader.read(BODY_BYTES_MAX + 1)
        elif coding == "gzip":
            found = zlib.decompressobj(wbits=31).decompress(packed, BODY_BYTES_MAX + 1)
        else:
            raise Unreachable(f"hub: expected zstd or gzip, got {coding[:20]!r}.")
    except (zstandard.ZstdError, zlib.error) as error:
        raise Unreachable("hub: expected a packed answer, got a broken one.") from error
    if len(found) > BODY_BYTES_MAX:
        raise Unreachable(f"hub: expected at most {BODY_BYTES_MAX} bytes, got more.")
    return found
