"""The blocks that stand between markers in pages written by hand: <!-- generated: name --> ... <!-- end -->."""

from __future__ import annotations

import ast
import csv
from collections.abc import Callable, Iterator, Mapping
from difflib import ndiff
from pathlib import Path
from typing import NamedTuple

from cleaner import Cleaner
from cleaner.messages import title
from cleaner.model import Grade
from cleaner.rules import RULES
from cleaner.rules.rule import Rule
from cleaner.settings import Settings
from docs.markdown import fenced, shown, table

HOUSE = Path(__file__).parent.parent


class Family(NamedTuple):
    """A family of rules. examples: the rules whose first example is shown."""

    english: str
    chinese: str
    examples: tuple[str, ...]


FAMILIES: Mapping[str, Family] = {
    "ENC": Family(
        "bytes that do not decode, mojibake, invisible characters, look-alike code points (⼈ for 人), literal escapes (`&nbsp;`)",
        "解不开的字节、乱码、看不见的字符、形似而码不同的字（⼈／人）、残留的转义（`&nbsp;`）",
        ("ENC102", "ENC104", "ENC105"),
    ),
    "PUN": Family(
        "half-width marks in Chinese, full-width letters and figures, doubled and unpaired marks, spaces between Chinese characters",
        "中文里的半角标点、全角字母和数字、重叠的标点、不成对的引号和括号、汉字之间的空格",
        ("PUN201", "PUN203", "PUN205"),
    ),
    "SCR": Family("traditional characters in simplified text", "简体文本里夹着的繁体字", ("SCR301",)),
    "LAY": Family(
        "furniture of newspaper and web pages, paragraphs broken by a page or line end, surplus blank lines, trailing spaces",
        "报纸版面和网页的杂项（上接第1版、打印、字号）、被换页换行截断的段落、多余的空行、行尾空格",
        ("LAY401", "LAY402"),
    ),
    "REP": Family(
        "repeated paragraphs and blocks in one document, paragraphs and whole documents that stand in another one",
        "同一文件里重复的段落和整块内容；跨文件重复的段落和整篇重复的文件",
        ("REP501",),
    ),
    "LOOP": Family("a stretch that repeats itself, text lost behind a loop", "一段话循环出现，以及循环之后丢失的文字", ("LOOP601",)),
    "TYP": Family(
        "doubled characters and words, misprinted set phrases, a bound given twice",
        "多打的字和词、固定提法里的错字、重复的界限（超……以上）",
        ("TYP701", "TYP702", "TYP703", "TYP707"),
    ),
}


def family(rule: Rule) -> str:
    """The letters of a rule's code."""
    return rule.code.rstrip("0123456789")


def families(lang: str) -> str:
    """A row a family: what it finds, and how many of its rules mend unasked, when asked, and only tell."""
    head = {
        "en": ("Family", "Finds", "Safe", "Unsafe", "Told"),
        "zh": ("类别", "查什么", "安全修改", "需确认的修改", "只提示"),
    }[lang]
    rows = []
    for letters, entry in FAMILIES.items():
        grades = [rule.grade for rule in RULES if family(rule) == letters]
        counts = [grades.count(grade) or "" for grade in (Grade.SAFE, Grade.UNSAFE, Grade.NONE)]
        rows.append([f"[{letters}](docs/rules.md#{letters.lower()})", entry.chinese if lang == "zh" else entry.english, *counts])
    return table(head, rows, right=(2, 3, 4))


def examples(lang: str) -> str:
    """For each family what the cleaner makes of its examples: it is run here, with all rules."""
    by_code = {rule.code: rule for rule in RULES}
    parts = []
    for letters, entry in FAMILIES.items():
        parts.append(f"**{letters}**\n\n" + "\n".join(_example(by_code[code], lang) for code in entry.examples))
    return "\n".join(parts)


def _example(rule: Rule, lang: str) -> str:
    faulty, cleaned = rule.bad[0]
    fix = _FIX[lang][rule.grade if cleaned is not None else Grade.NONE]
    after = Cleaner(Settings(ignore=_others(rule))).clean(faulty, unsafe_fixes=True).settled
    head = _HEAD[lang].format(title(rule.code, lang), rule.code, anchor(rule), fix)
    return f"{head}\n\n" + fenced(_changes(faulty, after), "diff")


_HEAD = {"en": "{} ([{}](docs/rules.md#{}), {})", "zh": "{}（[{}](docs/rules.md#{})，{}）"}
_FIX = {
    "en": {Grade.SAFE: "safe", Grade.UNSAFE: "unsafe", Grade.NONE: "told"},
    "zh": {Grade.SAFE: "安全修改", Grade.UNSAFE: "需确认", Grade.NONE: "只提示"},
}


def _others(rule: Rule) -> tuple[str, ...]:
    """The rules about a document's layout have a say in their own examples only."""
    return () if family(rule) == "LAY" else ("LAY",)


def _changes(before: str, after: str) -> Iterator[str]:
    """Lines as a diff shows them; ! a line that is only told."""
    if before == after:
        yield from (f"! {shown(line)}" for line in before.split("\n"))
        return
    for line in ndiff(before.split("\n"), after.split("\n")):
        if not line.startswith("?"):
            yield (line[:2] + shown(line[2:])).rstrip()


def anchor(rule: Rule) -> str:
    """Where docs/rules.md speaks of it."""
    return f"{rule.code.lower()}-{rule.name}"


def figures(lang: str) -> str:
    """The tables of docs/figures.csv: faults planted, text that must stay, false alarms, sentences lost."""
    with open(HOUSE / "docs/figures.csv", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    column = "chinese" if lang == "zh" else "english"
    parts = []
    for name, heads in _FIGURES[lang].items():
        lines = []
        for row in rows:
            if row["table"] == name:
                shares = [_share(row[key], name) for key in ("told", "safe", "all") if row[key]]
                lines.append([row[column], *([f"{int(row['number']):,}"] if name in ("fault", "stay") else []), *shares])
        parts.append(table(heads, lines, right=range(1, len(heads))))
    return "\n".join(parts)


def _share(value: str, name: str) -> str:
    return f"{float(value):.0%}".replace("%", " %") if name in ("fault", "stay") else f"{float(value):.1f}"


_FIGURES = {
    "en": {
        "fault": ("Planted", "Number", "Reported", "Mended, safe fixes", "Mended, all fixes"),
        "stay": ("Looks wrong and is right", "Number", "Left alone"),
        "alarm": ("False alarms on clean text", "In 100,000 characters"),
        "lost": ("Right sentences lost in clean text", "In 100,000 characters"),
    },
    "zh": {
        "fault": ("植入的差错", "数量", "查出", "安全修改后改正", "全部修改后改正"),
        "stay": ("看似有错、其实正确", "数量", "未被改动"),
        "alarm": ("干净文本里的误报", "每10万字"),
        "lost": ("干净文本里误删的句子", "每10万字"),
    },
}


def floors(lang: str) -> str:
    """The floors of the house, as tests/test_imports.py holds them: what stands above may import what stands below."""
    tree = ast.parse((HOUSE / "tests/test_imports.py").read_text("utf-8"))
    values = [
        node.value
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and node.targets[0].id == "FLOORS"
    ]
    rooms = ast.literal_eval(values[0])
    return fenced(("   ".join(sorted(floor)) for floor in reversed(rooms)), "text")


def modules(lang: str) -> str:
    """Each module, with the first sentence of its docstring."""
    lines = []
    for path in sorted((HOUSE / "cleaner").rglob("*.py"), key=lambda p: (p.parent != HOUSE / "cleaner", p)):
        said = ast.get_docstring(ast.parse(path.read_text("utf-8")))
        if said:
            name = path.relative_to(HOUSE / "cleaner").as_posix()
            lines.append([f"`{name}`", _sentence(said)])
    return table(("Module", "What it is"), lines)


def _sentence(docstring: str) -> str:
    first = docstring.split("\n\n")[0].replace("\n", " ").split(". ")[0].rstrip(".:")
    return first.replace("<", "&lt;")


BLOCKS: Mapping[str, Callable[[str], str]] = {
    "families": families,
    "examples": examples,
    "figures": figures,
    "floors": floors,
    "modules": modules,
}
