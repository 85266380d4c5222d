"""What a verification asks of the service beside its API: provider states and messages."""

import orders_service


class ContractTesting:
    """Brings the service into states, and has its real code produce messages."""

    def __init__(self, orders):
        self.orders = orders

    def handle(self, path, asked):
        """Answers a request: status and JSON."""
        known = {"/_pact/states": self.state, "/_pact/messages": self.message}
        if path not in known:
            return 404, {"error": f"there is no {path}"}
        return known[path](asked)

    def state(self, asked):
        """`{"state": name, "params": {...}, "action": "setup" or "teardown"}`"""
        name, params = asked["state"], asked.get("params", {})
        if name != "an order with two lines":
            return 404, {"error": f"the service knows no state {name!r}"}
        order = str(params["id"])
        if asked["action"] == "teardown":
            self.orders.forget(order)
        else:
            lines = [{"sku": "ABC-1", "pieces": 2}, {"sku": "XYZ-9", "pieces": 3}]
            self.orders.place(lines, order)
        return 200, {}

    def message(self, asked):
        """`{"description": name, "request": {"contents": {"content": ...}}}`"""
        description = asked["description"]
        if description == "OrderShipped":
            order = {"id": "A-1", "lines": [{"sku": "ABC-1", "pieces": 2}]}
            return 200, orders_service.order_shipped(order)
        if description == "a question for a price":
            return 200, orders_service.price(asked["request"]["contents"]["content"])
        return 404, {"error": f"the service sends no {description!r}"}
