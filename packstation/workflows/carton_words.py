"""The English words about cartons and sizes: text id -> (long, short). Merged into the one table of `texts`."""

from __future__ import annotations

from packstation.cartons.words import TEXTS

WORDS: dict[str, tuple[str, str]] = {
    **{code: (text, "") for code, text in TEXTS.items()},
    "do_carton_at": ("Carton {carton}, {place}. Scan it, an item, or *OK", "Carton {carton}, {place}"),
    "do_carton_none": ("No suggestion: scan a carton", "Scan a carton"),
    "do_carton_coming": ("Scan a carton; a suggestion comes", "Scan a carton"),
    "panel_figures": ("{size} cm, {fill} % full, {kg} kg", ""),
    "panel_saves": ("Saves {money} against {than}.", ""),
    "panel_usual": ("Usually {carton}: {n} times before.", ""),
    "panel_proven": ("Proven: no better carton exists.", ""),
    "panel_searched": ("Best that was found.", ""),
    "panel_cut": ("Stopped after {ms} ms: more time may find a better one.", ""),
    "panel_estimated": ("A size is not known: it was assumed.", ""),
    "panel_later": ("{boxes} {boxes:box|boxes}; {n} {n:unit|units} {n:is|are} left for the next.", ""),
    "panel_left_out": ("No carton: {what}: {why}.", ""),
    "meant_elsewhere": ("{words} · was planned for box {no} ({carton})", "{words} · for box {no}, {carton}"),
    "meant_nowhere": ("{words} · no carton was planned: {why}", "{words} · no carton planned"),
    "panel_now": ("In this box: {what}.", ""),
    "panel_after": ("For the next, {carton}: {what}.", ""),
    "panel_put_in": ("Still to put in: {what}.", ""),
    "panel_own": ("Ships in its own box, scan it at any time: {what}.", ""),
    "panel_own_title": ("Own box", ""),
    "do_own_box": ("{item} ships in its own box: scan it", "Own box: scan {item}"),
    "do_next_box": ("Box {no} holds all that was planned: *NEXTBOX, then {item}", "*NEXTBOX, then {item}"),
    "item_own_box": ("{item}: {done} of {n}, in its own box.", "{item}: its own box."),
    "mix_one": ("{item} ships one to a box. One scan each. Nothing recorded.", "{item}: one to a box."),
    "mix_own": (
        "{item} ships in its own box. Close box {no}: *NEXTBOX, then scan it. Nothing recorded.",
        "{item}: own box. *NEXTBOX.",
    ),
    "mix_alone": (
        "{item} ships alone. Close box {no}: *NEXTBOX, then scan again. Nothing recorded.",
        "{item} ships alone. *NEXTBOX.",
    ),
    "mix_hazmat": (
        "{item}: hazard class {a} may not go with class {b} in box {no}. *NEXTBOX, then scan it. Nothing recorded.",
        "Class {a} not with {b}. *NEXTBOX.",
    ),
    "mix_apart": (
        "{item} may not lie beside {other} in box {no}. *NEXTBOX, then scan it. Nothing recorded.",
        "Not beside {other}. *NEXTBOX.",
    ),
    "panel_padding": ("Padding: {mm} mm on every side.", ""),
    "panel_filling": ("Filling: about {litres} l.", ""),
    "panel_place": ("at {place}", ""),
    "layer_bottom": ("On the bottom:", ""),
    "layer_up": ("{cm} cm up:", ""),
    # measuring
    "key_measure": ("Measure", ""),
    "measure_item": ("Measure: scan the item.", ""),
    "measure_side": ("{item}: side {n} of 3 in mm, Enter.", "Side {n} of 3 in mm, Enter."),
    "measure_not_a_side": ("{text} is no side: 1 to 5000 mm, Enter.", "1 to 5000 mm, Enter."),
    "measure_sure": (
        "{item}: {size} mm? The catalog says {catalog}. *OK takes it, F3 leaves.",
        "{size} mm? *OK takes it.",
    ),
    "measure_weight": ("{size} mm. Weigh one {item}, or type grams; Enter without.", "Weigh one, or Enter."),
    "measured": ("{item}: {size} mm. Thank you.", "{size} mm. Thank you."),
    "measured_g": ("{item}: {size} mm, {g} g. Thank you.", "{size} mm, {g} g."),
    "do_measure_item": ("Measure: scan the item. F3 leaves", "Measure: scan item"),
    "do_measure_side": ("Type the side in mm, Enter. F3 leaves", "Side in mm, Enter"),
    "do_measure_sure": ("Is the size right? *OK, or F3 leaves", "Right? *OK or F3"),
    "do_measure_weight": ("Put one on the scale, or type grams, Enter", "Weigh one, or Enter"),
    "hint_measure": ("No size: {item}. *MEASURE when idle", "No size: {item}"),
}
