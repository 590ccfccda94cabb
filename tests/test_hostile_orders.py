"""The hostile corpus in every field of an order, through the real station to everything that people see (X18, FL4).

Screens at three sizes, plain lines and the commands' output: nothing but words and line ends arrives (issue 3, bad
input). Paper has its own in documents/test_hostile_paper.py.
"""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from packstation.__main__ import main
from packstation.safe import shown_json
from packstation.screens.drawing import Paper
from packstation.screens.floor import House
from packstation.screens.plain import run_plain
from packstation.screens.views import Views
from tests.hostile import Hostile, corpus, one_by_one, sample
from tests.shop import ANN, Bench, bench, item, order, put, user

CONTROLS = {chr(code) for code in (*range(0x20), 0x7F, *range(0x80, 0xA0), 0x202E, 0x2066, 0x2069, 0x200B)}
PAPERS = (Paper(20, 16), Paper(40, 20), Paper(120, 40))
CHUNKS = 8
CODE = "2000000000077"


def mean_order(fo: str, text: str, revision: int) -> tuple[str, str, dict[str, Any]]:
    """The text in every field that takes words."""
    names = ("name", "postcode", "city", "region", "country", "phone", "email")
    _, _, body = order(
        fo,
        {"EVIL": 2},
        order=text,
        channel=text,
        reason=text,
        service=text,
        carrier=text,
        currency=text,
        wave=text,
        note=text,
        notes=[{"note": text, "rev": revision, "text": text, "sku": None}],
        return_code=text,
        ordered_at=text,
        ship_by=text,
        to={"lines": [text, text], **dict.fromkeys(names, text)},
    )
    body["lines"][0]["lot"] = None
    return ("fo", fo, body)


def mean_shop(made: Bench, hostile: Hostile, fo: str) -> None:
    text = hostile.text
    put(made.store, item("EVIL", text, CODE, attributes={text: text}, parent=text))
    put(made.store, [mean_order(fo, text, hostile.n), user("ANN", text, "packer", ANN)])


def quiet(shown: str, hostile: Hostile) -> None:
    raw = CONTROLS & set(shown) - {"\n"}
    assert not raw, f"corpus line {hostile.n} ({hostile.kind}): {sorted(raw)!r}"


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_screens_and_plain_lines_show_words_alone(chunk: int, tmp_path: Path) -> None:
    """Every text of the corpus: opened, noted, packed, parked, at 20x16, 40x20 and 120x40 and as plain lines."""
    made = bench(tmp_path)
    made.store.db.execute("PRAGMA synchronous=OFF")
    views = Views(House(), lambda text, device: (text,), "", "en")
    for hostile in corpus()[chunk::CHUNKS]:
        fo = f"FO-{10_000 + hostile.n}-1"
        mean_shop(made, hostile, fo)
        for text in (fo, fo, "*OK", CODE, CODE, "*PARK", fo):
            outcome = made.scan(text)
            views.answered(outcome)
            _draw(made, views, hostile)
        stdout = io.StringIO()
        run_plain(made.station, io.StringIO("*HELP\n*LIST\n*MORE\n*OK\nkey:f3\n*EXIT\n"), stdout, House())
        quiet(stdout.getvalue(), hostile)
        made.clock.pass_ms(400)
        made.key("f12", "*DROP", "f3", "f12", "*PARK")
        made.said.clear()
        if made.station.user is None or made.station.locked:
            made.scan(ANN)
    made.store.close()


def _draw(made: Bench, views: Views, hostile: Hostile) -> None:
    prompt, status = made.station.prompt(), made.station.status()
    for paper in PAPERS:
        picture = views.draw(prompt, status, paper)
        assert len(picture.lines) == paper.height
        quiet("".join(part for line in picture.lines for part, _ in line), hostile)


@pytest.mark.parametrize("hostile", one_by_one(text for text in corpus() if len(text.text) < 5_000))
def test_a_json_document_is_quiet_and_reads_back_the_same(hostile: Hostile) -> None:
    """Commands with --json: what a terminal would obey is an escape; a name stays readable."""
    told = shown_json({"name": "José 王", "text": hostile.text, hostile.text: 1})
    quiet(told, hostile)
    assert json.loads(told) == {"name": "José 王", "text": hostile.text, hostile.text: 1}
    assert "José 王" in told


@pytest.mark.parametrize("hostile", one_by_one(sample()[::2]))
def test_commands_print_words_alone(hostile: Hostile, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Half of the sample: `order` finds it by its id, `wave` and `replay` meet it, none prints it raw."""
    made = bench(tmp_path)
    mean_shop(made, hostile, "FO-4480-1")
    made.scan("FO-4480-1", "FO-4480-1", "*OK", CODE)
    made.store.close()
    capsys.readouterr()
    inputs = tmp_path / "inputs"
    inputs.write_text(f"FO-4480-1\n{CODE}\nkey:f9\n", encoding="utf-8")
    data = ["--data", str(tmp_path)]
    ran: Sequence[Sequence[str]] = (
        ("order", "FO-4480-1", *data),
        ("order", "FO-4480-1", "--json", *data),
        ("wave", "list", *data),
        ("wave", "plan", *data),
        ("replay", str(inputs), *data),
    )
    for words in ran:
        assert main(list(words)) in (0, 1), words
        told = capsys.readouterr()
        quiet(told.out + told.err, hostile)
