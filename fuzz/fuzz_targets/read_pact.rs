//! Reading a pact: an error or a pact, which then is written in every version that
//! holds it, and the newest reads back to the same.
#![no_main]

use libfuzzer_sys::fuzz_target;
use pactwork_contract::{Pact, SpecificationVersion};

fuzz_target!(|bytes: &[u8]| {
    let Ok(loaded) = Pact::read(bytes, "fuzz") else {
        return;
    };
    for version in [SpecificationVersion::V2, SpecificationVersion::V3] {
        let _ = loaded.pact.to_bytes(version);
    }
    // What one version does not understand another may.
    if !loaded.pact.not_understood.is_empty() {
        return;
    }
    if let Ok(written) = loaded.pact.to_bytes(SpecificationVersion::V4) {
        let again = Pact::read(&written, "again").expect("what is written is read");
        assert_eq!(again.pact.content_id(), loaded.pact.content_id());
    }
});
