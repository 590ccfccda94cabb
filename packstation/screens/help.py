"""What can I do here: the instruction, what can be scanned, every key and command, the nine signs (`*HELP`). Pure."""

from __future__ import annotations

from collections.abc import Sequence

from packstation.screens.band import key_name
from packstation.screens.drawing import Line, Paper, cue_word, filled
from packstation.screens.pages import heading_lines, text_lines
from packstation.screens.words import word
from packstation.workflows.prompt import Cue, Key, Prompt


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
        if paper.width >= 60:
            lines += text_lines(f"{names:<24} {key.label}", paper)
        else:
            lines += text_lines(f"{names}: {key.label}", paper)
    lines += heading_lines(word("help_cues", language), paper)
    for cue in Cue:
        lines.append(filled([(f" {cue_word(cue, paper)} ", f"{cue.value}.head")], paper.width, "base"))
    return lines
