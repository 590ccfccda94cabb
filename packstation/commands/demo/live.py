"""The demo on a terminal: the real app, a serial port whose scanner is a key, and a hub in another process."""

from __future__ import annotations

from packstation.commands.assembly import Assembled
from packstation.commands.bench import Bench
from packstation.commands.boards import boards
from packstation.commands.demo.line import SerialLine
from packstation.commands.demo.player import Act, Player, badges, users
from packstation.commands.demo.shop import Shop
from packstation.commands.exchange import exchange
from packstation.commands.run import readings
from packstation.screens.floor import DemoKeys, House
from packstation.station import Station, walking


def live(shop: Shop, theme: str, role: str, language: str) -> int:
    """Prepare the work of a role, then hand the screen over to the newcomer."""
    from packstation.app import PackstationApp, run_app

    made = shop.station("ST-1" if role == "associate" else "WH-1", language=language)
    exchange(made.store, None)
    station = made.station
    if role != "associate":
        _plan(made, all_of_them=role == "packer")
        _pick_first_cart(station)

    line = SerialLine(on_line=lambda got: None)
    bench = Bench(made, (line.path,), None, shop.url)
    player = Player(station, users(role)[0], badges())
    app_of: list[PackstationApp] = []

    def act(given: Act) -> None:
        if given.kind == "scan":
            line.send(given.text)
        elif given.kind == "weigh":
            app_of[0].post_weight(int(given.text))
        else:
            app_of[0].post_event(lambda: station.key(given.text))

    def right() -> None:
        given = player.right()
        if role == "supervisor" and station.state not in ("START", "LOCKED"):
            app_of[0].press("*BOARD")
        else:
            act(given or Act("key", player.next_work()))

    def wrong() -> None:
        act(player.wrong())

    def ready(app: PackstationApp) -> None:
        app_of.append(app)
        bench.start(app)

    house = House(
        devices=bench.health,
        boards=boards(made),
        demo_keys=DemoKeys(right, wrong),
        scannable=station.scannable,
    )
    try:
        told = run_app(
            station,
            house,
            theme=theme,
            language=language,
            cue_out=bench.cue_out(),
            readings=readings(made),
            ready=ready,
        )
    finally:
        bench.stop()
        line.close()
    print("\n".join(told))
    print(f"Labels and slips: {made.store.place.folder / 'documents'}")
    return 0


def _plan(made: Assembled, *, all_of_them: bool) -> None:
    """The supervisor plans the day's waves, and releases all, or the first and leaves the others to the board."""
    supervisor = users("supervisor")[-1]
    made.station.badge(supervisor)
    waves, deeds = walking.plan_waves(made.store)
    made.station.record(deeds)
    for wave in waves if all_of_them else waves[:1]:
        made.station.record(walking.release_deeds(made.store, wave.wave, supervisor))
    made.station.key("*SIGNOUT")
    made.station.message = None


def _pick_first_cart(station: Station) -> None:
    """Ben has picked one cart, so that the newcomer can pack at once."""
    ben = Player(station, users("packer")[-1], badges())
    while (act := ben.right()) is not None:
        if (
            station.state == "PICK_IDLE"
            and station.store.db.execute("SELECT 1 FROM board_fo WHERE stage = 'picked' LIMIT 1").fetchone()
        ):
            break
        # A memory scanner's lines: they come at once and are no double triggers.
        station.line(act.text, device="cart", batch=True)
        if station.desk.work != "pick":
            station.key("*PICK")
    station.key("*PACK")
    station.key("*SIGNOUT")
    station.message = None  # the newcomer did not see who was here before
