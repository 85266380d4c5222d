use std::collections::BTreeMap;
use std::path::Path;

use pactwork_broker::PublishedPact;

use crate::output::Output;

/// Every file with its versions and the reason why it was chosen.
pub fn pulled(folder: &Path, pulled: &BTreeMap<String, PublishedPact>, output: &Output) -> String {
    let mut text = String::new();
    for (file, published) in pulled {
        text += &format!(
            "{}\n    {} {}: {}{}\n",
            output.path(&folder.join(file)),
            published.consumer,
            published.versions.join(", "),
            published.why,
            if published.pending { " (pending)" } else { "" }
        );
    }
    text
}
