"""What a station has open, and what a gesture led to: the deeds to record, the words, the cue and the next desk."""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace

from packstation.workflows.desk.copies import Job, Load, Trip
from packstation.workflows.prompt import Cue, Say
from packstation.workflows.suggestion import Suggestion
from sync.facts import Fact
from sync.protocol import Deed


class Pending(Struct, frozen=True):
    """An open question. `kind` names it; a scan of `code` after the cue confirms it (FL2.14).

    `choices`: (key, code, text id or text) for keys 1 to 9. `data`: what the answer needs.
    """

    kind: str
    code: str = ""
    choices: tuple[tuple[str, str, str], ...] = ()
    data: tuple[object, ...] = ()
    typed: bool = False
    """Digits are typed here and end with Enter."""


class Override(Struct, frozen=True):
    """A step that a supervisor may allow: the permission, and what is written when it is given (FL1.13)."""

    permission: str
    deeds: tuple[Deed, ...]
    say: Say
    cue: Cue
    prints: tuple[Print, ...] = ()
    opens: str | None = None
    """The order that is on the bench once it is allowed."""


class Print(Struct, frozen=True):
    """A document to print, as references only (sync J11). `what`: label, lpn, slip, customs, tote_card,
    manifest, pick_list, cart_sheet, test. `copy` 0: one more than there is of this paper."""

    what: str
    fo: str | None
    carton: str | None = None
    copy: int = 1
    ref: str = ""


class Desk(Struct, frozen=True):
    """What one station has open. `work`: pack, pick, load. `job`: the open order, or None."""

    work: str = "pack"
    job: Job | None = None
    pending: Pending | None = None
    override: Override | None = None
    mode: str = "normal"
    quantity: int = 0
    remove: bool = False
    suggestion: Suggestion | None = None
    suggested_for: str = ""
    """The open box the suggestion is about; "" when it is about the box that is opened next."""
    suggesting: bool = False
    """A suggestion is being worked out; the packer need not wait for it."""
    cart: str | None = None
    cart_jobs: tuple[Job, ...] = ()
    face: str | None = None
    line: tuple[str, int] | None = None
    load: Load | None = None
    """The open manifest and its parcels, while a carrier is loaded."""
    manifest: str | None = None
    """The manifest that was closed or looked up last: `*REPRINT` prints it."""
    bags: tuple[str, ...] = ()
    """LPNs that were scanned for the customer who is here."""
    pod: str = ""
    """How the customer proved the order is theirs: code, id_seen."""
    trip: Trip | None = None
    """The walk that is being picked; `face` is the location that was scanned, `line` what it was scanned for."""
    shown: str | None = None
    """The order whose parcel was looked at with nothing open: `*REPRINT`, `*VOID` and `*REOPEN` mean it (FL4.9)."""
    shown_box: str | None = None
    """Which box of it was looked at, by its LPN: the label of that box is meant, not the newest one (FL5.32)."""
    next_type: str | None = None
    """The carton type to open once the box that was just closed has its label (FL4.35)."""
    wrong: tuple[str, str] | None = None
    """(SKU, code) of the item that was refused last as wrong, for the problem tote that is scanned next (FL4.27)."""
    lpn: str | None = None
    """A pre-printed number that the next box gets (FL4.36)."""
    hint: tuple[str, ...] = ()
    """What to do next while nothing is open: the next order, the doors that wait; on a walk until when it is due."""
    unknown_code: str = ""
    """The code that was last refused as unknown, for `*ALIAS`."""
    weighs: bool = True
    """Whether boxes are weighed here (site rule `weigh`)."""
    risk: tuple[int, int] = (0, 0)
    """(value in minor units, units) from which a box is counted before it is weighed; 0 = never (FL4.43)."""
    unscanned: tuple[int, ...] = ()
    """Lines of the open order that no rule wants scanned: `*OK` packs them (FL4.57)."""

    @property
    def open_work(self) -> str | None:
        """What is open here: an order, or a walk with the face it stands at; None when nothing is."""
        if self.trip is not None:
            return f"{self.trip.mode}|{self.trip.work}|{self.face or ''}"
        return self.job.doc.fo if self.job else None

    @property
    def open_order(self) -> str | None:
        """What held scans arrived under (FL2.5): the order on the bench, the walk, or the manifest."""
        if self.trip is not None:
            return self.trip.work
        if self.load is not None:
            return self.load.manifest
        return self.job.doc.fo if self.job else None

    def quiet(self) -> Desk:
        """The desk without questions, typed quantity or remove mode."""
        return replace(self, pending=None, override=None, quantity=0, remove=False)


class Answer(Struct, frozen=True):
    """What a gesture led to. `outcome`: accepted, refused, asked, ignored.

    `why` of a refusal is a code of FL11.1. `sticky`: "", "A", "B" or "ask" (FL2.6). `about`: item, order, place:
    whether held scans may be applied after the acknowledgement without asking (FL2.5). `passes`: commands and kinds
    that go through while the error stands. `opens`: the fo to open next, closing what is open.
    """

    outcome: str
    desk: Desk
    say: Say
    cue: Cue | None = None
    deeds: tuple[Deed, ...] = ()
    prints: tuple[Print, ...] = ()
    why: str | None = None
    sku: str | None = None
    sticky: str = ""
    about: str = "item"
    passes: frozenset[str] = frozenset()
    fo: str | None = None
    """The order a refusal is about, when it is not the open one."""
    again: bool = False
    """The same gesture is given to the new desk once more: it was meant for what opens now."""


_STICKY = {Cue.WRONG: "A", Cue.OVER: "A", Cue.UNKNOWN: "A", Cue.STOP: "B", Cue.ASK: ""}


def accepted(
    desk: Desk,
    say: Say,
    cue: Cue | None,
    *facts: Fact,
    prints: tuple[Print, ...] = (),
    fo: str | None = None,
    deeds: tuple[Deed, ...] = (),
) -> Answer:
    """Facts about the open order (or `fo`), and the words for them."""
    about = fo if fo is not None else desk.job.doc.fo if desk.job else None
    claim = desk.job.doc.fence if desk.job and desk.job.doc.fo == about else None
    return Answer("accepted", desk, say, cue, (*(Deed(about, fact, claim) for fact in facts), *deeds), prints=prints)


def refused(
    desk: Desk,
    why: str,
    say: Say,
    cue: Cue,
    *,
    sku: str | None = None,
    about: str = "item",
    passes: frozenset[str] = frozenset(),
) -> Answer:
    """Nothing changes but the record of the refusal."""
    return Answer(
        "refused", desk, say, cue, why=why, sku=sku, sticky=_STICKY.get(cue, "A"), about=about, passes=passes
    )


def asked(
    desk: Desk,
    say: Say,
    pending: Pending | None = None,
    *,
    cue: Cue = Cue.ASK,
    about: str = "item",
    holds: bool = True,
) -> Answer:
    """A question: nothing is recorded. `holds` is False when only the next entry is named (FL2.4)."""
    passes = frozenset({"same"}) if pending and pending.code else frozenset()
    return Answer(
        "asked",
        replace(desk, pending=pending),
        say,
        cue,
        sticky="ask" if pending and holds else ("B" if cue is Cue.STOP else ""),
        about=about,
        passes=passes,
    )


def ignored(desk: Desk, say: Say, cue: Cue | None = None) -> Answer:
    """Something was shown; nothing is recorded and nothing is wrong."""
    return Answer("ignored", desk, say, cue)
