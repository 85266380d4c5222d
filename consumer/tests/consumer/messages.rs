//! Messages: the consumer's real handler gets what the pact will say.

use std::path::Path;

use pactwork_consumer::matchers::{datetime, uuid};
use pactwork_consumer::{Message, MessageBuilder, Pact, element};
use pactwork_contract::{Interaction, read_file};
use serde::Deserialize;
use serde_json::{Value, json};
use tempfile::tempdir;

const ID: &str = "c9ea4bb9-39e2-4b14-a1b0-0c3a3e3b3a4f";

#[derive(Deserialize)]
struct Event {
    detail: Detail,
}

#[derive(Deserialize)]
struct Detail {
    id: String,
}

fn handle(message: &Message) -> Result<String, serde_json::Error> {
    message.json::<Event>().map(|event| event.detail.id)
}

fn template_deleted(folder: &Path) -> MessageBuilder {
    Pact::between("core", "templates")
        .output(folder)
        .given("a template has been deleted")
        .message("TemplateDeleted")
        .json(json!({
            "time": datetime("yyyy-MM-dd'T'HH:mm:ssXXX", "2026-05-01T10:00:00Z"),
            "detail": { "id": uuid(ID) },
        }))
        .metadata("source", "uk.nhs.notify.templates")
}

#[test]
fn an_accepted_message_is_recorded() {
    let folder = tempdir().unwrap();
    let mut handled = Vec::new();
    let path = template_deleted(folder.path())
        .verify(|message| {
            handled.push((message.content_type.clone(), message.metadata.clone()));
            handle(message)
        })
        .unwrap();
    let metadata = json!({ "source": "uk.nhs.notify.templates" });
    let expected = (
        Some("application/json".into()),
        metadata.as_object().unwrap().clone(),
    );
    assert_eq!(handled, [expected]);

    let pact = read_file(&path).unwrap().pact;
    let Interaction::AsynchronousMessage(message) = &pact.interactions[0] else {
        panic!("{pact:?}");
    };
    assert_eq!(message.common.description, "TemplateDeleted");
    assert_eq!(
        message.common.provider_states[0].name,
        "a template has been deleted"
    );
    let contents: Value = serde_json::from_slice(&message.message.contents.to_bytes()).unwrap();
    let expected = json!({ "time": "2026-05-01T10:00:00Z", "detail": { "id": ID } });
    assert_eq!(contents, expected);
}

#[test]
fn the_whole_payload_is_handed_over_as_well_and_not_recorded() {
    let folder = tempdir().unwrap();
    let whole = json!({
        "time": "2026-06-02T11:00:00+02:00",
        "version": "1.0",
        "detail": { "id": "00000000-0000-4000-8000-000000000001", "owner": "me" },
    });
    let mut ids = Vec::new();
    let path = template_deleted(folder.path())
        .example(&whole)
        .verify(|message| handle(message).map(|id| ids.push(id)))
        .unwrap();
    assert_eq!(ids, [ID, "00000000-0000-4000-8000-000000000001"]);
    let written = std::fs::read_to_string(path).unwrap();
    assert!(!written.contains("owner"), "{written}");
}

#[tokio::test]
async fn an_async_handler_is_awaited() {
    let folder = tempdir().unwrap();
    let path = template_deleted(folder.path())
        .verify_async(async |message: &Message| {
            tokio::task::yield_now().await;
            handle(message)
        })
        .await
        .unwrap();
    assert!(path.ends_with("core-templates.json"));
}

#[test]
fn a_handler_that_fails_fails_the_test_with_its_text() {
    let folder = tempdir().unwrap();
    let error = template_deleted(folder.path())
        .verify(|_| Err::<(), _>("the owner is missing"))
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "the consumer's handler did not accept the expected contents of \"TemplateDeleted\" given \
         \"a template has been deleted\": the owner is missing\nNothing was recorded."
    );
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn a_handler_that_fails_on_the_example_says_so() {
    let folder = tempdir().unwrap();
    let whole = json!({ "time": "2026-05-01T10:00:00Z", "detail": { "id": ID }, "new": 1 });
    let error = template_deleted(folder.path())
        .example(whole)
        .verify(|message| match message.text().unwrap().contains("new") {
            true => Err("an unknown member"),
            false => Ok(()),
        })
        .unwrap_err()
        .to_string();
    let expected = "did not accept the example of \"TemplateDeleted\"";
    assert!(error.contains(expected), "{error}");
}

#[test]
fn an_example_that_does_not_satisfy_the_expectation_is_told_apart() {
    let folder = tempdir().unwrap();
    let mut handled = 0;
    let error = template_deleted(folder.path())
        .example(json!({ "time": "yesterday", "detail": {} }))
        .verify(|_| {
            handled += 1;
            Ok::<_, String>(())
        })
        .unwrap_err()
        .to_string();
    let [first, rest @ ..] = &error.lines().collect::<Vec<_>>()[..] else {
        panic!("{error}");
    };
    assert_eq!(
        *first,
        "the example of \"TemplateDeleted\" given \"a template has been deleted\" does not satisfy the expectation:"
    );
    let time = "      - $.time: expected a date and time in the format yyyy-MM-dd'T'HH:mm:ssXXX, but found \"yesterday\"";
    assert!(rest.contains(&time), "{error}");
    assert!(
        rest.iter()
            .any(|line| line.contains("$.detail.id: expected ")),
        "{error}"
    );
    assert_eq!(rest.last(), Some(&"Nothing was recorded."));
    assert_eq!(handled, 0);
}

#[test]
fn what_makes_no_sense_is_told_before_the_handler_runs() {
    let folder = tempdir().unwrap();
    let error = Pact::between("core", "templates")
        .output(folder.path())
        .message("TemplateDeleted")
        .json(json!({ "id": uuid("no uuid") }))
        .verify(|_| Ok::<_, String>(()))
        .unwrap_err()
        .to_string();
    let expected =
        "  - the message \"TemplateDeleted\": the example does not keep its own matcher: $.id: ";
    assert!(error.contains(expected), "{error}");
}

#[test]
fn several_messages_of_one_chain_go_to_one_handler_and_are_recorded_together() {
    let folder = tempdir().unwrap();
    let mut handled = Vec::new();
    let chain = |accepted: &'static str| {
        template_deleted(folder.path())
            .message("TemplateCreated")
            .json(json!({ "detail": { "id": uuid(ID) } }))
            .metadata("source", "second")
            .given("a template has a picture")
            .message("PictureTaken")
            .body("image/gif", *b"GIF89a\x01\xff")
            .metadata("source", accepted)
    };
    let error = chain("third")
        .verify(|message| match message.metadata["source"] == "third" {
            true => Err("no picture"),
            false => Ok(()),
        })
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "the consumer's handler did not accept the expected contents of \"PictureTaken\" given \
         \"a template has a picture\": no picture\nNothing was recorded."
    );
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);

    let path = chain("third")
        .verify(|message| {
            handled.push((message.content_type.clone(), message.contents.len()));
            Ok::<_, String>(())
        })
        .unwrap();
    assert_eq!(handled.len(), 3);
    assert_eq!(handled[2], (Some("image/gif".into()), 8));
    assert_eq!(read_file(&path).unwrap().pact.interactions.len(), 3);
}

#[test]
fn messages_of_any_content_type_come_as_they_go_over_the_transport() {
    let folder = tempdir().unwrap();
    let pact = || Pact::between("core", "templates").output(folder.path());
    let xml = element("event").attribute("id", uuid(ID));
    for (message, content_type, contents) in [
        (
            pact().message("Xml").xml(xml),
            "application/xml",
            format!("<event id=\"{ID}\"/>").into_bytes(),
        ),
        (
            pact().message("Form").form(json!({ "a": "b c" })),
            "application/x-www-form-urlencoded",
            b"a=b%20c".to_vec(),
        ),
        (
            pact()
                .message("File")
                .file("tests/consumer/pixel.gif", "image/gif"),
            "image/gif",
            std::fs::read("tests/consumer/pixel.gif").unwrap(),
        ),
        (
            pact()
                .message("Text")
                .text("a,b")
                .metadata("contentType", "text/csv"),
            "text/csv",
            b"a,b".to_vec(),
        ),
    ] {
        message
            .verify(|message| {
                assert_eq!(message.content_type.as_deref(), Some(content_type));
                assert_eq!(message.contents, contents);
                Ok::<_, String>(())
            })
            .unwrap();
    }
}

#[test]
fn a_whole_payload_that_is_no_json_has_to_satisfy_the_expectation_as_well() {
    let folder = tempdir().unwrap();
    let message = || {
        Pact::between("core", "templates")
            .output(folder.path())
            .message("Xml")
            .xml(element("event").attribute("id", uuid(ID)))
    };
    let whole = format!("<event id='{ID}'><more/></event>");
    let mut seen = 0;
    let count = |_: &Message| {
        seen += 1;
        Ok::<_, String>(())
    };
    message().example_bytes(whole).verify(count).unwrap();
    assert_eq!(seen, 2);
    let error = message()
        .example_bytes("<event id='7'/>")
        .verify(|_| Ok::<_, String>(()))
        .unwrap_err()
        .to_string();
    assert!(error.contains("- $.event.@id:"), "{error}");
}
