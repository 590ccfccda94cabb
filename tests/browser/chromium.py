"""A headless Chromium, driven over its DevTools protocol with the HTTP library that textual-serve brings along.

`Browser` is one process with a profile of its own; `Tab` has a size, keys that are real key events, and a record of
every request it made. Nothing here waits longer than it is told to.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import json
import os
import re
import shutil
import subprocess
import threading
import time
from collections.abc import Callable, Coroutine
from pathlib import Path
from types import TracebackType
from typing import Any

import aiohttp

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
STARTED_S = 90.0
CALL_S = 60.0

_NAMED = {
    "\r": {"key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 13, "text": "\r"},
    "\x1d": {"key": "]", "code": "BracketRight", "windowsVirtualKeyCode": 221, "modifiers": 2},
}


class Browser:
    """One Chromium. `folder` holds its profile and may be thrown away."""

    def __init__(self, folder: Path) -> None:
        assert CHROMIUM is not None, "tests that want a browser are skipped where there is none"
        self._loop = asyncio.new_event_loop()
        threading.Thread(target=self._loop.run_forever, name="devtools", daemon=True).start()
        self.process = subprocess.Popen(
            [
                CHROMIUM, "--headless=new", "--no-sandbox", "--remote-debugging-port=0", f"--user-data-dir={folder}",
                "--no-first-run", "--disable-extensions", "--disable-background-networking", "--disable-sync",
                "--disable-component-update", "--ignore-certificate-errors", "--mute-audio", "about:blank",
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            env={**os.environ, "HOME": str(folder)},
        )  # fmt: skip
        self._said: list[str] = []
        self._socket_url = ""
        threading.Thread(target=self._read_stderr, name="chromium", daemon=True).start()
        _wait(lambda: bool(self._socket_url), STARTED_S, lambda: "".join(self._said)[-2000:])
        self._waiting: dict[int, asyncio.Future[Any]] = {}
        self._tabs: dict[str, Tab] = {}
        self._number = 0
        self.run(self._connect())

    def _read_stderr(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            text = line.decode(errors="replace")
            self._said.append(text)
            if found := re.search(r"DevTools listening on (ws://\S+)", text):
                self._socket_url = found[1]

    def run(self, act: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(act, self._loop).result(CALL_S)

    async def _connect(self) -> None:
        self._http = aiohttp.ClientSession()
        self._socket = await self._http.ws_connect(self._socket_url, max_msg_size=0)
        self._reading = asyncio.create_task(self._read())

    async def _read(self) -> None:
        async for message in self._socket:
            told = json.loads(message.data)
            if "id" in told:
                future = self._waiting.pop(told["id"], None)
                if future is not None and not future.done():
                    future.set_result(told)
            elif (tab := self._tabs.get(told.get("sessionId", ""))) is not None:
                tab.heard(told["method"], told["params"])

    def call(self, method: str, session: str | None = None, **values: Any) -> dict[str, Any]:
        return self.calls(method, session, [values])[0]

    def calls(self, method: str, session: str | None, all_values: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """The same call with each of the values, sent together and answered in order."""

        async def asked() -> list[dict[str, Any]]:
            answers = []
            for values in all_values:
                self._number += 1
                self._waiting[self._number] = asyncio.get_running_loop().create_future()
                answers.append(self._waiting[self._number])
                said = {"id": self._number, "method": method, "params": values}
                await self._socket.send_str(json.dumps(said | ({"sessionId": session} if session else {})))
            return [dict(await answer) for answer in answers]

        found = self.run(asked())
        for told in found:
            assert "error" not in told, f"{method}: {told['error']}"
        return [dict(told["result"]) for told in found]

    def tab(self, width: int, height: int, *, own_cookies: bool = True) -> Tab:
        """A page of a handheld of this size; with cookies of its own, as another device has."""
        context = {}
        if own_cookies:
            context = {"browserContextId": self.call("Target.createBrowserContext")["browserContextId"]}
        target = self.call("Target.createTarget", url="about:blank", **context)["targetId"]
        session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        tab = Tab(self, session, width, height)
        self._tabs[session] = tab
        tab.begin()
        return tab

    def close(self) -> None:
        with contextlib.suppress(Exception):
            self.run(self._http.close())
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(10)
        self._loop.call_soon_threadsafe(self._loop.stop)

    def __enter__(self) -> Browser:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class Tab:
    def __init__(self, browser: Browser, session: str, width: int, height: int) -> None:
        self._browser, self._session = browser, session
        self.width, self.height = width, height
        self.requests: list[str] = []
        self.complaints: list[str] = []
        self.drawn = bytearray()
        """What the station sent to the terminal."""

    def begin(self) -> None:
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.call(f"{domain}.enable")
        self.call(
            "Emulation.setDeviceMetricsOverride",
            width=self.width,
            height=self.height,
            deviceScaleFactor=1,
            mobile=True,
        )

    def heard(self, method: str, params: dict[str, Any]) -> None:
        if method == "Network.requestWillBeSent":
            self.requests.append(params["request"]["url"])
        elif method == "Network.webSocketCreated":
            self.requests.append(params["url"])
        elif method == "Network.webSocketFrameReceived":
            if params["response"]["opcode"] == 2:
                self.drawn += base64.b64decode(params["response"]["payloadData"])
        elif method == "Runtime.exceptionThrown":
            self.complaints.append(json.dumps(params["exceptionDetails"])[:500])
        elif method == "Log.entryAdded" and params["entry"]["level"] == "error":
            self.complaints.append(params["entry"]["text"])

    def call(self, method: str, **values: Any) -> dict[str, Any]:
        return self._browser.call(method, self._session, **values)

    def go(self, url: str) -> None:
        self.call("Page.navigate", url=url)
        self.wait("document.readyState === 'complete'")

    def ask(self, script: str) -> Any:
        """The value of an expression in the page."""
        told = self.call("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in told, told
        return told["result"].get("value")

    def wait(self, script: str, wait_s: float = 60.0) -> None:
        """Until an expression is true."""

        def holds() -> bool:
            with contextlib.suppress(AssertionError):  # between two pages there is none to ask
                return bool(self.ask(script))
            return False

        _wait(holds, wait_s, lambda: f"{script}: {self.complaints}")

    def keys(self, text: str) -> None:
        """As a scanner in keyboard mode types: key events without a tap, GS as Ctrl+]."""
        events = []
        for sign in text:
            named = _NAMED.get(sign)
            how = dict(named) if named else {"key": sign, "text": sign, "unmodifiedText": sign}
            if named is None and sign.isalnum():
                how |= {"code": f"Key{sign.upper()}" if sign.isalpha() else f"Digit{sign}"}
                how |= {"windowsVirtualKeyCode": ord(sign.upper())}
            events.append({"type": "keyDown" if "text" in how else "rawKeyDown", **how})
            events.append({"type": "keyUp", **{name: value for name, value in how.items() if name != "text"}})
        # All in one go: a scanner does not wait for the page between two characters.
        self._browser.calls("Input.dispatchKeyEvent", self._session, events)

    def picture(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(base64.b64decode(self.call("Page.captureScreenshot", format="png")["data"]))


def _wait(holds: Callable[[], bool], wait_s: float, why: Callable[[], str]) -> None:
    ends = time.monotonic() + wait_s
    while not holds():
        assert time.monotonic() < ends, f"expected it within {wait_s:.0f} s: {why()}"
        time.sleep(0.05)
