"""The packing slip: what is in this box, what is in another, what follows, and how to send something back.

    seller, contact            PACKING SLIP
    ship to                    order ║║║║║║, dates, service, box k of n
    SKU   item      ordered | this box | other boxes | to follow
    note · returns with their code · layer pictures              page k of n

One slip for each box; it runs over as many pages as the order needs. A Shipment holds no prices, so none can be here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from packstation.documents.block import Entry
from packstation.documents.drawn import Drawn
from packstation.documents.quantities import quantity_columns
from packstation.documents.sheet import Sheet
from packstation.documents.shipment import Layer, Shipment, ShipmentLine, address_lines, weight_text
from packstation.documents.symbols import Bars, SymbolRefused, code128
from packstation.documents.table import Cell, Column, MeasuredRow, Table, office_sheet, pages_of
from packstation.documents.text import NOTE_CHARS_MAX
from packstation.workflows.prompt import Say
from packstation.workflows.texts import ENGLISH, words
from packstation.workflows.texts import Table as Texts

STOCKS = ("a4", "letter", "4x6")
NUMBER_PT_MIN = 6.0
"""A step's number in a layer picture is legible at arm's length."""
_THIN_PT = 10.0
LAYER_UNITS_MIN = 7
"""A picture is drawn from this many units on: fewer need none (CT7.5)."""
NOTE_LINES_MAX = 12


@dataclass(frozen=True, slots=True)
class _Look:
    """Sizes of one kind of paper: a small one has smaller type, and stacks what a large one sets side by side."""

    margin_mm: float
    text_pt: float
    dots: tuple[int, ...]
    small: bool


_OFFICE = _Look(15, 9.5, (4, 3, 2), small=False)
_THERMAL = _Look(4, 7.5, (3, 2), small=True)


def packing_slip(shipment: Shipment, *, stock: str = "a4", dpi: int | None = None, table: Texts = ENGLISH) -> Drawn:
    """The slip of one box. `dpi` is the printer's: 300 for office paper, 203 for 4x6 if it is not said.

    `table`: the words of its language.
    """
    look = _THERMAL if stock == "4x6" else _OFFICE
    sheet = office_sheet(stock, dpi or (203 if look.small else 300), "Packing slip")
    slip = _Slip(sheet, shipment, look, table)
    slip.draw()
    return sheet.finish()


class _Slip:
    """One slip while it is drawn: measured parts first, then page by page."""

    def __init__(self, sheet: Sheet, shipment: Shipment, look: _Look, texts: Texts):
        self.sheet = sheet
        self.texts = texts
        self.shipment = shipment
        self.look = look
        self.margin = sheet.mm(look.margin_mm)
        self.width = sheet.width - 2 * self.margin
        self.floor = sheet.height - self.margin - sheet.mm(5)
        columns, quantities = quantity_columns(shipment, look.small, self.say)
        item = [Column(self.say("slip_item"), share=1)]
        if not look.small:
            item.insert(0, Column("SKU", width_mm=38, bold=True))
        self.table = Table(sheet, (*item, *columns), self.margin, self.width, look.text_pt)
        self.rows = [
            self.table.measured(_cells(n, line, quantities(line), small=look.small))
            for n, line in enumerate(shipment.lines)
        ]

    def say(self, id: str, **values: str | int) -> str:
        return words(Say(id, values), self.texts)

    def draw(self) -> None:
        sheet = self.sheet
        head = self._head_height()
        first = self.floor - head - self.table.head_height
        later = self.floor - self.margin - sheet.mm(8) - self.table.head_height
        tail = self._tail_height()
        pages = pages_of([row.height for row in self.rows], first, later, tail)
        pictures = self._pictures()
        count = len(pages) + len(pictures)
        for k, rows in enumerate(pages):
            if k == 0:
                self._draw_head()
                y = head
            else:
                sheet.next_page()
                y = self._draw_running_head()
            if rows or k == 0:
                y = self._draw_rows([self.rows[n] for n in rows], y)
            if k == len(pages) - 1:
                self._draw_tail(y)
            self._draw_foot(k + 1, count)
        for k, layers in enumerate(pictures):
            sheet.next_page()
            self._draw_layers(layers, self._draw_running_head())
            self._draw_foot(len(pages) + k + 1, count)

    def _draw_rows(self, rows: Sequence[MeasuredRow], y: int) -> int:
        y = self.table.draw_head(y)
        for row in rows:
            y = self.table.draw(row, y)
        return y

    def _head_height(self) -> int:
        return self.margin + self.sheet.mm(53.5 if self.look.small else 78)

    def _draw_head(self) -> None:
        if self.look.small:
            self._draw_small_head()
            return
        sheet, mm, shipment = self.sheet, self.sheet.mm, self.shipment
        half = self.width // 2
        right = self.margin + half + mm(6)
        room = half - mm(6)
        sheet.block(self._seller(), self.margin, self.margin, half - mm(4), mm(32), 9)
        sheet.title(self.say("slip_title"), right, self.margin, room, 20, bold=True, align="right")
        self._draw_order_bars(right, self.margin + mm(10), room, mm(12))
        sheet.title(self.say("slip_to"), self.margin, self.margin + mm(36), half, 8, bold=True)
        receiver = [Entry(field, text, bold) for field, text, bold in address_lines(shipment.receiver, "to")]
        sheet.block(receiver, self.margin, self.margin + mm(40.5), half - mm(4), mm(34), 12)
        y = self.margin + mm(36)
        for title, field, text in self._facts():
            sheet.title(title, right, y + mm(0.4), mm(24), 8, bold=True)
            sheet.words(field, text, right + mm(25), y, room - mm(25), 10)
            y += mm(5.2)

    def _draw_small_head(self) -> None:
        sheet, mm, shipment = self.sheet, self.sheet.mm, self.shipment
        sheet.title(self.say("slip_title"), self.margin, self.margin, mm(50), 14, bold=True)
        sheet.block(self._seller(), self.margin, self.margin + mm(6.5), mm(46), mm(18), 7)
        self._draw_order_bars(self.margin + mm(48), self.margin, self.width - mm(48), mm(9))
        sheet.title(self.say("slip_to"), self.margin, self.margin + mm(26), mm(20), 6, bold=True)
        receiver = [Entry(field, text, bold) for field, text, bold in address_lines(shipment.receiver, "to")]
        sheet.block(receiver, self.margin, self.margin + mm(28.5), mm(48), mm(23.5), 9)
        y = self.margin + mm(20)
        for title, field, text in self._facts():
            sheet.title(title, self.margin + mm(51), y + mm(0.2), mm(14), 6, bold=True)
            sheet.words(field, text, self.margin + mm(66), y, self.width - mm(66), 7)
            y += mm(3.7)

    def _draw_order_bars(self, x: int, y: int, width: int, height: int) -> None:
        bars = self._bars_or_none(self.shipment.order, width, "order")
        if bars is not None:
            symbol, dot = bars
            # At the right edge, with its quiet zone inside the margin.
            self.sheet.bars(symbol, x + width - symbol.modules * dot, y, dot, height, "order")
        size = 11 if self.look.small else 14
        self.sheet.words(
            "order", self.shipment.order, x, y + height + self.sheet.mm(0.6), width, size, bold=True, align="right"
        )

    def _facts(self) -> list[tuple[str, str, str]]:
        shipment = self.shipment
        facts = [
            (self.say("slip_ordered_on"), "ordered_at", shipment.ordered_at[:10]),
            (self.say("slip_shipped_on"), "shipped_at", shipment.shipped_at[:10]),
            (
                self.say("slip_service"),
                "service",
                " · ".join(word for word in (shipment.carrier, shipment.service) if word),
            ),
            (self.say("slip_tracking"), "tracking", shipment.tracking),
            (
                self.say("slip_box"),
                "of",
                self.say("slip_box_of", k=shipment.parcel, n=shipment.of)
                + (f" · {shipment.carton}" if shipment.carton else ""),
            ),
            (self.say("slip_weight"), "weight_g", weight_text(shipment.weight_g) if shipment.weight_g else ""),
        ]
        return [fact for fact in facts if fact[2]]

    def _seller(self) -> list[Entry]:
        sender = self.shipment.sender
        lines = [Entry(field, text) for field, text, _ in address_lines(sender, "from")]
        lines[:1] = [Entry("from.name", sender.name, bold=True, scale=1.5)]
        contact = [Entry("from.phone", sender.phone), Entry("from.email", sender.email)]
        return [*lines, *(entry for entry in contact if entry.text)]

    def _draw_running_head(self) -> int:
        sheet = self.sheet
        size = 8 if self.look.small else 10
        half = self.width // 2
        sheet.words(
            "order",
            self.say("slip_order", order=self.shipment.order),
            self.margin,
            self.margin,
            half,
            size,
            bold=True,
        )
        sheet.words(
            "from.name", self.shipment.sender.name, self.margin + half, self.margin, half, size, align="right"
        )
        return self.margin + sheet.mm(8)

    def _draw_foot(self, page: int, count: int) -> None:
        sheet, shipment = self.sheet, self.shipment
        y = self.floor + sheet.mm(1.5)
        size = 6.5 if self.look.small else 8
        told = self.say("slip_foot", order=shipment.order, k=shipment.parcel, n=shipment.of)
        sheet.words("order", told, self.margin, y, self.width * 2 // 3, size)
        sheet.title(self.say("sheet_page", k=page, n=count), self.margin, y, self.width, size, align="right")

    def _tail_height(self) -> int:
        mm = self.sheet.mm
        return mm(8) + self._note_height() + self._returns_height()

    def _note_height(self) -> int:
        if not self.shipment.note:
            return 0
        size = self.look.text_pt + 1
        per_line = self.sheet.dots_of(size) * 1.2
        lines = self.sheet.lines_needed(self._note(), self.width - self.sheet.mm(4), size)
        return round(per_line * min(NOTE_LINES_MAX, lines)) + self.sheet.mm(7)

    def _note(self) -> list[Entry]:
        """The note with its own line ends; more than fits is cut by the block, which says so."""
        lines = self.shipment.note[: NOTE_CHARS_MAX * 2].splitlines()
        return [Entry("note", line, chars_max=NOTE_CHARS_MAX) for line in lines[: NOTE_LINES_MAX * 2]]

    def _returns_height(self) -> int:
        if not self.shipment.return_code:
            return 0
        return self.sheet.mm(20 if self.look.small else 22)

    def _draw_tail(self, y: int) -> None:
        """Total, note and returns below the last row."""
        sheet, mm, shipment = self.sheet, self.sheet.mm, self.shipment
        units = sum(line.shipped for line in shipment.lines)
        sheet.title(
            self.say("slip_units", n=units),
            self.margin,
            y + mm(1.5),
            self.width,
            self.look.text_pt + 1,
            bold=True,
            align="right",
        )
        y += mm(8)
        if shipment.note:
            tall = self._note_height()
            sheet.title(self.say("slip_note"), self.margin, y, mm(20), 7, bold=True)
            left, room, size = self.margin + mm(2), self.width - mm(4), self.look.text_pt + 1
            used = sheet.block(self._note(), left, y + mm(3.5), room, tall - mm(6), size)
            sheet.rule(self.margin, y + mm(3.5), 3, used)
            y += used + mm(7)
        if shipment.return_code:
            self._draw_returns(y)

    def _draw_returns(self, y: int) -> None:
        sheet, mm, shipment = self.sheet, self.sheet.mm, self.shipment
        sheet.rule(self.margin, y, self.width, 2)
        sheet.title(self.say("slip_returns"), self.margin, y + mm(1.5), mm(40), 8, bold=True)
        contact = shipment.sender.email or shipment.sender.phone
        ask = self.say("slip_questions", contact=contact) if contact else ""
        size = self.look.text_pt
        half = self.width * (42 if self.look.small else 50) // 100
        entries = [
            Entry("returns", self.say("slip_put_in")),
            Entry("from.email", ask),
            Entry("return_code", self.say("slip_return_code", code=shipment.return_code), bold=True),
        ]
        sheet.block(entries, self.margin, y + mm(5.5), half, mm(18), size)
        right = self.margin + half + mm(3)
        room = self.width - half - mm(3)
        bars = self._bars_or_none(shipment.return_code, room, "return_code")
        if bars is not None:
            symbol, dot = bars
            left = self.margin + self.width - symbol.modules * dot
            sheet.bars(symbol, left, y + mm(3), dot, mm(11), "return")
            sheet.words("return_code", shipment.return_code, right, y + mm(14.6), room, 9, align="right")

    def _bars_or_none(self, text: str, width: int, field: str) -> tuple[Bars, int] | None:
        """The Code 128 and its dots, or None (reported) when there is no such symbol on this paper: a slip is still a
        slip without it."""
        try:
            bars = code128(text)
        except SymbolRefused:
            self.sheet.report(field, "", "no barcode")
            return None
        for dot in self.look.dots:
            # The right quiet zone is in the margin of the paper.
            if (bars.modules + 10) * dot <= width:
                return bars, dot
        self.sheet.report(field, "", "no barcode")
        return None

    def _pictures(self) -> list[tuple[Layer, ...]]:
        """The layers by page: a picture when there are enough units to need one."""
        layers = self.shipment.layers
        if sum(len(layer.units) for layer in layers) < LAYER_UNITS_MIN or not all(self.shipment.inner_mm):
            return []
        per_page = 2 if self.look.small else 6
        return [layers[n : n + per_page] for n in range(0, len(layers), per_page)]

    def _draw_layers(self, layers: Sequence[Layer], y: int) -> None:
        """Each layer seen from above, the back of the box at the top; numbers are the order of packing (CT7.5)."""
        sheet, mm = self.sheet, self.sheet.mm
        sheet.title(self.say("slip_packed"), self.margin, y, self.width, self.look.text_pt + 2, bold=True)
        y += mm(8)
        across = 1 if self.look.small else 2
        gap = mm(6)
        wide = (self.width - gap * (across - 1)) // across
        high = (self.floor - y) // (2 if self.look.small else 3) - mm(12)
        length, width = self.shipment.inner_mm
        scale = min(wide / length, high / width)
        for n, layer in enumerate(layers):
            left = self.margin + (n % across) * (wide + gap)
            top = y + (n // across) * (high + mm(12))
            number = self.shipment.layers.index(layer) + 1
            heading = self.say("slip_layer" if layer.z_mm else "slip_layer_bottom", n=number, up=layer.z_mm)
            sheet.title(heading, left, top, wide, 8)
            sheet.block([Entry(f"layers[{number - 1}]", _key(layer))], left, top + mm(4), wide, mm(4), 7)
            top += mm(8.5)
            sheet.frame(left, top, round(length * scale), round(width * scale), 4)
            boxes = []
            for unit in layer.units:
                x0, x1 = round(unit.x_mm * scale), round((unit.x_mm + unit.length_mm) * scale)
                # y grows from the front to the back of the box, and the back is drawn at the top.
                y0, y1 = (width - unit.y_mm - unit.width_mm) * scale, (width - unit.y_mm) * scale
                boxes.append((left + x0, top + round(y0), x1 - x0, round(y1) - round(y0)))
                sheet.frame(*boxes[-1], 2)
            thin = 0
            for unit, box in zip(layer.units, boxes, strict=True):
                thin += self._number(str(unit.step), box, thin)

    def _number(self, number: str, box: tuple[int, int, int, int], thin: int) -> bool:
        """The step inside its unit; where that is too thin for it the number lies across its edges, on white.

        True for thin units: beside each other they have their numbers at different heights (`thin`: how many before).
        """
        sheet, (x, y, width, height) = self.sheet, box
        pt = 72 / sheet.dpi
        size = min(14.0, height * pt * 0.7, width * pt / (0.7 * len(number)))
        at_x, at_y = x + width // 2, y + height // 2
        if size < _THIN_PT and max(width, height) > 3 * min(width, height):
            share = (2, 1, 3)[thin % 3]
            at_x, at_y = (x + width * share // 4, at_y) if width > height else (at_x, y + height * share // 4)
        across, up = round(sheet.dots_of(NUMBER_PT_MIN) * (0.7 * len(number))), round(sheet.dots_of(NUMBER_PT_MIN))
        if size < NUMBER_PT_MIN:
            sheet.shade(at_x - across // 2, at_y - up // 2, across, up, "1")
        shown = max(size, NUMBER_PT_MIN)
        middle = at_y - round(sheet.dots_of(shown) * 0.58)
        sheet.title(number, at_x - 2 * across, middle, 4 * across, shown, bold=True, align="center")
        return size < _THIN_PT


def _key(layer: Layer) -> str:
    """What the numbers of a layer are: "1-3, 5 MUG-BLUE · 4 PLATE"."""
    runs: dict[str, list[list[int]]] = {}
    for unit in layer.units:
        of_sku = runs.setdefault(unit.sku, []) if unit.sku else []
        if of_sku and of_sku[-1][-1] == unit.step - 1:
            of_sku[-1][1:] = [unit.step]
        else:
            of_sku.append([unit.step])
    return " · ".join(f"{', '.join('-'.join(map(str, run)) for run in of_sku)} {sku}" for sku, of_sku in runs.items())


def _cells(n: int, line: ShipmentLine, quantities: Sequence[str], *, small: bool) -> list[Cell]:
    name = " · ".join(word for word in (line.name, line.variant, line.lot and f"lot {line.lot}") if word)
    numbers = [Cell(f"lines[{n}].ordered", quantity) for quantity in quantities]
    if small:
        return [Cell(f"lines[{n}].name", name, head=line.sku), *numbers]
    return [Cell(f"lines[{n}].sku", line.sku), Cell(f"lines[{n}].name", name), *numbers]
