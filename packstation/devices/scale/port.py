"""The wire to a scale: a serial line or a hidraw device, opened for us alone, read as bytes.

Any of `port.LOST` means the device is gone: the session reopens it (D1.4, D1.5). Never `readline` or `read(n)`: D1.3.
"""

from __future__ import annotations

import errno
import os
import select
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from packstation.devices.port import LOST, serial_device

if TYPE_CHECKING:
    import serial

    from packstation.devices.scale.url import ScaleAddress

_HIDRAW = Path("/sys/class/hidraw")
_WEIGHING_PAGE = b"\x05\x8d"


class Wire(Protocol):
    """What the session needs of a port. `read` waits at most `seconds` and gives b"" when nothing came."""

    def read(self, seconds: float) -> bytes: ...
    def write(self, command: bytes) -> None: ...
    def close(self) -> None: ...


def open_wire(address: ScaleAddress) -> Wire:
    """Raises one of `port.LOST`, with words that say which port and why."""
    return HidWire(address.port) if address.protocol == "hid" else SerialWire(address)


class SerialWire:
    """A serial port, `socket://host:port` or `loop://`, through pyserial."""

    def __init__(self, address: ScaleAddress) -> None:
        import serial

        port = serial_device(address.port) if address.port.startswith("usb:") else address.port
        # Without `exclusive` a second program's opener takes half of the bytes (D1.2).
        options: dict[str, Any] = {} if "://" in port else {"exclusive": sys.platform != "win32" or None}
        options.update(address.line)
        try:
            self._port: serial.Serial = serial.serial_for_url(port, timeout=0.2, write_timeout=0.2, **options)
        except LOST as error:
            if error.args[:1] != (errno.EINVAL,):
                raise
            other = "8N1" if address.frame != "8N1" else "7E1"
            said = f"refuses {address.baud},{address.frame}; try #{address.protocol},{other}"
            raise OSError(f"{address.port} {said}") from error

    def read(self, seconds: float) -> bytes:
        self._port.timeout = seconds
        return bytes(self._port.read(max(1, min(self._port.in_waiting, 4096))))

    def write(self, command: bytes) -> None:
        self._port.write(command)

    def close(self) -> None:
        self._port.close()


class HidWire:
    """A `/dev/hidraw*` device of Linux: every read is one report, and the scale sends without being asked."""

    def __init__(self, port: str) -> None:
        self._fd = os.open(hid_device(port), os.O_RDONLY | os.O_NONBLOCK)

    def read(self, seconds: float) -> bytes:
        readable, _, _ = select.select([self._fd], [], [], seconds)
        if not readable:
            return b""
        report = os.read(self._fd, 64)
        if not report:
            raise OSError("the scale closed its device")
        return report

    def write(self, command: bytes) -> None:
        assert not command, "a HID scale is not asked, it reports"

    def close(self) -> None:
        os.close(self._fd)


def hid_device(port: str, devices: Path = _HIDRAW) -> str:
    """The path of "/dev/hidraw0", of "VID:PID", or of the first scale there is for "". Raises OSError."""
    if port.startswith("/"):
        return port
    wanted = [f"{int(part, 16):08X}" for part in port.split(":")[:2]] if port else []
    for device in sorted(devices.glob("hidraw*")):
        try:
            known = (device / "device" / "uevent").read_text("ascii", errors="replace").upper()
            page = (device / "device" / "report_descriptor").read_bytes()[:2]
        except OSError:
            continue  # unplugged while we looked
        if (wanted and ":".join(wanted) in known) or (not wanted and page == _WEIGHING_PAGE):
            return f"/dev/{device.name}"
    raise OSError(f"hid:{port}: expected a USB scale, found none")
