"""Every fact there is, in the order a parcel meets them: the product's vocabulary, in the past tense.

A fact is what somebody did with their hands. It holds ids, codes, integers and short reason codes: no names, no
addresses, no free text about people (sync J3). A new meaning is a new kind: a kind's fields are never changed, so
that facts written years ago still fold. Who, where and when stand in the envelope (`protocol.Entry`).

Words used in the fields below
  fo          a fulfillment order, "FO-4471-1"     line      its line number, 1..n
  carton      a carton's LPN: an SSCC of 18 digits, or the station's own "C-st-07-000123"
  label       id of a label, "L-" + carton + "-" + number; `copy` counts its prints from 1
  tote, slot  reusable containers and their place on a cart
  qty         whole units, at least 1              *_g, *_mm, *_minor   grams, millimetres, minor money units
  code        what was scanned, as `protocol.code_for_fact` lets it in (FL2.19)
  how         scan, case, qty, gs1, manual, typed, forced; when weighing scale, typed (FL11.1)
  sku         an item of the catalog, by its own key         lot, serial, expiry  as scanned; expiry as YYYY-MM-DD
  location    a shelf or a bin, "A-04-2"                     shelf     of the HOLD or pickup shelves, "H2"
  by          a user who is not the one of the envelope: the supervisor, the packer before, who took it back
  from_user   whose work it was until now                    reason    a code of floor.md section 8, never free text
  work        what was taken as a whole: a cart, a wave, or an order's fo     wave, cart, manifest  by their numbers
  claim       the fence of an order's claim (sync U8)        rev       which revision of an order, from 1
  job         a row of the print spool at this station       seen_qty  how many lay there, by the eyes of who reports
  fos         orders by their fo, in the order of the work   why       a code; each kind says which

`undoable` marks what `*UNDO` can negate (floor.md section 11, **u**).
"""

from __future__ import annotations

from typing import ClassVar

import msgspec


class Fact(msgspec.Struct, frozen=True, kw_only=True):
    """What all kinds share: a name, a version of its fields, and whether an undo can take it back.

    Structs, because they cost a station a fortieth of the start-up time of as many dataclasses, and because their
    lines are decoded straight into them.
    """

    v: ClassVar[int] = 1
    undoable: ClassVar[bool] = False


# --- people and stations ---------------------------------------------------------------------------------------


class SignedIn(Fact, frozen=True, kw_only=True):
    """A user began to work here. `how`: badge, pin."""

    how: str


class SignedOut(Fact, frozen=True, kw_only=True):
    """The user's session ended. `why`: user, switch, expired, revoked."""

    why: str


class StationLocked(Fact, frozen=True, kw_only=True):
    """The bench was locked; the open order stayed. `why`: idle, user."""

    why: str


class StationUnlocked(Fact, frozen=True, kw_only=True):
    """The same user came back to a locked bench."""


class WorkTakenUp(Fact, frozen=True, kw_only=True):
    """Another user went on with the open order of `from_user`, and said so."""

    from_user: str


class StationChosen(Fact, frozen=True, kw_only=True):
    """A workstation barcode set printers and allowed work. `profile`: the station profile's id."""

    profile: str


class StationModeSet(Fact, frozen=True, kw_only=True):
    """What a loose item means here. `mode`: single_line, normal."""

    mode: str


class SelfTested(Fact, frozen=True, kw_only=True):
    """One part was tried. `part`: printer, scanner, scale, sound. `code`: what was wrong, or "". `ok`: it worked."""

    part: str
    ok: bool
    code: str


class OverrideGiven(Fact, frozen=True, kw_only=True):
    """A supervisor allowed one action of the user in the envelope (FL1.13). `what`: the permission, "ov.weight"."""

    what: str
    by: str
    reason: str


# --- input -------------------------------------------------------------------------------------------------------


class ScanRefused(Fact, frozen=True, kw_only=True):
    """A scan was refused and the job did not change. `why` is one of FL11.1; `state` where it happened. `cue`: the
    tone that was heard, E1 to E4. `code`: what was scanned.
    """

    why: str
    code: str
    state: str
    cue: str
    sku: str | None = None


class ScansSetAside(Fact, frozen=True, kw_only=True):
    """Held scans were not applied, by the packer's choice. `count`: how many lines. `why`: user, signed_out."""

    count: int
    why: str


class AliasProposed(Fact, frozen=True, kw_only=True):
    """An unknown code was said to belong to `sku`; valid after AliasApproved. `symbology`: of the symbol, or ""."""

    code: str
    sku: str
    symbology: str


class AliasApproved(Fact, frozen=True, kw_only=True):
    """A supervisor made the code another barcode of `sku`."""

    code: str
    sku: str
    by: str


class AliasRejected(Fact, frozen=True, kw_only=True):
    """A supervisor refused the proposed code."""

    code: str
    by: str


class ItemFound(Fact, frozen=True, kw_only=True):
    """A wrong item was put where somebody will look for it. `where`: a problem tote's code."""

    sku: str
    qty: int
    where: str
    code: str
    undoable: ClassVar[bool] = True


# --- work --------------------------------------------------------------------------------------------------------


class WorkTaken(Fact, frozen=True, kw_only=True):
    """The user took work. `work`: cart, wave or order id. `kind`: pick, pack, count, put_back."""

    work: str
    kind: str
    fos: tuple[str, ...]


class WorkReturned(Fact, frozen=True, kw_only=True):
    """Work was given back untouched or in part. `why`: user."""

    work: str
    why: str


class WorkReassigned(Fact, frozen=True, kw_only=True):
    """A supervisor gave work to somebody else. `to_user`: who goes on."""

    work: str
    from_user: str
    to_user: str
    by: str


class ClaimReleased(Fact, frozen=True, kw_only=True):
    """This station's custody of the order ended, behind the work that ended it (sync U5). `claim`: the fence."""

    claim: str


class ClaimTakenOver(Fact, frozen=True, kw_only=True):
    """Custody moved by a named person's decision (sync U8). `from_station`: who held the claim."""

    claim: str
    from_station: str
    by: str
    reason: str


class WaveReleased(Fact, frozen=True, kw_only=True):
    """Pickers may start the wave, or the named orders of it."""

    wave: str
    fos: tuple[str, ...]
    by: str


class WaveHeld(Fact, frozen=True, kw_only=True):
    """The wave's unstarted carts are not handed out for now."""

    wave: str
    reason: str
    by: str


class WaveResumed(Fact, frozen=True, kw_only=True):
    """A hold of the wave ended."""

    wave: str
    by: str


class WaveClosed(Fact, frozen=True, kw_only=True):
    """The wave ended; leftovers go back to the pool."""

    wave: str
    by: str


class OrderExpedited(Fact, frozen=True, kw_only=True):
    """The order of the envelope goes first."""

    by: str
    reason: str


class OrderUnexpedited(Fact, frozen=True, kw_only=True):
    """The order of the envelope goes in its usual turn again."""

    by: str


# --- waves -------------------------------------------------------------------------------------------------------


class CartPlanned(Fact, frozen=True, kw_only=True):
    """One trip of a wave: its orders and its walk. `route`: locations in walking order. At most 500 orders."""

    wave: str
    rev: int
    cart: str
    fos: tuple[str, ...]
    route: tuple[str, ...]


class WavePlanned(Fact, frozen=True, kw_only=True):
    """A wave exists. `kind`: W3. `cutoff`: ISO 8601 UTC, when the carrier leaves. `carts`: those planned with it."""

    wave: str
    rev: int
    carts: tuple[str, ...]
    kind: str = "carrier_cutoff"
    cutoff: str = ""


class WaveCancelled(Fact, frozen=True, kw_only=True):
    """The wave's orders went back to the pool."""

    wave: str
    reason: str
    by: str


# --- picking -----------------------------------------------------------------------------------------------------


class PickStarted(Fact, frozen=True, kw_only=True):
    """A walk began. `mode`: single, cluster, zone, store, carton. `work`: what was started."""

    work: str
    mode: str
    cart: str


class SlotAssigned(Fact, frozen=True, kw_only=True):
    """The order of the envelope has this slot of the cart, and this tote in it."""

    cart: str
    slot: str
    tote: str
    undoable: ClassVar[bool] = True


class ItemPicked(Fact, frozen=True, kw_only=True):
    """Units left their location. `reason` with how=manual: no_barcode, damaged_code, other."""

    line: int
    sku: str
    qty: int
    location: str
    how: str
    code: str
    lot: str | None = None
    serial: str | None = None
    expiry: str | None = None
    reason: str | None = None
    undoable: ClassVar[bool] = True


class ItemPlaced(Fact, frozen=True, kw_only=True):
    """Units in hand went into a slot, tote or carton. `to`: the slot, tote or carton."""

    line: int
    sku: str
    qty: int
    to: str
    undoable: ClassVar[bool] = True


class ItemPutBack(Fact, frozen=True, kw_only=True):
    """Units returned to a location."""

    line: int
    sku: str
    qty: int
    location: str
    undoable: ClassVar[bool] = True


class LineSkipped(Fact, frozen=True, kw_only=True):
    """The line went to the end of the walk."""

    line: int
    undoable: ClassVar[bool] = True


class LotChanged(Fact, frozen=True, kw_only=True):
    """Another lot than the reserved one was taken at the face. `from_lot`: the reserved one, `to_lot`: the one
    taken.
    """

    line: int
    from_lot: str
    to_lot: str
    location: str
    undoable: ClassVar[bool] = True


class ToteAdded(Fact, frozen=True, kw_only=True):
    """The order goes on in a further tote."""

    tote: str
    slot: str
    undoable: ClassVar[bool] = True


class ZeroChecked(Fact, frozen=True, kw_only=True):
    """The picker said whether the face is empty now. `empty`: nothing is left there; else `seen_qty` says how much
    is.
    """

    location: str
    sku: str
    empty: bool
    seen_qty: int
    undoable: ClassVar[bool] = True


class CountRequested(Fact, frozen=True, kw_only=True):
    """Somebody should count this face. `why`: lot, not_empty, or the reason of the short."""

    location: str
    sku: str
    why: str


class CountDone(Fact, frozen=True, kw_only=True):
    """A face was counted without seeing the expected number."""

    location: str
    sku: str
    qty: int
    by: str


class PickPaused(Fact, frozen=True, kw_only=True):
    """The walk stopped at its exact place."""

    work: str


class PickResumed(Fact, frozen=True, kw_only=True):
    """The walk went on from its exact place."""

    work: str


class CartTakenOver(Fact, frozen=True, kw_only=True):
    """Another picker went on with the cart."""

    cart: str
    from_user: str


class ToteUnloaded(Fact, frozen=True, kw_only=True):
    """A tote was set down at a bench or staging place. `place`: where it stands, "st-02"."""

    tote: str
    place: str
    undoable: ClassVar[bool] = True


class PickFinished(Fact, frozen=True, kw_only=True):
    """All that could be picked for the order of the envelope was picked."""

    work: str


# --- store and pickup --------------------------------------------------------------------------------------------


class FoAccepted(Fact, frozen=True, kw_only=True):
    """The store took the order of the envelope into custody."""


class FoRejected(Fact, frozen=True, kw_only=True):
    """Lines went back to routing; `seen_qty` is what lay there. `reason`: floor.md section 8. `lines`: their
    numbers.
    """

    lines: tuple[int, ...]
    reason: str
    seen_qty: int


class NodePaused(Fact, frozen=True, kw_only=True):
    """The site takes no new orders until the time given (ISO 8601 UTC). `until`: that time."""

    until: str
    reason: str
    by: str


class ReadyForPickup(Fact, frozen=True, kw_only=True):
    """The bags wait on a pickup shelf."""

    shelf: str
    undoable: ClassVar[bool] = True


class PickedUp(Fact, frozen=True, kw_only=True):
    """The customer has the bags. `pod`: how it was proven (code, id_seen). `cartons`: the LPNs of the bags."""

    cartons: tuple[str, ...]
    pod: str


class PickupExpired(Fact, frozen=True, kw_only=True):
    """Nobody came for the order in time."""


# --- packing -----------------------------------------------------------------------------------------------------


class OrderOpened(Fact, frozen=True, kw_only=True):
    """A packer opened the order. `via`: tote, slot, order, item, carton. `partial`: not all was picked."""

    via: str
    partial: bool


class OrderParked(Fact, frozen=True, kw_only=True):
    """The packer set the order aside with its counts."""


class ToteMerged(Fact, frozen=True, kw_only=True):
    """A further tote of the order came to the bench."""

    tote: str
    undoable: ClassVar[bool] = True


class NoteAcknowledged(Fact, frozen=True, kw_only=True):
    """The packer read a forced note. `note`: its id."""

    note: str
    rev: int


class CartonOpened(Fact, frozen=True, kw_only=True):
    """A box was begun. `carton`: its number in the order, 1.. `type`: carton code. `why_other`: CT1.3. `lpn`: the
    LPN it has from now on. `suggested`: the carton code the engine named, or None.
    """

    carton: int
    lpn: str
    type: str
    suggested: str
    why_other: str | None = None
    undoable: ClassVar[bool] = True


class CartonChosen(Fact, frozen=True, kw_only=True):
    """Items go into this open box from now on."""

    carton: str


class ItemPacked(Fact, frozen=True, kw_only=True):
    """Units were verified into the box. `reason` with how=manual: no_barcode, damaged_code, other."""

    line: int
    sku: str
    qty: int
    carton: str
    how: str
    code: str
    lot: str | None = None
    serial: str | None = None
    expiry: str | None = None
    reason: str | None = None
    undoable: ClassVar[bool] = True


class ItemUnpacked(Fact, frozen=True, kw_only=True):
    """Units were taken out of the box again."""

    line: int
    sku: str
    qty: int
    carton: str
    undoable: ClassVar[bool] = True


class ItemMoved(Fact, frozen=True, kw_only=True):
    """Units went from one open box to another. `from_carton` and `to_carton`: their LPNs."""

    line: int
    sku: str
    qty: int
    from_carton: str
    to_carton: str
    undoable: ClassVar[bool] = True


class CartonClosed(Fact, frozen=True, kw_only=True):
    """The box was closed. `why`: complete, next_box, short. Undone only inside the gesture that closed it."""

    carton: str
    why: str
    undoable: ClassVar[bool] = True


class CartonReopened(Fact, frozen=True, kw_only=True):
    """A closed box was opened again. `why`: user, changed (the order grew at the hub)."""

    carton: str
    why: str


class SizeMeasured(Fact, frozen=True, kw_only=True):
    """Somebody measured an item. `size_mm`: three sides. `how`: typed, dimensioner."""

    sku: str
    size_mm: tuple[int, int, int]
    how: str
    weight_g: int | None = None


class SizeApproved(Fact, frozen=True, kw_only=True):
    """A supervisor made measured sides the size of the item: the catalog has them as measured from now on."""

    sku: str
    size_mm: tuple[int, int, int]
    by: str
    weight_g: int | None = None


class CartonsCounted(Fact, frozen=True, kw_only=True):
    """Somebody counted the cartons of a type that the site has; ends "out of stock". `type`: carton code. `count`:
    how many there are.
    """

    type: str
    count: int


class CountEntered(Fact, frozen=True, kw_only=True):
    """A blind count of the units in the box. `count`: what was typed. `expected`: what the scans say is inside.
    `attempt`: 1 for the first try at this box; after three wrong ones all is scanned again (FL5.8).
    """

    carton: str
    count: int
    expected: int
    attempt: int


class RescanOrdered(Fact, frozen=True, kw_only=True):
    """All units of the box have to be verified again. `why`: weight (it was off), count (three wrong ones), user."""

    carton: str
    why: str


class CartonWeighed(Fact, frozen=True, kw_only=True):
    """Gross weight of the closed box. `how`: scale, typed. `verdict`: ok, off, learned, overridden."""

    carton: str
    weight_g: int
    tare_g: int
    expected_g: int
    tol_g: int
    how: str
    verdict: str


class GiftCardActivated(Fact, frozen=True, kw_only=True):
    """A gift card was switched on. `card_digest`: blake2b of its number."""

    line: int
    card_digest: str


# --- exceptions --------------------------------------------------------------------------------------------------


class ShortReported(Fact, frozen=True, kw_only=True):
    """Units are missing. `reason`: floor.md section 8. `where`: pick, pack, store. `resolution`: ship_short, wait,
    reroute, back_to_picker. `provisional`: the hub had no say yet.
    """

    line: int
    sku: str
    qty: int
    seen_qty: int
    reason: str
    where: str
    resolution: str
    provisional: bool
    location: str | None = None
    undoable: ClassVar[bool] = True


class OrderHeld(Fact, frozen=True, kw_only=True):
    """The order waits in the hospital. `shelf`: where it stands."""

    reason: str
    shelf: str
    undoable: ClassVar[bool] = True


class HoldReleased(Fact, frozen=True, kw_only=True):
    """The order came back from the hospital."""

    by: str


class CancelAccepted(Fact, frozen=True, kw_only=True):
    """The order was stopped in time. `put_back`: units that go back to their shelves."""

    put_back: int


class CancelRefused(Fact, frozen=True, kw_only=True):
    """The cancellation came too late. `why`: the step reached."""

    why: str


class ChangeSeen(Fact, frozen=True, kw_only=True):
    """A change of the hub reached the bench while the order was open. `rev`: the one seen. `what`: address,
    service."""

    rev: int
    what: str


class ExceptionResolved(Fact, frozen=True, kw_only=True):
    """Somebody settled an exception. `exception`: its id on the board, "conflict:17". `how`: what was done about it,
    a code.
    """

    exception: str
    how: str
    by: str
    reason: str


# --- undo --------------------------------------------------------------------------------------------------------


class GestureUndone(Fact, frozen=True, kw_only=True):
    """One gesture was taken back. The envelope's `fo` names its order; never itself undone. `undone`: the id of the
    gesture. `facts`: the ids of its facts, oldest first. `why`: user.
    """

    undone: str
    facts: tuple[str, ...]
    why: str


# --- labels and papers -------------------------------------------------------------------------------------------


class LabelAssigned(Fact, frozen=True, kw_only=True):
    """The box has a label. `source`: house, prefetched, hub. `scan_key_digests`: what a scan of it may read.
    `tracking`: the number it is followed by.
    """

    carton: str
    label: str
    tracking: str
    source: str
    scan_key_digests: tuple[str, ...]


class LabelRefused(Fact, frozen=True, kw_only=True):
    """The carrier gave no label."""

    carton: str
    code: str


class PrintSent(Fact, frozen=True, kw_only=True):
    """All bytes of a print job were handed to the printer. `job`: spool row. `what`: label, slip, pick_list ...
    `printer`: by its name or address.
    """

    job: str
    what: str
    printer: str
    copy: int


class PrintFailed(Fact, frozen=True, kw_only=True):
    """The printer took nothing of the job; it stays in the spool. `why`: what the printer said, as
    `protocol.code_for_fact` lets it in.
    """

    job: str
    why: str


class LabelReprinted(Fact, frozen=True, kw_only=True):
    """A further copy was ordered; earlier copies are dead."""

    label: str
    copy: int
    reason: str


class LabelVoided(Fact, frozen=True, kw_only=True):
    """The label must not be used any more."""

    label: str
    reason: str


class TrackingEntered(Fact, frozen=True, kw_only=True):
    """A tracking number was typed by hand. `tracking`: that number."""

    carton: str
    tracking: str


class LabelScanned(Fact, frozen=True, kw_only=True):
    """The label on the box was read back: the box and its label belong together."""

    carton: str
    label: str
    copy: int


class LabelScanSkipped(Fact, frozen=True, kw_only=True):
    """The label was not read back, and that is on record."""

    carton: str


class DocumentMissing(Fact, frozen=True, kw_only=True):
    """The box went on without a paper it should have. `document`: invoice, customs, label ..."""

    carton: str
    document: str


# --- handover ----------------------------------------------------------------------------------------------------


class ManifestOpened(Fact, frozen=True, kw_only=True):
    """Loading for a carrier began. `carrier`: whose parcels. `door`: the code that was scanned, "D-UPS-2"."""

    manifest: str
    carrier: str
    door: str


class ParcelLoaded(Fact, frozen=True, kw_only=True):
    """The parcel went through the door."""

    carton: str
    label: str
    manifest: str
    undoable: ClassVar[bool] = True


class ParcelUnloaded(Fact, frozen=True, kw_only=True):
    """The parcel came back before the manifest closed."""

    carton: str
    manifest: str


class ParcelLeft(Fact, frozen=True, kw_only=True):
    """The parcel stayed behind when the manifest closed. `why`: not_loaded, or what was wrong with it: on_hold,
    no_label, cancelled ...
    """

    carton: str
    manifest: str
    why: str


class ManifestClosed(Fact, frozen=True, kw_only=True):
    """The carrier took over: `count` parcels of together `weight_g`."""

    manifest: str
    count: int
    weight_g: int


# --- returns -----------------------------------------------------------------------------------------------------


class ReturnReceived(Fact, frozen=True, kw_only=True):
    """A unit came back. `rma`: the return's number, None for one nobody announced. `code`: what was scanned."""

    sku: str
    qty: int
    code: str
    rma: str | None = None


class ReturnGraded(Fact, frozen=True, kw_only=True):
    """The unit was looked at. `grade`: how it is, `disposition`: what becomes of it; codes of the site."""

    sku: str
    qty: int
    grade: str
    disposition: str


class ReturnStocked(Fact, frozen=True, kw_only=True):
    """The unit is on a shelf again."""

    sku: str
    qty: int
    location: str


KINDS: dict[str, type[Fact]] = {
    kind.__name__: kind
    for kind in list(globals().values())
    if isinstance(kind, type) and issubclass(kind, Fact) and kind is not Fact
}
"""Every kind by name. The order is the order of this file."""
