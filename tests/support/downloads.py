"""A server on this machine that gives one file, and breaks off where it is told to."""

from __future__ import annotations

import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import TracebackType


class Server:
    """Serves `content` under `url`.

    Args:
        content: of the file.
        cuts: after how many bytes each of the first connections breaks off.
        ranges: whether it can begin in the middle.
        codes: status codes that the first connections are answered with instead.
    """

    def __init__(
        self, content: bytes, cuts: Sequence[int] = (), *, ranges: bool = True, codes: Sequence[int] = ()
    ) -> None:
        self.content = content
        self.cuts = list(cuts)
        self.codes = list(codes)
        self.ranges = ranges
        self.asked: list[str] = []
        """The Range header of every connection, "" where it had none."""
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.01,), daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._http.server_address[1]}/model.pth"

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                server.answer(self)

            def log_message(self, *_: object) -> None:
                return

        return Handler

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        asked = request.headers.get("Range", "")
        self.asked.append(asked)
        if self.codes:
            request.send_error(self.codes.pop(0))
            return
        found = re.fullmatch(r"bytes=(\d+)-", asked) if self.ranges else None
        start = int(found[1]) if found else 0
        if found and start >= len(self.content):
            request.send_error(416)
            return
        body = self.content[start:]
        request.send_response(206 if found else 200)
        if found:
            request.send_header("Content-Range", f"bytes {start}-{len(self.content) - 1}/{len(self.content)}")
        request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        try:
            request.wfile.write(body[: self.cuts.pop(0)] if self.cuts else body)
        except ConnectionError:  # who asked has what it wanted, or was cancelled
            return

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()
