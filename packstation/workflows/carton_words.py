"""The English words about cartons and sizes: text id -> (long, short). Merged into the one table of `texts`."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    "do_carton_at": ("Carton {carton}, {place}. Scan it, an item, or *OK", "Carton {carton}, {place}"),
    "do_carton_none": ("No suggestion: scan a carton", "Scan a carton"),
    "do_carton_coming": ("Scan a carton; a suggestion comes", "Scan a carton"),
    "panel_figures": ("{size} cm, {fill} % full, {kg} kg", ""),
    "panel_saves": ("Saves {money} against {than}.", ""),
    "panel_usual": ("Usually {carton}: {n} times before.", ""),
    "panel_proven": ("Proven: no better carton exists.", ""),
    "panel_searched": ("Best that was found.", ""),
    "panel_estimated": ("A size is not known: it was assumed.", ""),
    "panel_later": ("{boxes} boxes; {n} units are left for the next.", ""),
    "panel_padding": ("Padding: {mm} mm on every side.", ""),
    "panel_filling": ("Filling: about {litres} l.", ""),
    "panel_place": ("at {place}", ""),
    "layer_bottom": ("On the bottom:", ""),
    "layer_up": ("{cm} cm up:", ""),
}
