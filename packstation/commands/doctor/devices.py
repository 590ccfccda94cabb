"""What is plugged in, and what comes out: scanners, scales, fonts, sound, printers."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from packstation.commands.doctor.finding import Asked, Finding
from packstation.commands.errors import UsageError

if TYPE_CHECKING:
    from packstation.devices.scale.port import Wire
    from packstation.devices.scale.reading import Reading
    from packstation.devices.scale.url import ScaleAddress


_SCALE_S_MAX = 1.5


def devices(asked: Asked) -> Iterator[Finding]:
    """D1.1: what is plugged in, and whether the addresses of this bench are among it."""
    from serial.tools import list_ports

    ports = [
        {
            "port": port.device,
            "usb": f"{port.vid:04X}:{port.pid:04X}" if port.vid is not None and port.pid is not None else None,
            "serial": port.serial_number,
            "name": port.description if port.description != "n/a" else "",
        }
        for port in sorted(list_ports.comports(), key=lambda port: str(port.device))
    ]
    for port in ports:
        usb = f" usb:{port['usb']}" + (f":{port['serial']}" if port["serial"] else "") if port["usb"] else ""
        yield Finding("device", "ok", f"{port['port']}{usb} {port['name'] or ''}".rstrip())
    if not ports:
        yield Finding("device", "note", "no serial port found; a keyboard scanner needs none")
    hidden = sorted(str(path) for path in Path("/dev").glob("hidraw*")) if sys.platform == "linux" else []
    yield Finding("devices", "ok", f"{len(ports)} serial, {len(hidden)} HID", {"devices": ports, "hid": hidden})
    for url in asked.scanners:
        _check_profile(url, asked)
        yield _bound("scanner", url, ports)
    if asked.scale is not None:
        yield _bound("scale", asked.scale, ports)


def _check_profile(url: str, asked: Asked) -> None:
    """The profile that an address names is one we know, or the shop's own (D2.2)."""
    from packstation.devices.feedback import OWN, profile_named
    from packstation.devices.scanner.address import scanner_address

    try:
        named = scanner_address(url).feedback
        if named is not None:
            profile_named(named, asked.folder / OWN)
    except ValueError as error:
        raise UsageError(f"--scanner: {error}") from error


def _bound(name: str, url: str, ports: list[dict[str, Any]]) -> Finding:
    from packstation.devices.scale.url import scale_address
    from packstation.devices.scanner.address import scanner_address

    try:
        address = scanner_address(url).port if name == "scanner" else scale_address(url).port
        warning = scanner_address(url).warning if name == "scanner" else None
    except ValueError as error:
        raise UsageError(f"--{name}: {error}") from error
    if address.startswith("usb:"):
        vid, pid, *rest = address.removeprefix("usb:").split(":")
        usb = f"{vid.zfill(4)}:{pid.zfill(4)}".upper()
        here = [port for port in ports if port["usb"] == usb and (not rest or port["serial"] == rest[0])]
        if not here:
            return Finding(name, "wrong", f"{address}: expected it to be plugged in, got none like it")
        if len(here) > 1:
            return Finding(name, "wrong", f"{address}: expected one, got {len(here)}; add the serial number")
        return _tried(name, url, f"{address} is {here[0]['port']}", warning)
    if address.startswith("/"):
        if not Path(address).exists():
            return Finding(name, "wrong", f"{address}: expected a device there, got none")
        if not os.access(address, os.R_OK | os.W_OK):
            return Finding(name, "wrong", f"{address}: expected to read and write it; join the group that owns it")
    return _tried(name, url, address, warning)


def _tried(name: str, url: str, called: str, warning: str | None) -> Finding:
    """It is opened as the station opens it, for us alone; a scale is asked once. A scanner has nothing to say now."""
    from packstation.devices.port import LOST
    from packstation.devices.scale.port import open_wire
    from packstation.devices.scale.url import scale_address
    from packstation.devices.scanner import open_port
    from packstation.devices.scanner.address import scanner_address

    try:
        if name == "scanner":
            open_port(scanner_address(url)).close()
            return Finding(name, "note" if warning else "ok", warning or f"{called} opens")
        address = scale_address(url)
        wire = open_wire(address)
        try:
            state, text = _asked_once(address, wire)
        finally:
            wire.close()
    except (*LOST, ValueError) as error:
        if getattr(error, "errno", None) in (errno.EAGAIN, errno.EBUSY) or "exclusively lock" in str(error):
            return Finding(name, "wrong", f"{called}: another program holds it; close it there")
        return Finding(name, "wrong", f"{called}: expected to open it, got: {error}")
    return Finding(name, state, f"{called}: {text}")


def _asked_once(address: ScaleAddress, wire: Wire) -> tuple[str, str]:
    from packstation.devices.scale.session import state_of

    wire.read(0.05)  # what nobody asked for
    wire.write(address.ask)
    answers: tuple[Reading, ...] = ()
    buffer = b""
    until = time.monotonic() + _SCALE_S_MAX
    while not answers and time.monotonic() < until:
        answers, buffer = address.parse(buffer + wire.read(0.1))
    if not answers:
        got = "bytes that are no answer" if buffer else "nothing"
        return "wrong", f"expected an answer of the scale within {_SCALE_S_MAX:g} s, got {got}"
    said = state_of(answers[-1])
    return "wrong" if said.word in ("garbage", "syntax", "fault", "contradiction") else "ok", said.text


def habits(asked: Asked) -> Iterator[Finding]:
    """D1.10, X13: a scanner that speaks otherwise than before had its settings changed."""
    from packstation.devices.scanner.memory import changed_habits

    found = changed_habits(asked.folder)
    for text in found:
        yield Finding("scanner habits", "wrong", text)
    if not found:
        advice = "lock each scanner's programming codes, so that a code from the floor changes nothing"
        yield Finding("scanner habits", "ok", f"no change seen; {advice}")


def fonts(asked: Asked) -> Iterator[Finding]:
    """D10.2: names in every script we promise, set in the fonts we ship."""
    from packstation.documents.label import SAMPLE_NAMES
    from packstation.documents.text import set_line

    missing = []
    for name in SAMPLE_NAMES:
        try:
            lost = set_line(name).missing
        except (OSError, ImportError) as error:
            missing.append(f"{name} ({error})")
            continue
        if lost:
            missing.append(f"{name} (no {lost})")
    if missing:
        yield Finding("fonts", "wrong", f"expected to print {', '.join(missing)}, got signs without a glyph")
    else:
        yield Finding("fonts", "ok", f"{len(SAMPLE_NAMES)} names in as many scripts can be printed")


def sound(asked: Asked) -> Iterator[Finding]:
    from packstation.devices.sound import Sounds

    with Sounds() as sounds:
        trouble = sounds.health()
        yield Finding("sound", "note" if trouble else "ok", trouble or f"{sounds.player} plays the cues")


def printers(asked: Asked) -> Iterator[Finding]:
    """Every printer of this bench by its name: those that were given, those of printers.json and of the site."""
    known, trouble = _known_printers(asked)
    if trouble is not None:
        yield trouble
    if not asked.printers and asked.place is not None:
        folder = asked.folder / "documents"
        writable = os.access(folder if folder.exists() else asked.folder, os.W_OK)
        state = "ok" if writable else "wrong"
        yield Finding("printer", state, f"documents go to {folder}" if writable else f"{folder}: cannot be written")
    told: list[dict[str, Any]] = []
    for name, text in (known | {text: text for text in asked.printers if text not in known}).items():
        finding = _printer(name, text, given=name == text)
        told.append({"name": name, "address": text, "state": finding.state, "text": finding.text})
        yield finding
    yield Finding("printers", "ok", f"{len(told)} looked at", {"printers": told})


def _known_printers(asked: Asked) -> tuple[dict[str, str], Finding | None]:
    """{name: address} of the folder's printers.json and the site's setting; and what is wrong with them."""
    from packstation.station.printers import listed_printers

    if asked.place is None:
        return {}, None
    try:
        return listed_printers(asked.place, _site_printers(asked.folder)), None
    except (ValueError, sqlite3.Error) as error:
        return {}, Finding("printer", "wrong", str(error))


def _site_printers(folder: Path) -> Any:
    """The setting "printers" as the station last heard it, on a connection that cannot write; None without one."""
    path = folder / "mirror.db"
    if not path.exists():
        return None
    with contextlib.closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, timeout=5.0)) as db:
        row = db.execute("SELECT body FROM copy WHERE kind = 'setting' AND key = 'printers'").fetchone()
    return json.loads(row[0]).get("value") if row else None


def _printer(name: str, text: str, *, given: bool) -> Finding:
    from packstation.devices.printer import NotReady, printer_address, printer_at

    try:
        url, profile = printer_address(text)
    except ValueError as error:
        if given:
            raise UsageError(f"--printer: {error}") from error
        return Finding("printer", "wrong", f"{name}: {error}")
    called = url if given else f"{name} {url}"
    if url.startswith("lp:"):
        return _queue(url, called)
    seen = printer_at(url, profile).look()
    if isinstance(seen, NotReady):
        return Finding("printer", "wrong", f"{called}: {seen.why}")
    return Finding("printer", "ok", f"{called} {seen.says}")


def _queue(url: str, called: str) -> Finding:
    queue = url.removeprefix("lp:")
    asks = shutil.which("lpstat")
    if shutil.which("lp") is None or asks is None:
        return Finding("printer", "wrong", f"{called}: expected lp of CUPS on this machine, got none")
    try:
        done = subprocess.run([asks, "-p", queue], capture_output=True, timeout=10, check=False)
    except subprocess.TimeoutExpired:
        return Finding("printer", "wrong", f"{called}: expected CUPS to answer within 10 s, got nothing")
    if done.returncode:
        return Finding("printer", "wrong", f"{called}: expected a queue of CUPS, got none of that name")
    told = done.stdout.decode("utf-8", "replace").strip().partition("\n")[0]
    return Finding("printer", "wrong" if "disabled" in told else "ok", f"{called}: {told[:120]}")
