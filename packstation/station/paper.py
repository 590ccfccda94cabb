"""Documents made when they are printed, from the mirror's addresses and the journal's facts (devices.md D6.1).

spool row (references) --> Shipment, ToteCard, PickList ... --> documents/ --> bytes
"""

from __future__ import annotations

import base64
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from packstation.devices.printer_profile import PrinterProfile
from packstation.devices.spooler import Job as SpoolJob
from packstation.documents.drawn import Drawn
from packstation.documents.shipment import Layer, LayerUnit, Party, Shipment, ShipmentLine
from packstation.station.language import table_at
from packstation.store import Store
from packstation.store.board import ParcelRow
from packstation.store.loads import Loads
from packstation.workflows.desk import Job
from packstation.workflows.order import Box
from packstation.workflows.prompt import Say
from packstation.workflows.suggestion import lies_of
from packstation.workflows.texts import ENGLISH, Table, words

if TYPE_CHECKING:
    from packstation.documents.carrier import CarrierLabel
    from packstation.documents.customs import Declaration
    from packstation.documents.lists.manifest import ManifestParcel

PICTURE_UNITS = 7
PICTURE_UNITS_MAX = 60
"""A layer picture goes on the slip for more than six units (CT7.5); beyond sixty nobody reads it."""


class NothingToPrint(Exception):
    """The document's order or box is not known here any more."""


class Paper:
    """Draws what a spool row refers to. `stock` of slips and lists: a4 or letter. `floor`: the words of the station,
    for paper that stays in the house; what goes to a customer is in the language of the site."""

    def __init__(self, store: Store, *, slip_stock: str = "a4", floor: Table | None = None) -> None:
        self._store = store
        self._slip_stock = slip_stock
        self._floor_table = floor

    def render(self, job: SpoolJob, profile: PrinterProfile | None = None) -> Drawn:
        """The document as it is printed now. Raises NothingToPrint or documents' PaperRefused."""
        paper = profile.paper if profile is not None else self._slip_stock
        office = paper if paper in ("a4", "letter") else self._slip_stock
        match job.what:
            case "label" | "lpn":
                return self._label(job, profile or PrinterProfile(language="pdf"))
            case "slip":
                from packstation.documents.slip import packing_slip

                shipment = self.shipment(_must(job.fo), _must(job.carton))
                inner_mm, layers = self._pictured(_must(job.fo), _must(job.carton))
                noted = replace(shipment, note=self._note(_must(job.fo)), inner_mm=inner_mm, layers=layers)
                table = table_at(self._store.mirror)
                if paper != "4x6":
                    return packing_slip(noted, stock=paper, table=table)
                slip = packing_slip(noted, stock=paper, dpi=profile.dpi if profile else None, table=table)
                return self._for(profile, slip)
            case "customs":
                from packstation.documents.customs import customs_page

                return customs_page(self.declaration(_must(job.fo), _must(job.carton)), stock=office)
            case "tote_card":
                return self._tote_card(_must(job.fo), profile or PrinterProfile(language="pdf"))
            case "pick_list":
                return self.pick_list(*job.document.split(" ", 1), stock=office)
            case "cart_sheet":
                return self.cart_sheet(*job.document.split(" ", 1), stock=office)
            case "manifest":
                return self.manifest(job.document, stock=office)
            case "test":
                return self._test_label(profile or PrinterProfile(language="pdf"))
            case _:
                raise NothingToPrint(f"{job.what}: expected a document we draw, got none.")

    @property
    def _floor(self) -> Table:
        return self._floor_table if self._floor_table is not None else table_at(self._store.mirror)

    def _for(self, printer: PrinterProfile | None, slip: Drawn) -> Drawn:
        """A 4x6 slip or a card as this printer reads it: where only ZPL is understood, one picture a page (D8.5)."""
        if printer is None or printer.language == "pdf":
            return slip
        from packstation.documents.zpl import picture_of

        return picture_of(slip, dpi=printer.dpi)

    def _test_label(self, printer: PrinterProfile) -> Drawn:
        """One of each symbol, a rule to measure, names in many scripts (D8.8)."""
        stock = printer.stock if printer.stock in ("4x6", "a6") else "4x6"
        if printer.language == "zpl":
            from packstation.documents import zpl

            return zpl.sample_label(dpi=printer.dpi, stock=stock)
        from packstation.documents.label import sample_label

        return sample_label(dpi=printer.dpi, stock=stock)

    def shipment(self, fo: str, carton: str, *, copy: int = 1) -> Shipment:
        """One box of an order as labels and slips need it."""
        job = self._store.job(fo)
        body = self._store.mirror.body("fo", fo)
        if job is None or body is None:
            raise NothingToPrint(f"{fo}: expected the order in the mirror, got none.")
        box = job.order.box(carton)
        if box is None:
            raise NothingToPrint(f"{fo}: expected box {carton}, got none.")
        site = self._store.mirror.setting("site") or {}
        label = box.label
        return Shipment(
            order=job.doc.order_no,
            parcel=box.no,
            of=max(len(job.order.boxes), box.no),
            service=job.doc.service or "standard",
            carrier=job.doc.carrier or "house",
            sender=_party(site),
            receiver=_party(body.get("to") or {}),
            weight_g=box.weight_g or 0,
            lines=self._lines(job, box),
            tracking=label.tracking if label else "",
            sscc=box.lpn if box.lpn.isdecimal() and len(box.lpn) == 18 else "",
            lpn=box.lpn,
            return_code=str(body.get("return_code") or ""),
            copy=copy,
            carton=box.type,
            ordered_at=str(body.get("ordered_at") or "")[:10],
        )

    def declaration(self, fo: str, carton: str) -> Declaration:
        """What customs is told of one box; what nobody wrote down stays blank, to be filled in by hand."""
        from packstation.documents.customs import CustomsLine, Declaration, form_for

        shipment = self.shipment(fo, carton)
        job, body = self._store.job(fo), self._store.mirror.body("fo", fo) or {}
        box = job.order.box(carton) if job else None
        assert job is not None, "a shipment was made of it"
        assert box is not None, "a shipment was made of it"
        lines = []
        for line in job.doc.lines:
            here = sum(content.qty for content in box.contents if content.line == line.line)
            if here:
                item = line.item
                lines.append(
                    CustomsLine(
                        description=item.customs_name or item.name,
                        quantity=here,
                        weight_g=(item.weight_g or 0) * here,
                        value_minor=(line.price_minor or item.price_minor) * here,
                        hs_code=item.hs_code,
                        origin=item.origin,
                    )
                )
        currency = str(body.get("currency") or "")
        value_minor = sum(line.value_minor for line in lines)
        return Declaration(
            form=form_for(value_minor, currency, shipment.weight_g),
            order=shipment.order,
            parcel=shipment.parcel,
            of=shipment.of,
            sender=shipment.sender,
            receiver=shipment.receiver,
            category="sale of goods",
            currency=currency,
            lines=tuple(lines),
            gross_weight_g=shipment.weight_g,
            tracking=shipment.tracking,
            sender_reference=fo,
            date=datetime.fromtimestamp(job.order.last.wall_ms / 1000, UTC).strftime("%Y-%m-%d")
            if job.order.last
            else "",
        )

    def pick_list(self, wave: str, cart: str | None = None, *, stock: str = "a4") -> Drawn:
        """The pick list of a wave, or of one of its carts: its lines in walking order."""
        from packstation.documents.lists.walk import pick_list
        from packstation.station.walking import pick_list_of

        return pick_list(pick_list_of(self._store, wave, cart), stock=stock, table=self._floor)

    def cart_sheet(self, wave: str, cart: str, *, stock: str = "a4") -> Drawn:
        """Which order goes where on a cart."""
        from packstation.documents.lists.walk import cart_sheet
        from packstation.station.walking import cart_sheet_of

        return cart_sheet(cart_sheet_of(self._store, wave, cart), stock=stock, table=self._floor)

    def wave_papers(self, wave: str) -> dict[str, Drawn]:
        """A pick list and a sheet for each cart of a wave: a walk is one cart's. Raises LookupError, PaperRefused."""
        from packstation.documents.lists.walk import cart_sheet, pick_list
        from packstation.station.walking import cart_sheet_of, carts_of, pick_list_of

        papers: dict[str, Drawn] = {}
        table = self._floor
        for cart in carts_of(self._store, wave):
            papers[f"pick-list-{wave}-{cart}"] = pick_list(pick_list_of(self._store, wave, cart), table=table)
            papers[f"cart-sheet-{wave}-{cart}"] = cart_sheet(cart_sheet_of(self._store, wave, cart), table=table)
        return papers

    def manifest(self, manifest: str, *, stock: str = "") -> Drawn:
        """A manifest: what the driver takes, and what stayed behind (D8.6, FL7.9)."""
        from packstation.documents.lists.manifest import Manifest
        from packstation.documents.lists.manifest import manifest as drawn

        loads = Loads(self._store)
        known = loads.manifest(manifest)
        if known is None:
            raise NothingToPrint(f"{manifest}: expected a manifest of this station, got none.")
        site = self._store.mirror.setting("site") or {}
        closed = datetime.fromtimestamp(loads.closed_ms(manifest) / 1000).strftime("%Y-%m-%d %H:%M")
        data = Manifest(
            manifest=manifest,
            carrier=known.carrier,
            parcels=tuple(self._on_manifest(row) for row in loads.on_manifest(manifest)),
            left=tuple(self._on_manifest(row, self._left(why)) for row, why in loads.left_behind(manifest)),
            dock=known.door,
            site=str(site.get("name") or self._store.place.site),
            station=self._store.place.station,
            closed_at=closed if known.closed else "",
        )
        return drawn(data, stock=stock or self._slip_stock, table=self._floor)

    def _left(self, why: str) -> str:
        """Why a parcel stayed, as the screen says it."""
        id = f"parcel_{why}"
        return words(Say(id if id in ENGLISH else "plain", {"text": why.replace("_", " ")}), self._floor)

    def _on_manifest(self, row: ParcelRow, reason: str = "") -> ManifestParcel:
        from packstation.documents.lists.manifest import ManifestParcel

        lpn, fo, no, boxes, _, tracking, weight_g, *_ = row
        doc = self._store.mirror.doc(fo)
        return ManifestParcel(
            order=doc.order_no if doc else fo,
            parcel=no or 1,
            of=boxes or 1,
            tracking=tracking,
            weight_g=weight_g or 0,
            sscc=lpn if lpn.isdecimal() and len(lpn) == 18 else "",
            reason=reason,
        )

    def _number(self, job: SpoolJob) -> int:
        """A label made anew counts on: the Data Matrix of the one before it must not read as its own (FL5.41)."""
        box = self._store.order(_must(job.fo)).box(_must(job.carton))
        return box.print_no(job.document, job.copy) if box is not None and job.what == "label" else job.copy

    def _label(self, job: SpoolJob, printer: PrinterProfile) -> Drawn:
        bought = self._bought(job) if job.what == "label" else None
        if bought is not None:
            from packstation.documents.carrier import printable

            return printable(bought, language=printer.language, dpi=printer.dpi, stock=printer.stock)
        shipment = self.shipment(_must(job.fo), _must(job.carton), copy=self._number(job))
        if printer.language == "zpl":
            from packstation.documents import zpl

            if job.what == "lpn":
                return zpl.lpn_strip(shipment, dpi=printer.dpi, native_text=printer.native_text)
            return zpl.house_label(shipment, dpi=printer.dpi, stock=printer.stock, native_text=printer.native_text)
        from packstation.documents import label

        if job.what == "lpn":
            return label.lpn_strip(shipment, dpi=printer.dpi)
        return label.house_label(shipment, dpi=printer.dpi, stock=printer.stock)

    def _bought(self, job: SpoolJob) -> CarrierLabel | None:
        """The carrier's own label of the box, as it was bought ahead; None when the label is ours.

        Never ours with a carrier's number on it (D8.4): without the carrier's file there is nothing to print.
        """
        from packstation.documents.carrier import received
        from packstation.documents.drawn import PaperRefused

        fo = _must(job.fo)
        box = self._store.order(fo).box(_must(job.carton))
        label = box.label if box else None
        if label is None or label.source != "prefetched":
            return None
        body = self._store.mirror.body("fo", fo) or {}
        for row in body.get("labels") or ():
            if row.get("tracking") == label.tracking and row.get("content"):
                keys = tuple(str(key) for key in row.get("scan_keys") or ())
                content = base64.b64decode(str(row["content"]), validate=True)
                return received(content, str(row.get("format") or ""), label.tracking, scan_keys=keys)
        raise PaperRefused("label", f"expected the carrier's label {label.tracking} in the copies, got none")

    def _pictured(self, fo: str, carton: str) -> tuple[tuple[int, int], tuple[Layer, ...]]:
        job = self._store.job(fo)
        box = job.order.box(carton) if job else None
        return self._layers(box) if box else ((0, 0), ())

    def _layers(self, box: Box) -> tuple[tuple[int, int], tuple[Layer, ...]]:
        """(inner length and width, layers) of a box that a picture helps to unpack (CT7.5, CT7.6): as it was shown
        to the packer, with what was packed. No picture of a box that was filled otherwise."""
        kept = self._store.mirror.plans.of_box(box.lpn)
        if kept is None or kept.code != box.type or not kept.layers or box.units > PICTURE_UNITS_MAX:
            return (0, 0), ()
        packed: Counter[str] = Counter()
        for content in box.contents:
            packed[content.sku] += content.qty
        there = lies_of(kept, packed)
        if sum(lie.count for lie in there) < box.units or len(there) < PICTURE_UNITS:
            return (0, 0), ()
        layers: dict[int, list[LayerUnit]] = {}
        for step, lie in enumerate(kept.lies, 1):
            if lie in there:
                (x, y, z), (length, width, _) = lie.position_mm, lie.size_mm
                layers.setdefault(z, []).append(LayerUnit(step, x, y, length, width, lie.sku))
        return kept.inner_mm[:2], tuple(Layer(z, tuple(units)) for z, units in sorted(layers.items()))

    def _lines(self, job: Job, box: Box) -> tuple[ShipmentLine, ...]:
        rows = []
        for line in job.doc.lines:
            here = sum(c.qty for c in box.contents if c.line == line.line)
            lots = sorted({c.lot for c in box.contents if c.line == line.line and c.lot})
            packed = job.order.packed(line.line)
            rows.append(
                ShipmentLine(
                    sku=line.sku,
                    name=line.item.name,
                    ordered=line.quantity,
                    shipped=here,
                    backordered=max(0, line.quantity - packed),
                    other_parcels=packed - here,
                    variant=", ".join(line.item.attributes.values()),
                    lot=", ".join(lots),
                )
            )
        return tuple(rows)

    def _note(self, fo: str) -> str:
        body = self._store.mirror.body("fo", fo) or {}
        return str(body.get("note") or "")

    def _tote_card(self, fo: str, printer: PrinterProfile) -> Drawn:
        from packstation.documents.lists.card import ToteCard, tote_card

        job = self._store.job(fo)
        if job is None:
            raise NothingToPrint(f"{fo}: expected the order in the mirror, got none.")
        reason, shelf = job.order.hold or ("parked", "")
        last = job.order.last
        when = datetime.fromtimestamp(last.wall_ms / 1000, UTC).strftime("%Y-%m-%d %H:%M") if last else ""
        done, need = job.units
        card = tote_card(
            ToteCard(
                id=job.order.totes[0] if job.order.totes else fo,
                order=job.doc.order_no,
                reason=words(Say(f"choice_{reason}", {"text": reason.replace("_", " ")}), self._floor),
                who=(last.user or "") if last else "",
                held_at=when,
                shelf=shelf,
                done=words(Say("card_done_of", {"done": done, "n": need}), self._floor),
            ),
            stock=printer.stock if printer.stock in ("4x6", "a6") else "4x6",
            dpi=printer.dpi,
            table=self._floor,
        )
        return self._for(printer, card)


def _party(body: dict[str, Any]) -> Party:
    return Party(
        name=str(body.get("name") or ""),
        lines=tuple(str(line) for line in body.get("lines") or ()),
        postcode=str(body.get("postcode") or ""),
        city=str(body.get("city") or ""),
        region=str(body.get("region") or ""),
        country=str(body.get("country") or ""),
        phone=str(body.get("phone") or ""),
        email=str(body.get("email") or ""),
    )


def _must(value: str | None) -> str:
    if value is None:
        raise NothingToPrint("spool row: expected an order and a box, got none.")
    return value
