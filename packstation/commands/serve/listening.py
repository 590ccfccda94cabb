"""From listening to the goodbye: one address, TLS where a certificate is given, until a signal ends it."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import socket
import ssl

from aiohttp import web

from packstation.commands.errors import UsageError
from packstation.commands.serve.server import Serving, StationServer, log
from sync.logs import OwnFile, ids, logged_to

LOG = "serve.log"


def serve(asked: Serving) -> int:
    """Serve until SIGTERM or SIGINT; one JSON line on stdout says where. Raises UsageError."""
    tls = _tls(asked)
    try:
        listener = socket.create_server(
            (asked.host, asked.port), family=socket.AF_INET6 if ":" in asked.host else socket.AF_INET
        )
    except OSError as error:
        raise UsageError(f"serve: expected to listen on {asked.host} port {asked.port}, got: {error}.") from error
    with logged_to(OwnFile(asked.folder / LOG)):
        log.info("started", extra=ids(port=listener.getsockname()[1], pid=os.getpid()))
        code = asyncio.run(_run(asked, listener, tls))
        log.info("ended", extra=ids(pid=os.getpid()))
    return code


def _tls(asked: Serving) -> ssl.SSLContext | None:
    if asked.certificate is None or asked.key is None:
        return None
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        made.load_cert_chain(asked.certificate, asked.key)
    except (OSError, ssl.SSLError) as error:
        raise UsageError(f"--certificate, --key: expected a chain and its key in PEM, got: {error}.") from error
    return made


async def _run(asked: Serving, listener: socket.socket, tls: ssl.SSLContext | None) -> int:
    host = f"[{asked.host}]" if ":" in asked.host else asked.host
    url = asked.url or f"{'https' if tls else 'http'}://{host}:{listener.getsockname()[1]}"
    pages = StationServer(asked, url)
    runner = web.AppRunner(await pages.make_app(), access_log=None, handler_cancellation=False)
    await runner.setup()
    await web.SockSite(runner, listener, ssl_context=tls).start()
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        with contextlib.suppress(NotImplementedError):
            loop.add_signal_handler(number, ended.set)
    told = {"url": url, "port": listener.getsockname()[1], "pid": os.getpid(), "stations": sorted(asked.stations)}
    print(json.dumps(told), flush=True)
    await ended.wait()
    # The stock server waits for its clients; we say goodbye first (D14.5).
    await pages.leave()
    await runner.cleanup()
    return 0
