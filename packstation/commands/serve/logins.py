"""Who holds which station: a login is a cookie's secret, a user and a station, for twelve hours at most.

none ──sign in──▶ held ──socket──▶ shown in a browser ──closed──▶ held ──12 h, sign out, another login──▶ none

Only digests of secrets are kept. Pure but for the clock that is passed in; the server calls it from one thread.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass

LOGIN_S_MAX = 12 * 3600


@dataclass(slots=True)
class Login:
    """`fresh`: the station's process has not yet been told who signed in. `shown`: a browser shows the station."""

    digest: bytes
    user: str
    name: str
    station: str
    since_s: float
    fresh: bool = True
    shown: bool = False


@dataclass(frozen=True, slots=True)
class Held:
    """A station that cannot be had: a browser shows it to somebody else."""

    station: str
    name: str
    since_s: float


class Logins:
    """At most one login a station."""

    def __init__(self, new_secret: Callable[[], str], now_s: Callable[[], float]) -> None:
        self._new_secret, self._now_s = new_secret, now_s
        self._by_station: dict[str, Login] = {}

    def sign_in(self, user: str, name: str, station: str) -> tuple[str, Login] | Held:
        """The new cookie's secret; the login before it is over. Held when another user has the station on screen."""
        before = self.of_station(station)
        if before is not None and before.shown and before.user != user:
            return Held(station, before.name, before.since_s)
        secret = self._new_secret()
        login = Login(_digest(secret), user, name, station, self._now_s())
        self._by_station[station] = login
        return secret, login

    def of_secret(self, secret: str) -> Login | None:
        """The login a cookie stands for, if it is still good."""
        digest = _digest(secret)
        found = None
        for login in list(self._by_station.values()):
            if hmac.compare_digest(login.digest, digest):
                found = login
        return found if found is not None and self._good(found) else None

    def of_station(self, station: str) -> Login | None:
        login = self._by_station.get(station)
        return login if login is not None and self._good(login) else None

    def sign_out(self, login: Login) -> None:
        if self._by_station.get(login.station) is login:
            del self._by_station[login.station]

    def stands(self, login: Login) -> bool:
        """Whether it is still the station's login."""
        return self._by_station.get(login.station) is login and self._good(login)

    def _good(self, login: Login) -> bool:
        if self._now_s() - login.since_s > LOGIN_S_MAX:
            self.sign_out(login)
            return False
        return True


def _digest(secret: str) -> bytes:
    return hashlib.blake2b(secret.encode("utf-8", "surrogatepass"), digest_size=32, person=b"serve").digest()
