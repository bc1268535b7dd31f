"""`cleaner review`: a report's page, served to one reader on this machine, which writes decisions.json itself.

Only 127.0.0.1 is listened on, and only who has the token in the address is answered. Another page that the reader's browser
has open does not know it, and cannot send the header that carries it; a name that was turned to 127.0.0.1 is not our host.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from cleaner.decisions import BadDecisions, parsed, read, write

MOST = 64 << 20  # bytes of decisions
BESIDE = {"/report.css": "text/css", "/report.js": "text/javascript", "/early.js": "text/javascript"}
CLOSED, OPEN = "connect-src 'none'", "connect-src 'self'"


class Server(ThreadingHTTPServer):
    """Serves a page, and keeps decisions beside it. port 0: any that is free."""

    daemon_threads = True

    def __init__(self, page: Path, decisions: Path, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.page = page
        self.decisions = decisions
        self.token = secrets.token_urlsafe(24)

    @property
    def hosts(self) -> tuple[str, ...]:
        """What a browser of this machine calls us."""
        return f"127.0.0.1:{self.server_port}", f"localhost:{self.server_port}"

    @property
    def address(self) -> str:
        """Where the page is, with the token."""
        return f"http://{self.hosts[0]}/?token={self.token}"


def kept(path: Path) -> dict[str, Any]:
    """What was decided so far, in the form the page keeps it. Raises BadDecisions."""
    if not path.exists():
        return {"decisions": {}, "notes": {}}
    given = read(path)
    notes = {one.id: one.note for one in given.decided if one.note}
    return {"decisions": {one.id: one.decision for one in given.decided}, "notes": notes}


class _Handler(BaseHTTPRequestHandler):
    server: Server
    protocol_version = "HTTP/1.1"
    server_version = "cleaner"
    sys_version = ""

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        if not self.ours():
            return
        if url.path in BESIDE:
            self.file(self.server.page.with_name(url.path[1:]), BESIDE[url.path])
        elif url.path == "/" and self.known(parse_qs(url.query).get("token", [""])[0]):
            html = self.server.page.read_text("utf-8").replace(CLOSED, OPEN, 1)
            self.answer(HTTPStatus.OK, html.encode(), "text/html; charset=utf-8")
        elif url.path == "/decisions" and self.known(self.headers.get("X-Cleaner-Token", "")):
            try:
                self.json(HTTPStatus.OK, kept(self.server.decisions))
            except BadDecisions as error:
                self.json(HTTPStatus.CONFLICT, {"error": str(error)})
        else:
            self.json(HTTPStatus.FORBIDDEN, {"error": "the address is not the one that cleaner review has given"})

    def do_POST(self) -> None:
        if not self.ours():
            return
        size = int(self.headers.get("Content-Length") or 0) if (self.headers.get("Content-Length") or "0").isdigit() else MOST + 1
        if self.path != "/decisions" or not self.known(self.headers.get("X-Cleaner-Token", "")):
            self.refused(HTTPStatus.FORBIDDEN, "no token")
        elif self.headers.get_content_type() != "application/json" or size > MOST:
            self.refused(HTTPStatus.BAD_REQUEST, "json, and not too much of it")
        else:
            try:
                given = json.loads(self.rfile.read(size))
                parsed(given)
                write(self.server.decisions, given)
            except (ValueError, KeyError, TypeError, AttributeError, OSError) as error:
                self.json(HTTPStatus.BAD_REQUEST, {"error": str(error)})
            else:
                self.json(HTTPStatus.OK, {"written": str(self.server.decisions)})

    def ours(self) -> bool:
        """Was it sent to us by our own page, or by a reader who typed the address?"""
        origin = self.headers.get("Origin")
        if self.headers.get("Host") not in self.server.hosts:
            self.refused(HTTPStatus.MISDIRECTED_REQUEST, "another host")
        elif origin is not None and origin not in [f"http://{host}" for host in self.server.hosts]:
            self.refused(HTTPStatus.FORBIDDEN, "another origin")
        else:
            return True
        return False

    def known(self, token: str) -> bool:
        """Is it the token?"""
        return secrets.compare_digest(token.encode("utf-8", "surrogateescape"), self.server.token.encode())

    def file(self, path: Path, kind: str) -> None:
        """What stands beside a page whose style and script are apart; it holds nothing of the corpus."""
        if path.is_file():
            self.answer(HTTPStatus.OK, path.read_bytes(), kind + "; charset=utf-8")
        else:
            self.json(HTTPStatus.NOT_FOUND, {"error": "no such file"})

    def refused(self, status: HTTPStatus, reason: str) -> None:
        """An answer to a request whose body is not read."""
        self.close_connection = True
        self.json(status, {"error": reason})

    def json(self, status: HTTPStatus, value: Mapping[str, Any]) -> None:
        """An answer as json."""
        self.answer(status, json.dumps(value).encode(), "application/json")

    def answer(self, status: HTTPStatus, body: bytes, kind: str) -> None:
        """An answer that no other page may use."""
        self.send_response(status)
        for name, value in (
            ("Content-Type", kind),
            ("Content-Length", str(len(body))),
            ("Cache-Control", "no-store"),
            ("X-Content-Type-Options", "nosniff"),
            ("X-Frame-Options", "DENY"),
            ("Referrer-Policy", "no-referrer"),
            ("Cross-Origin-Resource-Policy", "same-origin"),
            ("Cross-Origin-Opener-Policy", "same-origin"),
        ):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: object) -> None:
        """Say nothing: the terminal is the reader's."""
