"""A consumer of the orders service: the code that the tests are about."""

import json
import urllib.request


class OrdersClient:
    """Asks the orders service over HTTP."""

    def __init__(self, url):
        self.url = url

    def total(self, order):
        """The number of pieces in an order."""
        request = urllib.request.Request(
            f"{self.url}/orders/{order}", headers={"Accept": "application/json"}
        )
        with urllib.request.urlopen(request) as answer:
            lines = json.load(answer)["lines"]
        return sum(line["pieces"] for line in lines)


class Shipments:
    """Handles the events of the orders service."""

    def __init__(self):
        self.shipped = set()

    def on_order_shipped(self, event):
        """Remembers the order."""
        self.shipped.add(event["order"]["id"])
