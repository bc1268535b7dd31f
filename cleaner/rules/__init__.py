"""Every rule on one screen, in the order of their codes."""

from __future__ import annotations

from cleaner.rules import (
    across,
    amounts,
    dashes,
    encoding,
    escapes,
    gaps,
    layout,
    loops,
    margins,
    pairs,
    paragraphs,
    punctuation,
    repeats,
    script,
    typos,
)
from cleaner.rules.rule import Rule, declared

RULES: tuple[Rule, ...] = tuple(
    declared(sees)
    for sees in (
        encoding.undecodable_bytes,
        encoding.invisible_character,
        encoding.look_alike_character,
        escapes.literal_escape,
        encoding.mojibake,
        encoding.control_character,
        encoding.lost_text,
        punctuation.half_width_mark,
        punctuation.full_width_alphanumeric,
        punctuation.doubled_mark,
        pairs.unpaired_mark,
        gaps.spaced_characters,
        pairs.straight_quote,
        punctuation.document_number_bracket,
        dashes.makeshift_dash,
        script.traditional_character,
        script.other_script,
        script.careless_conversion,
        layout.page_furniture,
        paragraphs.broken_paragraph,
        layout.surplus_blank_lines,
        layout.trailing_space,
        layout.page_metadata,
        paragraphs.wrapped_lines,
        paragraphs.run_together,
        margins.returning_line,
        layout.mixed_indent,
        repeats.repeated_paragraph,
        repeats.repeated_block,
        repeats.contained_paragraph,
        repeats.echoed_heading,
        across.repeated_elsewhere,
        across.duplicate_document,
        repeats.nearly_repeated_paragraph,
        repeats.template_pair,
        repeats.repeated_passage,
        across.nearly_repeated_elsewhere,
        across.similar_document,
        across.boilerplate,
        loops.looped_text,
        loops.drifting_loop,
        loops.lost_behind_loop,
        typos.doubled_character,
        typos.doubled_word,
        typos.misprinted_character,
        typos.lost_character,
        typos.added_character,
        typos.swapped_characters,
        amounts.redundant_bound,
        amounts.misread_figure,
    )
)


_OF = {rule.code: rule for rule in RULES}


def rule_of(code: str) -> Rule:
    """The rule that has a code.

    Raises KeyError."""
    return _OF[code]
