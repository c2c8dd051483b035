"""What was asked stands in no log, nor who asked it with what token."""

from __future__ import annotations

import socket
from urllib.parse import urlsplit

from tests.live.client import PATIENCE
from tests.live.server import Server

SECRET = "a-phone-number"
HANDSHAKE = (
    f"GET /graphql?token={SECRET} HTTP/1.1\r\nhost: a\r\nconnection: upgrade\r\n"
    "upgrade: websocket\r\nsec-websocket-version: 13\r\n"
    "sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
    "sec-websocket-protocol: graphql-transport-ws\r\n\r\n"
)


def said(server: Server, about: str) -> list[str]:
    return [line for line in server.log.read_text().split("\n") if about in line]


def test_a_request_is_logged_without_its_text(server: Server) -> None:
    before = len(said(server, '"GET /graphql HTTP/1.1" 200'))
    asked = f'/graphql?query={{member(by:{{handle:"{SECRET}"}}){{id}}}}&variables={{}}'
    assert server.get(asked).json() == {"data": {"member": None}}
    assert len(said(server, '"GET /graphql HTTP/1.1" 200')) == before + 1
    assert not said(server, SECRET)


def test_a_socket_is_logged_without_its_query(server: Server) -> None:
    before = len(said(server, '"WebSocket /graphql" [accepted]'))
    split = urlsplit(server.url)
    with socket.create_connection((split.hostname, split.port), timeout=PATIENCE) as line:
        line.sendall(HANDSHAKE.encode())
        assert line.recv(4096).startswith(b"HTTP/1.1 101")
    assert len(said(server, '"WebSocket /graphql" [accepted]')) == before + 1
    assert not said(server, SECRET)
