"""`cleaner review`: who has the token is answered and nobody else; the terminal has the keys of the page."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from conftest import Cleaner
from drawing import HOSTILE

from cleaner.reports.reading import BadPage, Seen, findings, opened
from cleaner.serving import Server, kept
from cleaner.terminal import Reading, printable

TEXT = "无锡市政府工作报告\n\n我们要建建设美好无锡,推动项目项目落地。\n\n超100亿元以上的项目。\n"


@pytest.fixture
def report(cleaner: Cleaner, tmp_path: Path) -> Path:
    (tmp_path / "a.txt").write_text(TEXT, "utf-8")
    assert cleaner("clean", "a.txt", "-o", "out").code == 0
    return tmp_path / "out.report"


@pytest.fixture
def server(report: Path) -> Iterator[Server]:
    serving = Server(report / "index.html", report / "decisions.json")
    thread = Thread(target=serving.serve_forever, daemon=True)
    thread.start()
    yield serving
    serving.shutdown()
    serving.server_close()
    thread.join()


def asked(server: Server, method: str, path: str, body: str | None = None, **headers: str) -> tuple[int, bytes, dict[str, str]]:
    connection = HTTPConnection("127.0.0.1", server.server_port, timeout=10)
    sent = {"Host": f"127.0.0.1:{server.server_port}"} | {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request(method, path, body.encode() if body is not None else None, sent)
    answer = connection.getresponse()
    found = answer.status, answer.read(), dict(answer.getheaders())
    connection.close()
    return found


def given(report: Path, decision: str = "accept") -> dict[str, Any]:
    _, head, documents = opened(report)
    row = next(findings(documents)).row
    decided = {key: row[key] for key in ("id", "path", "row", "code", "fingerprint", "start", "end", "edits", "twin")}
    return {
        "decisions": 1,
        "run": head["run"],
        "report": head["report"],
        "files": [{"path": row["path"], "row": None, "sha256": documents[0]["h"]}],
        "decided": [decided | {"decision": decision, "note": "因为"}],
    }


def test_only_this_machine_is_listened_to(server: Server) -> None:
    assert server.server_address[0] == "127.0.0.1"


def test_the_page_is_for_who_has_the_token(server: Server, report: Path) -> None:
    status, body, headers = asked(server, "GET", f"/?token={server.token}")
    assert status == 200
    assert b"connect-src 'self'" in body
    assert b"connect-src 'none'" in (report / "index.html").read_bytes()
    assert body.replace(b"connect-src 'self'", b"connect-src 'none'", 1) == (report / "index.html").read_bytes()
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Frame-Options"] == "DENY"
    for path in ("/", "/?token=", "/?token=guess", f"/?token={server.token}x", "/index.html", "/undo.jsonl", "/../a.txt", "/decisions"):
        status, body, _ = asked(server, "GET", path)
        assert status == 403, path
        assert b"\xe5\xbb\xba" not in body


def test_another_host_or_origin_is_refused(server: Server, report: Path) -> None:
    path, token = f"/?token={server.token}", server.token
    port = server.server_port
    assert asked(server, "GET", path, Host=f"evil.example:{port}")[0] == 421
    assert asked(server, "GET", path, Host="127.0.0.1")[0] == 421
    assert asked(server, "GET", path, Host=f"localhost:{port}")[0] == 200
    body = json.dumps(given(report))
    right = {"X_Cleaner_Token": token, "Content_Type": "application/json"}
    assert asked(server, "POST", "/decisions", body, **right, Origin="https://evil.example")[0] == 403
    assert asked(server, "POST", "/decisions", body, **right, Origin="null")[0] == 403
    assert not (report / "decisions.json").exists()
    assert asked(server, "POST", "/decisions", body, **right, Origin=f"http://127.0.0.1:{port}")[0] == 200
    assert (report / "decisions.json").exists()


def test_decisions_are_written_and_given_back(server: Server, report: Path) -> None:
    right = {"X_Cleaner_Token": server.token, "Content_Type": "application/json"}
    assert asked(server, "POST", "/decisions", json.dumps(given(report)), **right)[0] == 200
    status, body, _ = asked(server, "GET", "/decisions", X_Cleaner_Token=server.token)
    assert status == 200
    name = given(report)["decided"][0]["id"]
    assert json.loads(body) == {"decisions": {name: "accept"}, "notes": {name: "因为"}}
    assert kept(report / "decisions.json") == json.loads(body)


def test_what_are_no_decisions_is_not_written(server: Server, report: Path) -> None:
    right = {"X_Cleaner_Token": server.token, "Content_Type": "application/json"}
    wrong = given(report) | {"decisions": 9}
    for body in ("", "nonsense", "[]", "{}", json.dumps(wrong), json.dumps(given(report, "perhaps"))):
        assert asked(server, "POST", "/decisions", body, **right)[0] == 400
    body = json.dumps(given(report))
    assert asked(server, "POST", "/decisions", body, X_Cleaner_Token=server.token, Content_Type="text/plain")[0] == 400
    assert asked(server, "POST", "/decisions", body, Content_Type="application/json")[0] == 403
    assert asked(server, "POST", "/decisions", body, X_Cleaner_Token="guess", Content_Type="application/json")[0] == 403
    assert asked(server, "POST", f"/?token={server.token}", body, **right)[0] == 403
    assert not (report / "decisions.json").exists()


@pytest.mark.parametrize("content", ["", "<html></html>", '<script type="application/json" id="head">{</script>'])
def test_what_is_no_page_is_refused(cleaner: Cleaner, tmp_path: Path, content: str) -> None:
    (tmp_path / "page.html").write_text(content, "utf-8")
    with pytest.raises(BadPage):
        opened(tmp_path / "page.html")
    assert cleaner("review", "page.html", "--terminal").code == 2
    assert cleaner("review", "nowhere").code == 2


# --- in the terminal ---


def reading(report: Path, keys: str, words: tuple[str, ...] = ()) -> tuple[Reading, list[str], int]:
    seen: list[Seen] = list(findings(opened(report)[2]))
    shown: list[str] = []
    saved: list[int] = []
    waiting = iter(words)
    one = Reading(seen, {}, "en", lambda: saved.append(1))
    one.read(iter(keys), lambda _: next(waiting), shown.append)
    return one, shown, len(saved)


def test_keys_walk_and_decide(report: Path) -> None:
    one, shown, saved = reading(report, "jkaxrlq")
    names = [seen.row["id"] for seen in one.findings]
    assert one.decided == {names[0]: "accept", names[1]: "reject", names[2]: "later"}
    assert saved == 3
    assert len(shown) == 6  # the first, and one for each key that means something
    assert one.at == 3


def test_the_last_step_is_taken_back_and_a_decision_opened_again(report: Path) -> None:
    one, _, _ = reading(report, "au")
    assert (one.decided, one.at) == ({}, 0)
    one, _, _ = reading(report, "aka")
    assert (one.decided, one.at) == ({}, 0)
    assert "nothing to take back" in reading(report, "u")[1][-1]


def test_open_ones_are_found_and_texts_sought(report: Path) -> None:
    one, _, _ = reading(report, "jagn")
    assert one.at == 2
    one, _, _ = reading(report, "/", ("typ707",))
    assert one.findings[one.at].row["code"] == "TYP707"
    assert "Nothing matches" in reading(report, "/", ("没有的字",))[1][-1]


def test_changes_are_drawn(report: Path) -> None:
    one, shown, _ = reading(report, "")
    assert any(f"[-{mark}-]" in shown[0] for mark in ("建", ",")) or "{+" in shown[0]
    for at in range(len(one.findings)):
        one.at = at
        assert one.findings[at].row["code"] in one.shown()


@pytest.mark.parametrize("hostile", HOSTILE)
def test_nothing_reaches_the_terminal_but_what_is_printed(hostile: str) -> None:
    assert all(char.isprintable() or char == "　" for char in printable(f"甲{hostile}乙"))


def test_a_review_in_the_terminal_can_be_applied(cleaner: Cleaner, report: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [json.loads(line) for line in (report / "findings.jsonl").read_text("utf-8").splitlines()]
    keys = "".join("r" if row["code"] == "TYP701" else "a" for row in rows)
    monkeypatch.setattr(sys, "stdin", io.StringIO(keys + "q"))
    ran = cleaner("review", "out.report", "--terminal")
    assert ran.code == 0, ran.err
    assert "cleaner apply" in ran.err
    ran = cleaner("apply", "out.report/decisions.json")
    assert ran.code == 0, ran.err
    assert "建建设美好无锡，推动项目落地" in (tmp_path / "out" / "a.txt").read_text("utf-8")
    # and taken up again
    monkeypatch.setattr(sys, "stdin", io.StringIO("q"))
    assert f"{len(rows)} of {len(rows)} decided" in cleaner("review", "out.report", "--terminal").out
