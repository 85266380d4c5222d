//! Real traffic, observed: as a proxy sees it pass, or as a HAR file has it.

mod bodies;
mod decode;
mod filter;
pub mod har;
mod headers;
mod journal;
mod proxy;
mod upstream;

pub use decode::decoded;
pub use filter::Filter;
pub use journal::Journal;
pub use proxy::Proxy;
pub use upstream::Upstream;
