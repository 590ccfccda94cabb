"""The station in a real browser on the two screens a handheld has: nothing is tapped, nothing is lost (issue 5, 10).

Pictures of each step go to the folder named by PACKSTATION_PICTURES, for people to look at.
"""

from __future__ import annotations

import os
import re
import signal
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from tests.browser import chromium
from tests.shop import ANN, open_bench, put, shop

pytest.importorskip("textual_serve", reason="the extra `browser` is not installed: pip install packstation[browser]")
if chromium.CHROMIUM is None:
    pytest.skip("no Chromium on the path: install chromium or google-chrome", allow_module_level=True)

from tests.browser.cable import Cable
from tests.browser.chromium import Browser, Tab
from tests.commands.serving import Served

SIZES = [(360, 640), (240, 320)]
MUG = "]C12000000000015\r"


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with Browser(tmp_path_factory.mktemp("chromium")) as made:
        yield made


def station(folder: Path, rows: list[tuple[str, str, dict[str, Any]]] | None = None) -> Path:
    made = open_bench(folder / "st-07")
    put(made.store, rows or shop())
    made.store.close()
    return folder / "st-07"


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    with Served(station(tmp_path)) as running:
        yield running


def picture(tab: Tab, name: str) -> None:
    folder = os.environ.get("PACKSTATION_PICTURES")
    if folder:
        time.sleep(0.3)
        tab.picture(Path(folder) / f"{name}-{tab.width}x{tab.height}.png")


def signed_in(browser: Browser, served: Served, size: tuple[int, int]) -> Tab:
    """A page whose station is on screen, signed in by scanning Ann's badge into it."""
    tab = browser.tab(*size)
    tab.go(f"{served.url}/")
    picture(tab, "1-sign-in")
    tab.keys(f"]C0{ANN}\r")
    tab.wait("window.packstation?.connects === 1 && document.body.classList.contains('-first-byte')")
    shows(tab, "Ann")
    return tab


def shows(tab: Tab, words: str, wait_s: float = 60.0) -> None:
    """The station has drawn these words since it was asked last."""
    ends = time.monotonic() + wait_s
    while "".join(words.split()) not in text(tab):
        assert time.monotonic() < ends, f"{words!r} in {text(tab)[-600:]!r} {tab.complaints}"
        time.sleep(0.05)
    tab.drawn.clear()


def text(tab: Tab) -> str:
    """What was drawn, without colours, places and spaces: lines break elsewhere on each size."""
    return "".join(re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", tab.drawn.decode("utf-8", "replace")).split())


def opened(tab: Tab) -> None:
    tab.keys("]C0FO-4475-1\r")
    shows(tab, "again to pack")
    time.sleep(0.3)  # sooner it would be a double trigger
    tab.keys("]C0FO-4475-1\r")
    shows(tab, "0 of 24")


def facts(served: Served) -> list[str]:
    """What the station wrote; its server ends first."""
    assert served.stop() == (0, "")
    made = open_bench(served.folder)
    try:
        return [entry.kind for entry in made.store.journal.all()]
    finally:
        made.store.close()


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_scans_are_accepted_without_a_tap(browser: Browser, served: Served, size: tuple[int, int]) -> None:
    """D14.4: viewport, font, focus without a soft keyboard, sounds, and no request to anybody else."""
    tab = signed_in(browser, served, size)
    picture(tab, "2-start")
    assert tab.ask("document.activeElement.className") == "xterm-helper-textarea"
    assert tab.ask("document.activeElement.inputMode") == "none"
    opened(tab)
    picture(tab, "3-order")
    tab.keys(MUG)
    shows(tab, "1 of 24")
    picture(tab, "4-scanned")
    tab.wait("window.packstation.played.at(-1) === 'T1'")
    tab.keys("]C12000000000053\r")
    shows(tab, "WRONG")
    picture(tab, "5-wrong")
    tab.wait("window.packstation.played.at(-1) === 'E1'")

    assert tab.ask("document.fonts.check(\"16px 'Roboto Mono'\")")
    assert tab.ask("document.documentElement.scrollWidth") <= size[0], "the page is as wide as the screen"
    socket = next(url for url in tab.requests if "/ws?" in url)
    asked = dict(word.split("=") for word in socket.partition("?")[2].split("&"))
    assert int(asked["width"]) >= 24
    assert int(asked["height"]) >= 16
    ours = (f"{served.url}/", served.url.replace("http", "ws") + "/", "data:,")
    assert [url for url in tab.requests if not url.startswith(ours)] == []
    assert [text for text in tab.complaints if "401" not in text] == []
    assert facts(served).count("ItemPacked") == 1


def test_a_killed_socket_resumes_the_same_order(browser: Browser, tmp_path: Path) -> None:
    """D14.5: the terminal stays, a new process draws the order where it stood; a scan between is not taken."""
    with Cable() as cable, Served(station(tmp_path), "--url", f"http://127.0.0.1:{cable.port}") as served:
        cable.to = served.listens_on()
        tab = signed_in(browser, served, SIZES[1])
        opened(tab)
        tab.keys(MUG)
        shows(tab, "1 of 24")
        cable.break_off()
        tab.wait("!document.getElementById('news').hidden")
        tab.keys(MUG)
        tab.wait("window.packstation.refusedKeys > 0")
        assert tab.ask("window.packstation.played.at(-1)") == "E3"
        assert "not taken" in tab.ask("document.getElementById('news').textContent")
        picture(tab, "6-offline")
        tab.drawn.clear()
        cable.mend()
        tab.wait("window.packstation.connects === 2")
        shows(tab, "1 of 24")
        tab.wait("document.getElementById('news').hidden")
        picture(tab, "7-resumed")
        tab.keys(MUG)
        shows(tab, "2 of 24")
        kinds = facts(served)
    assert kinds.count("ItemPacked") == 2
    assert kinds.count("SignedIn") == 1


def test_a_slow_network_cuts_no_scan_in_two(browser: Browser, tmp_path: Path) -> None:
    """D14.4: the keys of a scan travel as one; 0.4 s between two of them would be the end of a broken one (D3.2)."""
    with Cable() as cable, Served(station(tmp_path), "--url", f"http://127.0.0.1:{cable.port}") as served:
        cable.to = served.listens_on()
        tab = signed_in(browser, served, (240, 320))
        opened(tab)
        cable.pause_s = 0.4
        tab.keys(MUG)
        shows(tab, "1 of 24")
        assert facts(served).count("ItemPacked") == 1


def test_a_station_process_that_is_killed_is_started_again(browser: Browser, served: Served) -> None:
    """FL2.16: the page finds its way back without a tap."""
    tab = signed_in(browser, served, (360, 640))
    opened(tab)
    tab.keys(MUG)
    shows(tab, "1 of 24")
    (pid,) = served.children()
    os.kill(pid, signal.SIGKILL)
    tab.wait("window.packstation.connects === 2")
    shows(tab, "1 of 24")
    tab.keys(MUG)
    shows(tab, "2 of 24")


def test_a_group_separator_arrives_at_the_station(browser: Browser, served: Served) -> None:
    """D3.1, D14.4: ctrl+] of a keyboard scanner is the separator, and no shortcut of the browser."""
    tab = signed_in(browser, served, (360, 640))
    tab.keys("]d20102000000000046\x1d10L77\r")
    shows(tab, "TEA")
    tab.keys("*RAW\r")
    shows(tab, "<GS>10L77")
    picture(tab, "8-raw")


def test_the_focus_comes_back_by_itself(browser: Browser, served: Served) -> None:
    """D14.4: after a dialog of the system, another tab, or a tap beside."""
    tab = signed_in(browser, served, (360, 640))
    focused = "document.activeElement.className === 'xterm-helper-textarea'"
    tab.ask("document.activeElement.blur()")
    tab.wait(focused, 5)
    tab.ask("document.activeElement.blur(); document.dispatchEvent(new Event('visibilitychange'))")
    tab.wait(focused, 5)
    opened(tab)


def test_a_station_closed_by_hand_says_so_and_does_not_come_back(browser: Browser, served: Served) -> None:
    tab = signed_in(browser, served, (240, 320))
    tab.keys("\x03")
    shows(tab, "Close")
    tab.keys("\x03")
    tab.wait("!document.getElementById('ended').hidden")
    picture(tab, "9-closed")
    assert "Nothing is lost" in tab.ask("document.getElementById('ended-words').textContent")
    assert tab.ask("window.packstation.lost") == 0
    tab.ask("document.getElementById('again').click()")
    tab.wait("window.packstation?.connects === 1")


def test_a_server_that_starts_again_asks_for_the_badge(browser: Browser, tmp_path: Path) -> None:
    """Logins are kept nowhere on disk: the page finds its way to the sign-in by itself."""
    with Served(station(tmp_path)) as first:
        tab = signed_in(browser, first, (360, 640))
        opened(tab)
        port = first.url.rsplit(":", 1)[1]
        assert first.stop() == (0, "")
    tab.wait("!document.getElementById('news').hidden")
    with Served(tmp_path / "st-07", "--port", port):
        tab.wait("location.pathname === '/login'")
        tab.wait("document.activeElement.id === 'badge'")
        tab.drawn.clear()
        tab.keys(f"{ANN}\r")
        tab.wait("window.packstation?.connects === 1")
        shows(tab, "#4475")


def test_a_page_of_another_origin_gets_no_station(browser: Browser, served: Served, tmp_path: Path) -> None:
    """D14.1: the stock server gave a running app to any page; ours refuses, cookie or no cookie."""
    tab = signed_in(browser, served, (360, 640))
    with Served(tmp_path / "st-07") as foreign:  # another port is another origin, and the same site
        evil = browser.tab(360, 640)
        evil.go(f"{foreign.url}/login")
        script = """new Promise((done) => {
          const socket = new WebSocket("%s/ws?width=80&height=24");
          socket.onopen = () => done("open"); socket.onerror = () => done("refused"); })"""
        with suppress(AssertionError):
            evil.call("Page.setBypassCSP", enabled=True)
        evil.go(f"{foreign.url}/login")
        assert evil.ask(script % served.url.replace("http", "ws")) == "refused"
        # In the very browser that holds the cookie, too.
        tab.call("Page.setBypassCSP", enabled=True)
        tab.go(f"{foreign.url}/login")
        assert tab.ask(script % served.url.replace("http", "ws")) == "refused"
        assert any("403" in text for text in tab.complaints)


def test_order_data_cannot_break_out_of_the_terminal(browser: Browser, tmp_path: Path) -> None:
    """Section 12: hostile names reach the browser as text; no link, no clipboard, no markup."""
    rows = shop()
    for _, key, body in rows:
        if key == "BLUE-MUG" and "name" in body:
            body["name"] = "<img src=x onerror=alert(1)>\x1b]52;c;AAAA\x07[/]"
    with Served(station(tmp_path, rows)) as running:
        tab = signed_in(browser, running, (360, 640))
        tab.keys("]C0FO-4475-1\r")
        shows(tab, "again to pack")
        time.sleep(0.3)
        tab.keys("]C0FO-4475-1\r")
        shows(tab, "<IMG")
        assert b"]52;" not in tab.drawn
        assert tab.ask("document.querySelectorAll('img, a').length") == 0
