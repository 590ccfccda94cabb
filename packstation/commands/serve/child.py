"""Inside a served station's process: cues sound in the browser, and the first start signs the user in.

`packstation run` asks `served()`; on a terminal the answer is None and nothing here is used.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from packstation.devices.sound import Sounds
from packstation.workflows.prompt import Cue, Say

if TYPE_CHECKING:
    from packstation.station import Station

WEB_DRIVER = "textual.drivers.web_driver:WebDriver"


class BrowserSounds(Sounds):
    """Says a cue's name to the browser, which holds the sounds."""

    def __init__(self) -> None:
        super().__init__(volume=0)
        self._say: Any = None
        self._early: Cue | None = None

    @property
    def player(self) -> str | None:
        return "browser"

    def trouble(self) -> Say | None:
        return None

    def play(self, cue: Cue) -> None:
        """Called on the app's own thread, which also writes the screen: the two never mix."""
        if self._say is None:
            self._early = cue
        else:
            self._say({"type": "cue", "cue": cue.value})

    def through(self, app: object) -> None:
        """From now on through this app's driver."""
        self._say = getattr(getattr(app, "_driver", None), "write_meta", None)
        if self._early is not None:
            self.play(self._early)  # of a scan between the first picture and now


@dataclass
class Served:
    """How a browser's station differs from one on a terminal. `user`: who signed in on the page, or None."""

    user: str | None
    sounds: BrowserSounds = field(default_factory=BrowserSounds)

    def before(self, start: Callable[[Any], None]) -> Callable[[Any], None]:
        """Start the bench's devices, with cues going to the browser that the app draws for."""

        def started(app: Any) -> None:
            self.sounds.through(app)
            start(app)

        return started

    def sign_in(self, station: Station) -> None:
        """The user of the page is the user of the station; an open order of somebody else's is offered (FL1.10)."""
        if self.user is None:
            return
        if station.user is not None and station.user.user == self.user and not station.locked:
            return
        station.badge(self.user)
        if station.user is not None and station.user.user != self.user:
            station.badge(self.user)  # FL1.12: a change of users is confirmed by the badge again


def served() -> Served | None:
    """What `packstation serve` wants of this process, or None on a terminal."""
    if os.environ.get("TEXTUAL_DRIVER") != WEB_DRIVER:
        return None
    return Served(os.environ.pop("PACKSTATION_SIGN_IN", None) or None)
