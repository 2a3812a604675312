"""A gateway with nothing in it but its health, started by the supervisor as the real one is."""

import http.server
import os
import signal
import threading


class Health(http.server.BaseHTTPRequestHandler):
    """Says that it serves, and nothing else."""

    def do_GET(self) -> None:
        self.send_response(200 if self.path == "/healthz" else 404)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_request(self, code: object = "-", size: object = "-") -> None:
        """Its log stays empty."""


def main() -> None:
    host, _, port = os.environ["ILGAM_LISTEN"].rpartition(":")
    server = http.server.ThreadingHTTPServer((host, int(port)), Health)
    # Shutting down waits for the loop that this thread runs.
    signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown).start())
    server.serve_forever()


if __name__ == "__main__":
    main()
