//! A first configuration, which explains itself.

/// The text of a `pactwork.toml` for a participant.
pub fn configuration(participant: &str) -> String {
    let participant = toml::Value::String(participant.into());
    format!(
        r#"# Pactwork's configuration. What is commented out is an example, or the default.

# This service's name, the same in every contract.
participant = {participant}

[storage]
# Where contracts are shared; PACTWORK_STORAGE and --storage go before it.
# url = "s3://bucket/contracts"
# plain_layout = true                   # plain copies of what is on main

[consumer]
# pacts = "pacts"                       # where its tests record pacts
# examples = "examples"                 # <provider>/<Event>/<scenario>.json

[consumer.events]
# orders = ["OrderShipped"]             # the events that it consumes, by provider

[provider]
# start = "orders-service --port {{port}}"
# ready = "/health"                     # answers 2xx once it is ready
# states = "/_pact/states"              # where provider states are set
# messages = "/_pact/messages"          # where messages are asked for
# golden = "orders-service --golden"    # prints {{ "EventName": schema, … }}
"#
    )
}

#[cfg(test)]
mod tests {
    use super::configuration;
    use crate::config::Config;

    #[test]
    fn it_can_be_read_with_its_examples_too_whatever_the_name() {
        for name in ["web", "Zoo \"App\"", "a\\b\n", "Über"] {
            let folder = tempfile::tempdir().unwrap();
            let read = |text: &str| {
                std::fs::write(folder.path().join("pactwork.toml"), text).unwrap();
                Config::load(None, folder.path()).unwrap()
            };
            let text = configuration(name);
            let config = read(&text);
            assert_eq!(config.participant.as_deref(), Some(name));
            assert!(config.provider.start.is_none());

            let example = |line: &str| line.starts_with("# ") && line.contains(" = ");
            let lines = text.lines().map(|line| match example(line) {
                true => line.trim_start_matches("# "),
                false => line,
            });
            let config = read(&lines.collect::<Vec<_>>().join("\n"));
            assert_eq!(config.consumer.events["orders"], ["OrderShipped"]);
            assert_eq!(config.provider.ready.as_deref(), Some("/health"));
            assert!(config.storage.plain_layout);
        }
    }
}
