"""Running the hub: one process, one port, a line on stdout when it is ready, a clean end on SIGTERM."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import secrets
import signal
import socket
import sys
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from sync.client.wire import LOOPBACK
from sync.hub.api.doors import NOTE
from sync.hub.api.http import app_of
from sync.hub.intake.goods import ensure_site
from sync.hub.intake.routes import end_pauses
from sync.hub.tables.database import Database, HubLock
from sync.logs import OwnFile, ids, logged_to, to_stream

TIDY_S = 60.0
LOG = "hub.log"
log = logging.getLogger("sync.hub")


class Unservable(Exception):
    """The hub cannot be served as asked; the text says expected and got."""


@dataclass(frozen=True, slots=True)
class Served:
    """Where a hub is to be found, and with what. `folder`: where a note for commands on this machine is left."""

    database: str
    host: str = "127.0.0.1"
    port: int = 0
    certificate: str | None = None
    key: str | None = None
    folder: Path | None = None
    sites: tuple[str, ...] = ()
    """Sites that must exist: those of the station beside it."""


def serve(asked: Served) -> int:
    """Serve until SIGTERM or SIGINT. Raises Unservable, HubLocked, DatabaseTrouble."""
    import uvicorn

    if asked.host not in LOOPBACK and not (asked.certificate and asked.key):
        raise Unservable(
            f"host: expected 127.0.0.1 or ::1 without a certificate, got {asked.host}; give --certificate and --key,"
            " or put a TLS proxy before it."
        )
    lite = asked.database.startswith("sqlite:")
    lock = HubLock(asked.folder) if asked.folder is not None and lite else None
    database = None
    try:
        database = Database(asked.database)
        for site in asked.sites:
            ensure_site(database, site)
        token = secrets.token_hex(32)
        app = app_of(database, admin_token=token)
        listener = listen(asked.host, asked.port)
        port = listener.getsockname()[1]
        scheme = "https" if asked.certificate else "http"
        shown = f"[{asked.host}]" if ":" in asked.host else asked.host
        url = f"{scheme}://{shown}:{port}"
        server = uvicorn.Server(
            uvicorn.Config(
                app,
                log_config=None,  # its words go where ours go, as JSON lines
                access_log=False,
                lifespan="off",
                server_header=False,
                timeout_keep_alive=75,
                timeout_graceful_shutdown=10,
                ssl_certfile=asked.certificate,
                ssl_keyfile=asked.key,
            )
        )
        # uvicorn passes the signal on when it has ended; that must not kill us before the files are closed.
        for one in (signal.SIGTERM, signal.SIGINT):
            signal.signal(one, lambda *_: None)
        note = None if asked.folder is None else asked.folder / NOTE
        try:
            with logged_to(OwnFile(asked.folder / LOG) if asked.folder is not None else to_stream(sys.stderr)):
                log.info("started", extra=ids(pid=os.getpid(), url=url))
                asyncio.run(_run(server, listener, database, url, token, note))
                log.info("ended", extra=ids(pid=os.getpid()))
        finally:
            if note is not None:
                note.unlink(missing_ok=True)
            app.state.hub.close()
    finally:
        if database is not None:
            database.close()
        if lock is not None:
            lock.release()
    return 0


async def _run(
    server: object, listener: socket.socket, database: Database, url: str, token: str, note: Path | None
) -> None:
    import uvicorn

    assert isinstance(server, uvicorn.Server), "a server is served"
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    while not server.started and not serving.done():
        await asyncio.sleep(0.01)
    if not serving.done():
        if note is not None:
            _leave_note(note, {"url": url, "token": token, "pid": os.getpid()})
        print(json.dumps({"url": url, "pid": os.getpid(), "hub_epoch": database.epoch}), flush=True)
    tidying = asyncio.create_task(_tidy(database))
    await serving
    tidying.cancel()
    print("hub: stopped.", file=sys.stderr, flush=True)


async def _tidy(database: Database) -> None:
    """What time alone brings: sites whose pause is over take orders again."""
    while True:
        await asyncio.sleep(TIDY_S)
        try:
            await asyncio.to_thread(end_pauses, database)
        except SQLAlchemyError as error:
            log.warning("pauses not ended; tried again", exc_info=error)


def listen(host: str, port: int) -> socket.socket:
    """A listening socket. Raises Unservable when the port is taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Said to be TCP, else asyncio does not switch Nagle off and every answer waits 40 ms for an ACK.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise Unservable(f"port: expected {port} to be free at {host}, got {error.strerror or error}.") from error
    return listener


def _leave_note(path: Path, told: dict[str, object]) -> None:
    """Where the hub is, for commands of the same user on this machine."""
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        json.dump(told, file)
