//! Nothing but tests: what our mock provider records, the reference's verifier
//! verifies; what the reference's mock server records, we verify. Both against
//! the real process of `templates`, and both in the failing direction too.
