"""A reader of WebSocket messages, as plain as the protocol allows."""
import base64
import json
import os
import socket
import struct
import urllib.parse


class WebSocket:
    """As much of RFC 6455 as a reader of the stream needs."""

    def __init__(self, url, target, token=None):
        host, port = urllib.parse.urlsplit(url).netloc.split(":")
        self.socket = socket.create_connection((host, int(port)), timeout=20)
        lines = [f"GET {target} HTTP/1.1", f"Host: {host}", "Upgrade: websocket",
                 "Connection: Upgrade", "Sec-WebSocket-Version: 13",
                 "Sec-WebSocket-Key: " + base64.b64encode(os.urandom(16)).decode()]
        if token:
            lines.append("Authorization: Bearer " + token)
        self.socket.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
        self.buffer = b""
        while b"\r\n\r\n" not in self.buffer:
            self.buffer += self.socket.recv(4096)
        head, self.buffer = self.buffer.split(b"\r\n\r\n", 1)
        self.status = int(head.split(b" ")[1])

    def take(self, size):
        while len(self.buffer) < size:
            more = self.socket.recv(65536)
            if not more:
                raise EOFError
            self.buffer += more
        out, self.buffer = self.buffer[:size], self.buffer[size:]
        return out

    def message(self):
        while True:
            first, length = self.take(2)
            if length == 126:
                length, = struct.unpack(">H", self.take(2))
            elif length == 127:
                length, = struct.unpack(">Q", self.take(8))
            payload = self.take(length)
            if first & 15 == 1:
                return json.loads(payload)

    def close(self):
        self.socket.close()
