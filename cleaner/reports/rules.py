"""What each rule finds: for `cleaner rules` and for the docs."""

from __future__ import annotations

from cleaner.messages import tell, title
from cleaner.model import Grade
from cleaner.reports.data import GRADES
from cleaner.rules import RULES
from cleaner.rules.rule import Rule

_TOLD = {Grade.SAFE: "safe fix", Grade.UNSAFE: "unsafe fix", Grade.NONE: "only told"}


def listed(lang: str) -> str:
    """A line a rule."""
    width = max(len(rule.name) for rule in RULES)
    return "".join(f"{rule.code:8} {rule.name:{width}}  {GRADES[rule.grade]:6}  {title(rule.code, lang)}\n" for rule in RULES)


def explained(rule: Rule, lang: str) -> str:
    """A rule with its reasons, options and examples."""
    lines = [f"{rule.code} {rule.name} ({tell(_TOLD[rule.grade], lang)}, {rule.level.name.lower()})", "", title(rule.code, lang)]
    if rule.explanation:
        lines += ["", rule.explanation]
    if rule.options:
        lines += ["", tell("Options:", lang), *(f"  {name} = {default!r}" for name, default in rule.options.items())]
    lines += ["", tell("Faulty:", lang)]
    for text, cleaned in rule.bad:
        lines += [f"  {_shown(text)}", f"    → {_shown(cleaned)}" if cleaned is not None else f"    ({tell('only told', lang)})"]
    lines += ["", tell("Right:", lang), *(f"  {_shown(text)}" for text in rule.good)]
    return "\n".join(lines) + "\n"


def _shown(text: str) -> str:
    return text.replace("\r", "␍").replace("\n", "⏎").replace("\f", " ‖ ")
