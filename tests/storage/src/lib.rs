//! Storage for tests: a real S3 protocol server inside the test process, and a
//! store in which every request can be made to fail, one at a time.

mod external;
mod faulty;
mod requests;
mod s3;

pub use external::{External, ExternalBucket};
pub use faulty::{Fault, FaultyStore, Injection};
pub use requests::Requests;
pub use s3::{HttpFault, S3Server, Which};
