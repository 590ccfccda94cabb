"""A hub for benchmarks: the real application in a process of its own, without the limit on requests a minute.

`python -m tests.benchmarks.sync_hub DATABASE_URL` prints {"url", "token"} when it is ready, and ends with its stdin.
"""

from __future__ import annotations

import asyncio
import json
import sys
import threading

import uvicorn

from sync.hub.api.http import app_of
from sync.hub.api.serve import listen
from sync.hub.tables.database import Database

TOKEN = "b" * 64


def main(url: str) -> None:
    database = Database(url)
    app = app_of(database, admin_token=TOKEN, rate=(10**9, 10**9))
    listener = listen("127.0.0.1", 0)
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False, lifespan="off"))

    async def serve() -> None:
        running = asyncio.create_task(server.serve(sockets=[listener]))
        while not server.started:
            await asyncio.sleep(0.01)
        print(json.dumps({"url": f"http://127.0.0.1:{listener.getsockname()[1]}", "token": TOKEN}), flush=True)
        await running

    def until_stdin_ends() -> None:
        sys.stdin.read()
        server.should_exit = True

    threading.Thread(target=until_stdin_ends, daemon=True).start()
    asyncio.run(serve())
    app.state.hub.close()
    database.close()


if __name__ == "__main__":
    main(sys.argv[1])
