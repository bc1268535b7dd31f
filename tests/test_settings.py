"""Settings: the nearest file counts; what is not understood is an error that names the file, the key and a suggestion."""

from __future__ import annotations

from pathlib import Path

import pytest

from cleaner.settings import Allow, BadSettings, Settings, codes, find, load, narrowed

WHOLE = """
select = ["TYP", "rep501"]
ignore = ["TYP707"]
exclude = ["old/"]
[per-file-ignores]
"*.md" = ["LAY"]
[rules.LOOP601]
certain = 20
[rules.TYP701]
allowing = ["each", "name"]
[[allow]]
text = "作用域"
rule = "TYP"
path = "it/*"
reason = "a term"
"""


def test_a_whole_file(tmp_path: Path) -> None:
    (tmp_path / "cleaner.toml").write_text(WHOLE, "utf-8")
    found = find(tmp_path / "deep" / "below")
    assert found == Settings(
        select=("TYP", "REP501"),
        ignore=("TYP707",),
        exclude=("old/",),
        per_file_ignores=(("*.md", ("LAY",)),),
        rules=(("LOOP601", (("certain", 20),)), ("TYP701", (("allowing", ("each", "name")),))),
        allow=(Allow("作用域", "TYP", "it/*", "a term"),),
        file=str(tmp_path / "cleaner.toml"),
    )
    assert found.wants("TYP701")
    assert not found.wants("TYP707")
    assert not found.wants("PUN201")
    assert found.ignores("docs/a.md", "LAY401")
    assert not found.ignores("docs/a.txt", "LAY401")
    assert found.options("LOOP601") == {"certain": 20}
    assert found.allows("it/a.txt", "TYP701", "作用域", 0, 3)
    assert not found.allows("law/a.txt", "TYP701", "作用域", 0, 3)


def test_the_nearest_counts_and_is_not_merged(tmp_path: Path) -> None:
    (tmp_path / "cleaner.toml").write_text('ignore = ["TYP"]', "utf-8")
    (tmp_path / "near").mkdir()
    (tmp_path / "near" / "pyproject.toml").write_text('[tool.cleaner]\nselect = ["PUN"]', "utf-8")
    assert find(tmp_path / "near").select == ("PUN",)
    assert find(tmp_path / "near").ignore == ()
    (tmp_path / "near" / "pyproject.toml").write_text("[tool.other]", "utf-8")
    assert find(tmp_path / "near").ignore == ("TYP",)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('selct = ["TYP"]', "unknown key 'selct'; did you mean 'select'?"),
        ('select = ["TPY"]', "no rule has the code 'TPY'; did you mean 'TYP"),
        ('select = "TYP"', "select must be a list of strings"),
        ("[rules.LOOP601]\ncertian = 3", "unknown option 'certian'; did you mean 'certain'?"),
        ("[rules.LOOP601]\ncertain = 'x'", "must be like its default, 20"),
        ("[rules.LOOP999]\ncertain = 1", "no rule has the code 'LOOP999'"),
        ("[[allow]]\nrule = 'TYP'", "needs the text"),
        ("[[allow]]\ntext = 'x'\nreson = 'y'", "did you mean 'reason'?"),
        ("select = [", "cleaner.toml"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "cleaner.toml").write_text(text, "utf-8")
    with pytest.raises(BadSettings) as error:
        find(tmp_path)
    assert message in str(error.value)
    assert "cleaner.toml" in str(error.value)


def test_a_named_file_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(BadSettings, match=r"none\.toml"):
        load(tmp_path / "none.toml")


def test_codes_of_the_command_line() -> None:
    assert codes("typ, LOOP601") == ("TYP", "LOOP601")
    with pytest.raises(BadSettings, match="LOOP602X"):
        codes("LOOP602x")
    assert narrowed(Settings(select=("PUN",), ignore=("ENC",)), ("TYP",), ("TYP707",)) == Settings(
        select=("TYP",), ignore=("ENC", "TYP707")
    )
