"""Every rule on one screen, in the order of their codes."""

from __future__ import annotations

from cleaner.rules import loops, repeats
from cleaner.rules.rule import Rule, declared

RULES: tuple[Rule, ...] = tuple(
    declared(sees)
    for sees in (
        repeats.repeated_paragraph,
        repeats.repeated_block,
        repeats.contained_paragraph,
        repeats.echoed_heading,
        repeats.repeated_elsewhere,
        repeats.duplicate_document,
        loops.looped_text,
        loops.lost_behind_loop,
    )
)
