"""What a scanner and a scale share: which errors mean a port is gone, and where a USB device is plugged in."""

from __future__ import annotations

import sys

if sys.platform == "win32":
    LOST: tuple[type[Exception], ...] = (OSError,)
else:
    import termios

    # pyserial's SerialException is an OSError; termios.error is not.
    LOST = (OSError, termios.error)


class Unplugged(OSError):
    """No device of this address is in any socket now."""


def serial_device(port: str) -> str:
    """The device of `usb:VID:PID[:SERIAL]` at this moment. Raises OSError when it is not plugged in."""
    from serial.tools import list_ports

    vid, pid, *serial_number = port.removeprefix("usb:").split(":")
    for candidate in sorted(list_ports.comports(), key=lambda known: str(known.device)):
        if candidate.vid is None or candidate.pid is None:
            continue
        if f"{candidate.vid:04X}:{candidate.pid:04X}" != f"{vid:0>4}:{pid:0>4}".upper():
            continue
        if not serial_number or candidate.serial_number == serial_number[0]:
            return str(candidate.device)
    raise Unplugged(f"{port}: expected it to be plugged in, found no such device")
