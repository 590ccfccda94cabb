"""Floor F1: `select`, `os.read` and `os.write` between a serial line and a terminal, and no library at all.

python raw_tty.py SERIAL
"""

from __future__ import annotations

import os
import select
import sys

serial = os.open(sys.argv[1], os.O_RDONLY | os.O_NOCTTY)
os.write(1, b"\x1b[2J\x1b[1;1Hready")
waiting = b""
while True:
    select.select([serial], [], [])
    *lines, waiting = (waiting + os.read(serial, 512)).split(b"\r")
    for line in lines:
        os.write(1, b"\x1b[1;1H" + line + b"\x1b[K")
