"""What the consumer `shop` relies on in the provider `orders`."""

import unittest

import pactwork
from orders import OrdersClient, Shipments


class OrdersContract(unittest.TestCase):
    """Each test that passes is recorded in pacts/shop-orders.json."""

    def test_the_pieces_of_an_order_are_counted(self):
        mock = pactwork.post("/mock-providers", {
            "consumer": "shop",
            "provider": "orders",
            "interactions": [{
                "description": "a request for order 7",
                "given": {"name": "an order with two lines", "params": {"id": 7}},
                "request": {"path": "/orders/7", "headers": {"Accept": "application/json"}},
                "response": {"body": {"lines": {
                    "pact:matcher:type": "type",
                    "min": 1,
                    "value": [{"pieces": {"pact:matcher:type": "integer", "value": 2}},
                              {"pieces": {"pact:matcher:type": "integer", "value": 3}}],
                }}},
            }],
        })
        self.assertEqual(OrdersClient(mock["url"]).total(7), 5)
        pactwork.post(mock["links"]["finish"])

    def test_a_shipped_order_is_remembered(self):
        event = pactwork.post("/messages", {
            "consumer": "shop",
            "provider": "orders",
            "description": "OrderShipped",
            "contents": {"order": {"id": {"pact:matcher:type": "type", "value": "A-7"}}},
        })
        shipments = Shipments()
        shipments.on_order_shipped(event["messages"][0]["contents"])
        self.assertEqual(shipments.shipped, {"A-7"})
        pactwork.post(event["links"]["confirmation"])


if __name__ == "__main__":
    unittest.main()
