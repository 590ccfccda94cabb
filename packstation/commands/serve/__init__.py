"""`packstation serve`: the station in the browser of a handheld (devices.md section 14).

    browser ── cookie, origin ──▶ server ──▶ one process a socket: `packstation run` on that station's data directory
       ▲                            │ logins      │ screen as bytes, cues by name
       └────────────────────────────┴─────────────┘

server    who gets in, pages, sockets, the end        people   badge or PIN against the copies of users
logins    who holds which station                     process  the station's process and its environment
child     inside that process: sounds go to the browser, the first start signs the user in

One data directory is one station, and one process owns it (sync J10). DIR is a station, or a folder of stations, one
for each handheld. A station belongs to one login: the same user may take it along to another browser; another user is
told who holds it while a browser shows it, and takes it over, with the open order, once that browser is closed. What
was scanned is on the disk, so a socket that breaks resumes with the same order.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from packstation.commands.arguments import data, data_folder
from packstation.commands.errors import Refused, UsageError

SESSIONS_MAX = 20
LOOPBACK = ("127.0.0.1", "::1", "localhost")


def add(commands: Any) -> None:
    serve = commands.add_parser(
        "serve",
        help="the station in a handheld's browser",
        description="Serves the station to browsers: sign in with badge or user and PIN, then scan. DIR is a station,"
        " or a folder of stations, one for each handheld. Over the network only with TLS."
        " Set the handheld's scanner (DataWedge keystroke output) to: AIM identifier on, group separator kept, suffix"
        " ENTER, key delay 0, characters as events, bound to the browser."
        " Example: packstation serve --data shop --host 10.0.0.5 --certificate cert.pem --key key.pem",
    )
    data(serve, help="a station's data directory, or a folder of them")
    serve.add_argument("--host", default="127.0.0.1", help="address to listen on; another machine needs TLS")
    serve.add_argument("--port", type=int, default=8480, help="port; 0 takes a free one (default: 8480)")
    serve.add_argument("--certificate", metavar="FILE", help="TLS certificate chain")
    serve.add_argument("--key", metavar="FILE", help="its private key")
    serve.add_argument("--url", metavar="URL", help="the address browsers use, when it is not https://HOST:PORT")
    serve.add_argument(
        "--sessions", type=int, default=SESSIONS_MAX, metavar="N", help="browsers at once (default: 20)"
    )
    serve.add_argument("--printer", metavar="URL", help="for every station, as run takes it")
    serve.add_argument("--scale", metavar="URL", help="likewise")
    serve.add_argument("--hub", metavar="URL", help="likewise")
    serve.set_defaults(run=_serve)


def _serve(parsed: argparse.Namespace) -> int:

    if not 0 <= parsed.port <= 65535:
        raise UsageError(f"--port: expected 0 to 65535, got {parsed.port}.")
    if not 1 <= parsed.sessions <= 1000:
        raise UsageError(f"--sessions: expected 1 to 1000, got {parsed.sessions}.")
    if bool(parsed.certificate) != bool(parsed.key):
        raise UsageError("--certificate, --key: expected both or neither.")
    if parsed.host not in LOOPBACK and not parsed.certificate:
        raise UsageError(
            f"--host: expected 127.0.0.1 or ::1 without a certificate, got {parsed.host}; give --certificate and"
            " --key, or put a TLS proxy before it and name its address with --url."
        )
    if parsed.url is not None:
        _check_url(parsed.url)
    folder = data_folder(parsed)
    stations = _stations(folder)
    try:
        from packstation.commands.serve.listening import serve
        from packstation.commands.serve.server import Serving
    except ImportError as error:
        raise Refused(f"serve: expected the extra `browser` to be installed, got: {error}.") from error
    return serve(
        Serving(
            stations=stations,
            folder=folder,
            host=parsed.host,
            port=parsed.port,
            certificate=parsed.certificate,
            key=parsed.key,
            url=parsed.url.rstrip("/") if parsed.url else None,
            sessions_max=parsed.sessions,
            options=tuple(
                word
                for name in ("printer", "scale", "hub")
                if getattr(parsed, name)
                for word in (f"--{name}", getattr(parsed, name))
            ),
        )
    )


def _check_url(url: str) -> None:
    parts = urlsplit(url)
    if parts.scheme not in ("https", "http") or not parts.hostname or parts.path.strip("/") or parts.query:
        raise UsageError(f"--url: expected an address such as https://pack.shop.example, got {url[:80]!r}.")
    if parts.scheme == "http" and parts.hostname not in LOOPBACK:
        raise UsageError(f"--url: expected https, as {parts.hostname} is another machine, got http.")


def _stations(folder: Path) -> dict[str, Any]:
    """The stations of a data directory by their ids: itself, or those in its subfolders."""
    from packstation.store import NotAStation, read_place

    if (folder / "station.json").exists() or not folder.is_dir():
        found = [folder]
    else:
        found = sorted(path.parent for path in folder.glob("*/station.json"))
    try:
        places = [read_place(path) for path in found]
    except NotAStation as error:
        raise UsageError(str(error)) from None
    except ValueError as error:
        raise UsageError(str(error)) from error
    if not places:
        raise UsageError(
            f"{folder}: expected a station, or a folder of stations, got neither. Make one: packstation init"
        )
    stations = {place.station: place for place in places}
    if len(stations) < len(places):
        raise UsageError(f"{folder}: expected every station once, got {', '.join(p.station for p in places)}.")
    return stations
