use pactwork_contract::{Body, HttpInteraction, Interaction, Pact};
use serde_json::{Value, json};

pub fn path(number: usize) -> String {
    format!("/orders/{number}")
}

pub fn answer() -> Value {
    json!({ "id": 7, "lines": vec![json!({ "sku": "ABC-1", "amount": 2, "price": "12.50" }); 8] })
}

pub fn pact(interactions: usize) -> Pact {
    let mut pact = Pact::between("web", "orders");
    for order in 0..interactions {
        let mut http = HttpInteraction::default();
        http.common.description = format!("a request for order {order}");
        http.request.path = path(order);
        http.response.body = Body::json(answer());
        pact.interactions.push(Interaction::Http(Box::new(http)));
    }
    pact
}
