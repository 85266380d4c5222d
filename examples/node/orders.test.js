// What the consumer `kiosk` relies on in the provider `orders`.

import assert from "node:assert/strict";
import { test } from "node:test";

import { OrdersClient, priceOf } from "./orders.js";
import { post } from "./pactwork.js";

test("an order is placed", async () => {
  const mock = await post("/mock-providers", {
    consumer: "kiosk",
    provider: "orders",
    interactions: [{
      description: "a new order",
      request: {
        method: "POST",
        path: "/orders",
        headers: { "Content-Type": "application/json" },
        body: { lines: { "pact:matcher:type": "type", min: 1, value: [{ sku: "ABC-1", pieces: 2 }] } },
      },
      response: {
        status: 201,
        body: { id: { "pact:matcher:type": "regex", regex: "[A-Z]-\\d+", value: "A-7" } },
      },
    }],
  });
  const id = await new OrdersClient(mock.url).place([{ sku: "XYZ-9", pieces: 1 }]);
  assert.equal(id, "A-7");
  await post(mock.links.finish);
});

test("a price is asked for over the queue", async () => {
  const message = await post("/messages", {
    consumer: "kiosk",
    provider: "orders",
    description: "a question for a price",
    request: { contents: { sku: { "pact:matcher:type": "type", value: "ABC-1" } } },
    responses: [{ contents: { cents: { "pact:matcher:type": "integer", value: 250 } } }],
  });
  let sent;
  const price = await priceOf("XYZ-9", (contents) => {
    sent = contents;
    return message.messages[0].contents;
  });
  assert.equal(price, 2.5);
  await post(message.links.confirmation, { request: { contents: sent } });
});
