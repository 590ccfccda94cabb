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

`undoable` marks what `*UNDO` can negate (floor.md section 11, **u**).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


class Fact:
    """What all kinds share: a name, a version of its fields, and whether an undo can take it back."""

    __slots__ = ()
    v: ClassVar[int] = 1
    undoable: ClassVar[bool] = False


# --- people and stations ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn(Fact):
    """A user began to work here. `how`: badge, pin."""

    how: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedOut(Fact):
    """The user's session ended. `why`: user, switch, expired, revoked."""

    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StationLocked(Fact):
    """The bench was locked; the open order stayed. `why`: idle, user."""

    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StationUnlocked(Fact):
    """The same user came back to a locked bench."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkTakenUp(Fact):
    """Another user went on with the open order of `from_user`, and said so."""

    from_user: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StationChosen(Fact):
    """A workstation barcode set printers and allowed work. `profile`: the station profile's id."""

    profile: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StationModeSet(Fact):
    """What a loose item means here. `mode`: single_line, normal."""

    mode: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SelfTested(Fact):
    """One part was tried. `part`: printer, scanner, scale, sound. `code`: what was wrong, or ""."""

    part: str
    ok: bool
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OverrideGiven(Fact):
    """A supervisor allowed one action of the user in the envelope (FL1.13). `what`: the permission, "ov.weight"."""

    what: str
    by: str
    reason: str


# --- input -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanRefused(Fact):
    """A scan was refused and the job did not change. `why` is one of FL11.1; `state` where it happened."""

    why: str
    code: str
    state: str
    cue: str
    sku: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ScansSetAside(Fact):
    """Held scans were not applied, by the packer's choice."""

    count: int
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AliasProposed(Fact):
    """An unknown code was said to belong to `sku`; valid only after AliasApproved."""

    code: str
    sku: str
    symbology: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AliasApproved(Fact):
    """A supervisor made the code another barcode of `sku`."""

    code: str
    sku: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AliasRejected(Fact):
    """A supervisor refused the proposed code."""

    code: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemFound(Fact):
    """A wrong item was put where somebody will look for it. `where`: a problem tote's code."""

    sku: str
    qty: int
    where: str
    code: str
    undoable: ClassVar[bool] = True


# --- work --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkTaken(Fact):
    """The user took work. `work`: cart, wave or order id. `kind`: pick, pack, count, put_back."""

    work: str
    kind: str
    fos: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkReturned(Fact):
    """Work was given back untouched or in part."""

    work: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkReassigned(Fact):
    """A supervisor gave work to somebody else."""

    work: str
    from_user: str
    to_user: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimReleased(Fact):
    """This station's custody of the order ended, behind the work that ended it (sync U5). `claim`: the fence."""

    claim: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimTakenOver(Fact):
    """Custody moved by a named person's decision (sync U8)."""

    claim: str
    from_station: str
    by: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WaveReleased(Fact):
    """Pickers may start the wave, or the named orders of it."""

    wave: str
    fos: tuple[str, ...]
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WaveHeld(Fact):
    """The wave's unstarted carts are not handed out for now."""

    wave: str
    reason: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WaveResumed(Fact):
    """A hold of the wave ended."""

    wave: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WaveClosed(Fact):
    """The wave ended; leftovers go back to the pool."""

    wave: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderExpedited(Fact):
    """The order of the envelope goes first."""

    by: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderUnexpedited(Fact):
    """The order of the envelope goes in its usual turn again."""

    by: str


# --- waves -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class CartPlanned(Fact):
    """One trip of a wave: its orders and its walk. `route`: locations in walking order. At most 500 orders."""

    wave: str
    rev: int
    cart: str
    fos: tuple[str, ...]
    route: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WavePlanned(Fact):
    """A wave exists. `kind`: W3. `cutoff`: ISO 8601 UTC, when the carrier leaves. `carts`: those planned with it."""

    wave: str
    rev: int
    carts: tuple[str, ...]
    kind: str = "carrier_cutoff"
    cutoff: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WaveCancelled(Fact):
    """The wave's orders went back to the pool."""

    wave: str
    reason: str
    by: str


# --- picking -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class PickStarted(Fact):
    """A walk began. `mode`: single, cluster, zone, store, carton. `work`: what was started."""

    work: str
    mode: str
    cart: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotAssigned(Fact):
    """The order of the envelope has this slot of the cart, and this tote in it."""

    cart: str
    slot: str
    tote: str
    undoable: ClassVar[bool] = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemPicked(Fact):
    """Units left their location."""

    line: int
    sku: str
    qty: int
    location: str
    how: str
    code: str
    lot: str | None = None
    serial: str | None = None
    expiry: str | None = None
    undoable: ClassVar[bool] = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemPlaced(Fact):
    """Units in hand went into a slot, tote or carton."""

    line: int
    sku: str
    qty: int
    to: str
    undoable: ClassVar[bool] = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemPutBack(Fact):
    """Units returned to a location."""

    line: int
    sku: str
    qty: int
    location: str
    undoable: ClassVar[bool] = True


@dataclass(frozen=True, slots=True, kw_only=True)
class LineSkipped(Fact):
    """The line went to the end of the walk."""

    line: int
    undoable: ClassVar[bool] = True


@dataclass(frozen=True, slots=True, kw_only=True)
class LotChanged(Fact):
    """Another lot than the reserved one was taken at the face."""

    line: int
    from_lot: str
    to_lot: str
    location: str
    undoable: ClassVar[bool] = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ToteAdded(Fact):
    """The order goes on in a further tote."""

    tote: str
    slot: str
    undoable: ClassVar[bool] = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ZeroChecked(Fact):
    """The picker said whether the face is empty now."""

    location: str
    sku: str
    empty: bool
    seen_qty: int
    undoable: ClassVar[bool] = True


@dataclass(frozen=True, slots=True, kw_only=True)
class CountRequested(Fact):
    """Somebody should count this face."""

    location: str
    sku: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CountDone(Fact):
    """A face was counted without seeing the expected number."""

    location: str
    sku: str
    qty: int
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PickPaused(Fact):
    """The walk stopped at its exact place."""

    work: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PickResumed(Fact):
    """The walk went on from its exact place."""

    work: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CartTakenOver(Fact):
    """Another picker went on with the cart."""

    cart: str
    from_user: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ToteUnloaded(Fact):
    """A tote was set down at a bench or staging place."""

    tote: str
    place: str
    undoable: ClassVar[bool] = True


@dataclass(frozen=True, slots=True, kw_only=True)
class PickFinished(Fact):
    """All that could be picked for the order of the envelope was picked."""

    work: str


# --- store and pickup --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class FoAccepted(Fact):
    """The store took the order of the envelope into custody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FoRejected(Fact):
    """Lines went back to routing; `seen_qty` is what lay there. `reason`: floor.md section 8."""

    lines: tuple[int, ...]
    reason: str
    seen_qty: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NodePaused(Fact):
    """The site takes no new orders until the time given (ISO 8601 UTC)."""

    until: str
    reason: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadyForPickup(Fact):
    """The bags wait on a pickup shelf."""

    shelf: str
    undoable: ClassVar[bool] = True


@dataclass(frozen=True, slots=True, kw_only=True)
class PickedUp(Fact):
    """The customer has the bags. `pod`: how it was proven (code, id_seen)."""

    cartons: tuple[str, ...]
    pod: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PickupExpired(Fact):
    """Nobody came for the order in time."""


# --- packing -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderOpened(Fact):
    """A packer opened the order. `via`: tote, slot, order, item, carton. `partial`: not all was picked."""

    via: str
    partial: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderParked(Fact):
    """The packer set the order aside with its counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToteMerged(Fact):
    """A further tote of the order came to the bench."""

    tote: str
    undoable: ClassVar[bool] = True


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteAcknowledged(Fact):
    """The packer read a forced note."""

    note: str
    rev: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CartonOpened(Fact):
    """A box was begun. `carton`: its number in the order, 1.. `type`: carton code. `why_other`: CT1.3."""

    carton: int
    lpn: str
    type: str
    suggested: str
    why_other: str | None = None
    undoable: ClassVar[bool] = True


@dataclass(frozen=True, slots=True, kw_only=True)
class CartonChosen(Fact):
    """Items go into this open box from now on."""

    carton: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemPacked(Fact):
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


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemUnpacked(Fact):
    """Units were taken out of the box again."""

    line: int
    sku: str
    qty: int
    carton: str
    undoable: ClassVar[bool] = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemMoved(Fact):
    """Units went from one open box to another."""

    line: int
    sku: str
    qty: int
    from_carton: str
    to_carton: str
    undoable: ClassVar[bool] = True


@dataclass(frozen=True, slots=True, kw_only=True)
class CartonClosed(Fact):
    """The box was closed. `why`: complete, next_box, short. Undone only inside the gesture that closed it."""

    carton: str
    why: str
    undoable: ClassVar[bool] = True


@dataclass(frozen=True, slots=True, kw_only=True)
class CartonReopened(Fact):
    """A closed box was opened again."""

    carton: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SizeMeasured(Fact):
    """Somebody measured an item. `size_mm`: three sides. `how`: typed, dimensioner."""

    sku: str
    size_mm: tuple[int, int, int]
    how: str
    weight_g: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CountEntered(Fact):
    """A blind count of the units in the box."""

    carton: str
    count: int
    expected: int
    attempt: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RescanOrdered(Fact):
    """All units of the box have to be verified again."""

    carton: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CartonWeighed(Fact):
    """Gross weight of the closed box. `how`: scale, typed. `verdict`: ok, off, learned, overridden."""

    carton: str
    weight_g: int
    tare_g: int
    expected_g: int
    tol_g: int
    how: str
    verdict: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GiftCardActivated(Fact):
    """A gift card was switched on. `card_digest`: blake2b of its number."""

    line: int
    card_digest: str


# --- exceptions --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class ShortReported(Fact):
    """Units are missing. `reason`: floor.md section 8. `where`: pick, pack, store. `resolution`: ship_short, wait,
    reroute, back_to_picker. `provisional`: the hub had no say yet."""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderHeld(Fact):
    """The order waits in the hospital. `shelf`: where it stands."""

    reason: str
    shelf: str
    undoable: ClassVar[bool] = True


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldReleased(Fact):
    """The order came back from the hospital."""

    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelAccepted(Fact):
    """The order was stopped in time. `put_back`: units that go back to their shelves."""

    put_back: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelRefused(Fact):
    """The cancellation came too late. `why`: the step reached."""

    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeSeen(Fact):
    """A change of the hub reached the bench while the order was open."""

    rev: int
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExceptionResolved(Fact):
    """Somebody settled an exception."""

    exception: str
    how: str
    by: str
    reason: str


# --- undo --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class GestureUndone(Fact):
    """One gesture was taken back. The envelope's `fo` names its order; never itself undone."""

    undone: str
    facts: tuple[str, ...]
    why: str


# --- labels and papers -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelAssigned(Fact):
    """The box has a label. `source`: house, prefetched, hub. `scan_key_digests`: what a scan of it may read."""

    carton: str
    label: str
    tracking: str
    source: str
    scan_key_digests: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelRefused(Fact):
    """The carrier gave no label."""

    carton: str
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintSent(Fact):
    """All bytes of a print job were handed to the printer. `job`: spool row. `what`: label, slip, pick_list ..."""

    job: str
    what: str
    printer: str
    copy: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintFailed(Fact):
    """The printer took nothing of the job; it stays in the spool."""

    job: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelReprinted(Fact):
    """A further copy was ordered; earlier copies are dead."""

    label: str
    copy: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelVoided(Fact):
    """The label must not be used any more."""

    label: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackingEntered(Fact):
    """A tracking number was typed by hand."""

    carton: str
    tracking: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelScanned(Fact):
    """The label on the box was read back: the box and its label belong together."""

    carton: str
    label: str
    copy: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelScanSkipped(Fact):
    """The label was not read back, and that is on record."""

    carton: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentMissing(Fact):
    """The box went on without a paper it should have."""

    carton: str
    document: str


# --- handover ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class ManifestOpened(Fact):
    """Loading for a carrier began."""

    manifest: str
    carrier: str
    door: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ParcelLoaded(Fact):
    """The parcel went through the door."""

    carton: str
    label: str
    manifest: str
    undoable: ClassVar[bool] = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ParcelUnloaded(Fact):
    """The parcel came back before the manifest closed."""

    carton: str
    manifest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ParcelLeft(Fact):
    """The parcel stayed behind when the manifest closed."""

    carton: str
    manifest: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ManifestClosed(Fact):
    """The carrier took over: `count` parcels of together `weight_g`."""

    manifest: str
    count: int
    weight_g: int


# --- returns -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnReceived(Fact):
    """A unit came back."""

    sku: str
    qty: int
    code: str
    rma: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnGraded(Fact):
    """The unit was looked at."""

    sku: str
    qty: int
    grade: str
    disposition: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnStocked(Fact):
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
