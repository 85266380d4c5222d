"""The provider of the examples in Python and JavaScript: orders over HTTP, and their events."""

import argparse
import itertools
import json
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PRICES = {"ABC-1": 250, "XYZ-9": 1990}


class Orders:
    """What is ordered."""

    def __init__(self):
        self.lock = threading.Lock()
        self.numbers = itertools.count(1)
        self.by_id = {}

    def place(self, lines, order=None):
        """Adds an order and gives its number."""
        with self.lock:
            order = order or f"A-{next(self.numbers)}"
            self.by_id[order] = {"id": order, "lines": lines}
            return order

    def find(self, order):
        """The order, or None."""
        with self.lock:
            return self.by_id.get(order)

    def forget(self, order):
        """Removes an order, if it is there."""
        with self.lock:
            self.by_id.pop(order, None)


def order_shipped(order):
    """The event that is sent when an order leaves the house."""
    return {"order": {"id": order["id"], "lines": len(order["lines"])}}


def price(question):
    """The answer to a question for a price."""
    return {"cents": PRICES.get(question["sku"], 0)}


class Handler(BaseHTTPRequestHandler):
    """Answers one request."""

    protocol_version = "HTTP/1.1"
    orders = Orders()
    contract_testing = None

    def do_GET(self):
        if self.path == "/health":
            return self.answer(200, {"status": "up"})
        found = re.fullmatch(r"/orders/([^/]+)", self.path)
        order = found and self.orders.find(found[1])
        if not order:
            return self.answer(404, {"error": "there is no such order"})
        return self.answer(200, order)

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))) or "null")
        if self.path == "/orders":
            return self.answer(201, {"id": self.orders.place(body["lines"])})
        if self.contract_testing and self.path.startswith("/_pact/"):
            return self.answer(*self.contract_testing.handle(self.path, body))
        return self.answer(404, {"error": "there is nothing here"})

    def answer(self, status, body):
        """Sends JSON."""
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--port", type=int, default=8080)
    arguments.add_argument("--contract-testing", action="store_true")
    chosen = arguments.parse_args()
    if chosen.contract_testing:
        from contract_testing import ContractTesting

        Handler.contract_testing = ContractTesting(Handler.orders)
    ThreadingHTTPServer(("127.0.0.1", chosen.port), Handler).serve_forever()


if __name__ == "__main__":
    main()
