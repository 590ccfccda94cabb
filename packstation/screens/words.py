"""The screens' own words in three languages. What workflows say has its own tables (FL10.6)."""

from __future__ import annotations

from collections.abc import Mapping

from packstation.workflows.texts import counted

_WORDS: Mapping[str, tuple[str, str, str]] = {
    # id: (English, Español, Deutsch)
    "of": ("of", "de", "von"),
    "waiting": ("waiting", "en espera", "warten"),
    "more": ("more", "más", "mehr"),
    "page": ("page", "página", "Seite"),
    "menu": ("Menu", "Menú", "Menü"),
    "menu_hint": ("Number, or *NAME and Enter", "Número, o *NOMBRE y Enter", "Zahl, oder *NAME und Enter"),
    "menu_none": ("Nothing with this number.", "Nada con este número.", "Nichts mit dieser Zahl."),
    "back": ("Back", "Volver", "Zurück"),
    "next_page": ("Next page", "Página siguiente", "Nächste Seite"),
    "held": (
        "{n} {n:scan|scans} held. Acknowledge first: F12 or scan OK",
        "{n} {n:escaneo retenido|escaneos retenidos}. Confirme antes: F12 o escanee OK",
        "{n} {n:Scan|Scans} angehalten. Erst bestätigen: F12 oder OK scannen",
    ),
    "held_short": ("{n} held: F12 or OK", "{n} retenidos: F12", "{n} angehalten: F12"),
    "acknowledge": ("F12 OK", "F12 OK", "F12 OK"),
    "sync": ("sync", "sinc.", "Sync"),
    "never": ("never", "nunca", "nie"),
    "online": ("ONLINE", "EN LÍNEA", "ONLINE"),
    "offline": ("OFFLINE", "SIN RED", "OFFLINE"),
    "nobody": ("nobody", "nadie", "niemand"),
    "station": ("Station", "Puesto", "Station"),
    "user": ("User", "Usuario", "Person"),
    "scanner": ("Scanner", "Escáner", "Scanner"),
    "scale": ("Scale", "Báscula", "Waage"),
    "printer": ("Printer", "Impresora", "Drucker"),
    "sound": ("Sound", "Sonido", "Ton"),
    "hub": ("Hub", "Central", "Zentrale"),
    "clock": ("Clock", "Hora", "Uhr"),
    "unsynced": ("Not yet sent", "Sin enviar", "Noch nicht gesendet"),
    "well": ("ok", "bien", "gut"),
    "health": ("This station", "Este puesto", "Diese Station"),
    "no_devices": ("No devices set up.", "Sin dispositivos.", "Keine Geräte eingerichtet."),
    "nothing_open": ("Nothing open.", "Nada abierto.", "Nichts offen."),
    "help": ("What can I do here?", "¿Qué puedo hacer aquí?", "Was kann ich hier tun?"),
    "help_scan": ("Scan", "Escanear", "Scannen"),
    "help_keys": ("Keys and commands", "Teclas y órdenes", "Tasten und Befehle"),
    "help_cues": ("Signs", "Señales", "Zeichen"),
    "raw": ("Last scans, byte by byte", "Últimos escaneos, byte a byte", "Letzte Scans, Byte für Byte"),
    "raw_none": ("Nothing scanned yet.", "Nada escaneado aún.", "Noch nichts gescannt."),
    "raw_no_aim": ("no AIM id", "sin id AIM", "ohne AIM-Kennung"),
    "raw_end": ("ended by", "final", "Ende"),
    "raw_gap": ("gap", "pausa", "Pause"),
    "raw_after": ("after", "tras", "nach"),
    "raw_readings": ("readings", "lecturas", "Lesarten"),
    "raw_led": ("led to", "resultado", "führte zu"),
    "board": ("Waves", "Olas", "Wellen"),
    "exceptions": ("Exceptions", "Excepciones", "Ausnahmen"),
    "no_waves": ("No waves planned.", "Sin olas.", "Keine Wellen geplant."),
    "no_exceptions": ("No exceptions. Good.", "Sin excepciones.", "Keine Ausnahmen. Gut."),
    "wave": ("Wave", "Ola", "Welle"),
    "state": ("State", "Estado", "Stand"),
    "cutoff": ("Cutoff", "Corte", "Schluss"),
    "total": ("All", "Todo", "Alle"),
    "ready": ("Ready", "Listo", "Bereit"),
    "released": ("Released", "Liberado", "Frei"),
    "available": ("Avail.", "Disp.", "Verf."),
    "wave_waiting": ("Waiting", "Espera", "Warten"),
    "late": ("LATE", "TARDE", "SPÄT"),
    "priority": ("Prio", "Prio", "Prio"),
    "done_today": ("Done", "Hecho", "Fertig"),
    "release": ("Release", "Liberar", "Freigeben"),
    "release_ask": (
        "Release wave {wave}, {n} orders? Enter",
        "¿Liberar la ola {wave}, {n} pedidos? Enter",
        "Welle {wave} mit {n} Aufträgen freigeben? Enter",
    ),
    "plan": ("Plan", "Planear", "Planen"),
    "find": ("Find", "Buscar", "Suchen"),
    "find_none": ("Not found: {text}", "No encontrado: {text}", "Nicht gefunden: {text}"),
    "leave": ("Close packstation?", "¿Cerrar packstation?", "packstation beenden?"),
    "leave_yes": ("Enter closes", "Enter cierra", "Enter beendet"),
    "leave_no": ("Esc stays", "Esc sigue", "Esc bleibt"),
    "leave_open": (
        "{title} stays open as it is. Nothing is lost.",
        "{title} queda abierto tal cual. Nada se pierde.",
        "{title} bleibt offen, wie es ist. Nichts geht verloren.",
    ),
    "leave_unsynced": (
        "{n} facts are not sent yet. They are safe here and go when the hub answers.",
        "{n} hechos sin enviar. Están seguros aquí y saldrán cuando la central responda.",
        "{n} Vorgänge sind noch nicht gesendet. Sie sind hier sicher und gehen, sobald die Zentrale antwortet.",
    ),
    "leave_synced": ("Everything is sent.", "Todo enviado.", "Alles ist gesendet."),
    "session": ("This session", "Esta sesión", "Diese Sitzung"),
    "session_scans": ("Scans", "Escaneos", "Scans"),
    "session_accepted": ("Accepted", "Aceptados", "Angenommen"),
    "session_refused": ("Refused", "Rechazados", "Abgelehnt"),
    "session_since": ("Since", "Desde", "Seit"),
    "typed": (
        "Letters do nothing here. Scan, or type * for the menu.",
        "Las letras no hacen nada aquí. Escanee, o pulse * para el menú.",
        "Buchstaben tun hier nichts. Scannen, oder * für das Menü.",
    ),
    "too_small": (
        "Screen too small: at least 20 x 16.",
        "Pantalla pequeña: mínimo 20 x 16.",
        "Bildschirm zu klein: mindestens 20 x 16.",
    ),
    "demo_right": ("Scan for me", "Escanea por mí", "Scan für mich"),
    "demo_scans": ("scans", "lee", "scannt"),
    "demo_wrong": ("Scan a wrong one", "Escanea mal", "Falscher Scan"),
    "key_help": ("Help", "Ayuda", "Hilfe"),
    "key_raw": ("Raw scans", "Bytes", "Rohdaten"),
    "key_more": ("More", "Más", "Mehr"),
    "key_list": ("List", "Lista", "Liste"),
    "key_board": ("Waves and exceptions", "Olas y excepciones", "Wellen und Ausnahmen"),
    "key_exit": ("Close packstation", "Cerrar packstation", "packstation beenden"),
}
LANGUAGES = ("en", "es", "de")


def word(id: str, language: str, **values: str | int) -> str:
    """The screens' word for `id`. An unknown language speaks English."""
    column = LANGUAGES.index(language) if language in LANGUAGES else 0
    text = _WORDS[id][column]
    return counted(text, values).format(**values) if values else text
