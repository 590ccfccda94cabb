"""What can I do here: the instruction, what can be scanned, every key and command, the nine signs (`*HELP`). Pure."""

from __future__ import annotations

from collections.abc import Sequence

from packstation.screens.band import key_name
from packstation.screens.drawing import Line, Paper, cue_word, filled
from packstation.screens.pages import heading_lines, text_lines
from packstation.screens.words import word
from packstation.station.language import table_of
from packstation.workflows.prompt import Cue, Key, Prompt, Say
from packstation.workflows.texts import ENGLISH, words


def help_lines(prompt: Prompt, extra_keys: Sequence[Key], scannable: Sequence[str], paper: Paper) -> list[Line]:
    language = paper.language
    lines = text_lines(prompt.instruction, paper, "row.begun")
    if scannable:
        lines += heading_lines(word("help_scan", language), paper)
        for text in scannable:
            lines += text_lines(text, paper)
    lines += heading_lines(word("help_keys", language), paper)
    for number, text in prompt.choices:
        lines += text_lines(f"{number}  {text}", paper)
    for key in (*prompt.keys, *extra_keys):
        names = " ".join(part for part in (key_name(key), key.command) if part)
        told = does(key, language)
        if paper.width >= 60:
            lines += text_lines(f"{names:<16} {f'{key.label}: {told}' if told else key.label}", paper)
        else:
            lines += text_lines(f"{names}: {key.label}", paper)
            if told and not paper.nano:
                lines += text_lines(told, paper, "dim", indent=3)
    lines += heading_lines(word("help_cues", language), paper)
    for cue in Cue:
        lines.append(filled([(f" {cue_word(cue, paper)} ", f"{cue.value}.head")], paper.width, "base"))
    return lines


def does(key: Key, language: str) -> str:
    """The line of the command sheet on what the command does; "" for an app's own key."""
    id = f"help_{key.command[1:].lower()}"
    return words(Say(id), table_of(language)) if id in ENGLISH else ""
