//! Documents that servers of others hold: asked for with credentials that go to one
//! origin alone, within bounds of time and size, and with no secret in any text.

mod access;
mod client;
mod shown;

pub use access::{Access, Given};
pub use client::{Answer, Ask, Unanswered, Web};
pub use shown::{printable, shown};
