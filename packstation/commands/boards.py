"""What a supervisor's board shows of this station's databases, and what is done from it (FL9.1, FL9.3)."""

from __future__ import annotations

from packstation.commands.assembly import Assembled
from packstation.screens.floor import Boards, ExceptionRow, WaveRow
from packstation.workflows.prompt import Say
from packstation.workflows.texts import ENGLISH, words


def boards(made: Assembled) -> Boards:
    """The supervisor's board over this station's databases (FL9.1, FL9.3)."""
    station, store = made.station, made.store

    def say(id: str, **values: str | int) -> str:
        return words(Say(id, values), station.table)

    def kind(what: str) -> str:
        id = f"exception_{what.replace(' ', '_')}"
        return say(id) if id in ENGLISH else what.replace("_", " ")

    def iso() -> str:
        from datetime import UTC, datetime

        return datetime.fromtimestamp(station.clock.wall_ms() / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

    def waves() -> list[WaveRow]:
        from packstation.station import walking

        return [
            WaveRow(
                wave.wave, say(f"wave_is_{wave.state}"), station.due(wave.cutoff), wave.orders, wave.ready,
                wave.released, wave.available, wave.orders - wave.released,
                priority=wave.priority, late=wave.late, done_today=wave.orders_packed,
                note=say("board_note", done=wave.orders_packed, n=wave.orders, shipped=wave.orders_shipped),
            )
            for wave in walking.wave_states(store, iso())
        ]  # fmt: skip

    def exceptions() -> list[ExceptionRow]:
        from packstation.station.exceptions import open_exceptions

        now = station.clock.wall_ms()
        return [
            ExceptionRow(
                kind(row.what), row.order, store.place.station, row.user,
                max(0, now - row.since_ms) // 1000, words(row.text, station.table),
                "*APPROVE" if row.exception.startswith(("alias:", "measured:")) else "",
            )
            for row in open_exceptions(store)
        ]  # fmt: skip

    def refused() -> str:
        if station.user is None or station.locked:
            return say("board_sign_in")
        return "" if station.user.may("board") else say("board_may_not", name=station.user.name)

    def plan() -> str:
        if station.user is None or not station.user.may("wave"):
            return say("board_supervisor")
        from packstation.station import walking

        waves, deeds = walking.plan_waves(store)
        if not waves:
            return say("board_no_order")
        station.record(deeds)
        orders = sum(len(wave.fos) for wave in waves)
        return say("board_planned", n=len(waves), orders=orders)

    def release(wave: str) -> str:
        if station.user is None or not station.user.may("wave"):
            return say("board_supervisor")
        from packstation.station import walking

        try:
            station.record(walking.release_deeds(store, wave, station.user.user))
        except LookupError as error:
            return str(error)
        return say("board_released", wave=wave)

    return Boards(waves=waves, exceptions=exceptions, refused=refused, plan=plan, release=release)
