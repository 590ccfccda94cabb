"""What no sequence of scans and keys may break: the board equals the replay of the journal, nothing is overpacked."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sync.hub.orders.progress import fold_all
from tests.shop import BLUE_MUG, EVA, EVA_PIN, MUG_CASE, PLATE, RADIO, TEA, WHITE_MUG, Bench, bench

INPUTS = st.sampled_from(
    [
        *("FO-4471-1", "FO-4472-1", "FO-4475-1", "T-118", "NO-SUCH", EVA, "LABEL", "kill"),
        *(BLUE_MUG, BLUE_MUG, BLUE_MUG, PLATE, PLATE, WHITE_MUG, TEA, RADIO, "SN-1", MUG_CASE, "M2", "L3", "S1"),
        *(f"key:f{n}" for n in (3, 4, 5, 6, 7, 8, 8, 9, 10, 11, 12)),
        *(
            f"key:*{name}"
            for name in ("QTY3", "REOPEN", "PARK", "MOVE", "FORCE", "VOID", "RESCAN", "SINGLES", "LOCK")
        ),
        *("key:1", "key:2", f"key:={EVA_PIN}", "weigh:950", "weigh:20", "weigh:2000", "wait:100", "wait:11000"),
    ]
)


def played(made: Bench, inputs: list[str]) -> Bench:
    for given_input in inputs:
        kind, _, rest = given_input.partition(":")
        if kind == "key":
            made.key(rest)
        elif kind == "weigh":
            made.clock.pass_ms(400)
            made.station.weight(int(rest), "scale")
        elif kind == "wait":
            made.clock.pass_ms(int(rest))
            made.station.tick()
        elif given_input == "LABEL":
            job = made.station.desk.job
            labels = [box.label for box in job.order.boxes if box.label] if job else []
            made.scan(labels[-1].tracking if labels and labels[-1] else "NO-LABEL")
        elif given_input == "kill":
            made = made.again()
        else:
            made.scan(given_input)
        made.station.prompt()
    return made


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(INPUTS, max_size=40))
def test_whatever_is_scanned_the_board_is_the_replay_of_the_journal(inputs: list[str]) -> None:
    """Issue 2.13, S12: board == replay; 0 <= packed <= due; the hub counts alike; serials once; the chain holds."""
    with tempfile.TemporaryDirectory() as folder:
        made = played(bench(Path(folder)), inputs)
        before, after = made.store.rebuild()
        assert before == after
        made.store.journal.verify()
        serials = []
        for fo in ("FO-4471-1", "FO-4472-1", "FO-4473-1", "FO-4474-1", "FO-4475-1"):
            job = made.store.job(fo)
            assert job is not None
            for line in job.doc.lines:
                assert 0 <= job.order.packed(line.line) <= line.quantity
                assert job.order.packed(line.line) == sum(
                    c.qty for box in job.order.boxes for c in box.contents if c.line == line.line
                )
            at_hub = fold_all(made.store.journal.of_fo(fo))
            assert {n: units for n, units in at_hub.packed.items() if units} == {
                str(n): units for n, units in job.order.packed_by_line.items() if units
            }
            serials.extend(job.order.serials)
        assert len(serials) == len(set(serials))
        made.store.close()


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.one_of(INPUTS.filter(lambda i: i != "kill"), st.text(max_size=600)), max_size=20))
def test_no_text_at_all_raises(inputs: list[str]) -> None:
    """Bad input of issues 2 and 3: noise, separators, escapes, markup; one outcome each, nothing raised."""
    with tempfile.TemporaryDirectory() as folder:
        made = bench(Path(folder))
        made = played(made, [text if text != "kill" else "" for text in inputs])
        made.store.journal.verify()
        made.store.close()
