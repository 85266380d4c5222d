// A consumer of the orders service: the code that the tests are about.

/** Asks the orders service over HTTP. */
export class OrdersClient {
  constructor(url) {
    this.url = url;
  }

  /** Places an order and gives its number. */
  async place(lines) {
    const answer = await fetch(`${this.url}/orders`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ lines }),
    });
    if (answer.status !== 201) {
      throw new Error(`the order was not placed: ${await answer.text()}`);
    }
    return (await answer.json()).id;
  }
}

/** Asks for a price over a message queue; `send` gives the queue's answer. */
export async function priceOf(sku, send) {
  const answer = await send({ sku });
  return answer.cents / 100;
}
