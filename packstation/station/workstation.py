"""Which bench this is: its barcode names its printers and its work (FL1.6); a scan or a key changes either."""

from __future__ import annotations

from packstation.station.changes import Changes
from packstation.station.clocks import Outcome, Raw
from packstation.station.showing import WORKFLOWS
from packstation.workflows import picking
from packstation.workflows.desk import Desk
from packstation.workflows.prompt import Cue, Say
from sync import facts as f
from sync.protocol import Deed


class Workstation(Changes):
    """The bench a station stands at, its printers and its kind of work."""

    def _profile_of(self, code: str) -> dict[str, object] | None:
        """What the site's setting says of a workstation: {"printer", "work"}."""
        profiles = self.look.setting("stations")
        found = profiles.get(code) if isinstance(profiles, dict) else None
        return found if isinstance(found, dict) else None

    def _choose_station(self, raw: Raw, code: str) -> Outcome:
        """A workstation's barcode sets its printers and the work it is for (FL1.6)."""
        entries = self._write(raw, "accepted", [Deed(None, f.StationChosen(profile=code))], cue=Cue.TICK)
        self._stand_at(code)
        say = Say("station_chosen", {"profile": code, "printer": self.label_printer or "-"})
        return self._outcome(raw.text, "accepted", say, Cue.TICK, facts=tuple(e.kind for e in entries))

    def _stand_at(self, code: str) -> None:
        self.profile = code
        printer = (self._profile_of(code) or {}).get("printer")
        if printer and (self.printers is None or self.printers.use(str(printer))):
            self.printer_chosen(str(printer))

    def _other_printer(self, raw: Raw, code: str) -> Outcome:
        """Documents that wait go to the printer that was scanned (FL5.16)."""
        if self.printers is not None and not self.printers.use(code):
            known = ", ".join(name for name in self.printers.known if name.startswith("pr-")) or "-"
            say = Say("printer_unknown", {"printer": code, "known": known})
            return self._refuse_plain(raw, "unknown", say, Cue.UNKNOWN)
        moved = 0
        for row in self.store.spool.open():
            if self.printers is None or self.printers.takes(code, row.what):
                moved += self.store.spool.to_printer(row.job, code)
        self._retry()
        self.message = None
        self._passes = frozenset()
        self.printer_chosen(code)
        return self._outcome(raw.text, "asked", Say("print_moved", {"n": moved, "printer": code}), Cue.TICK)

    def printer_chosen(self, name: str = "") -> None:
        """Name the label printer on the screen."""
        self.devices["printer"] = name or (self.printers.label if self.printers is not None else "")
        self.printer_why = ""
        self._look_at_papers()

    def _work(self, command: str, given: str) -> Outcome:
        work = command[1:].lower()
        if self.desk.job is not None:
            say = Say("finish_first", {"order": self.desk.job.doc.order_no})
            return self._outcome(given, "asked", say, Cue.ASK)
        walk = picking.open_walk(self.desk)
        if walk is not None:
            return self._outcome(given, "asked", Say("finish_walk_first", {"work": walk}), Cue.ASK)
        if work not in WORKFLOWS:
            return self._outcome(given, "asked", Say("not_here", {"command": command, "next": ""}), Cue.ASK)
        assert self.user is not None
        allowed = (self._profile_of(self.profile) or {}).get("work")
        if isinstance(allowed, list) and work not in allowed:
            say = Say("work_type", {"what": Say(f"work_name_{work}"), "station": self.profile})
            return self._refuse_plain(self._key_raw(given), "work_type", say, Cue.WRONG)
        if not self.user.may(work):
            return self._outcome(
                given, "asked", Say("may_not", {"name": self.user.name, "what": Say(f"work_name_{work}")}), Cue.ASK
            )
        self.desk = Desk(work=work, weighs=self.desk.weighs, risk=self.desk.risk)
        self._write(None, "ignored", (), desk=self.desk)  # a restart comes back to this work
        self._settle()
        return self._outcome(given, "ignored", Say(f"work_{work}"), Cue.TICK)
