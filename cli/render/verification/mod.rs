//! What a verification found, one module a format. All but JSON read [`Shown`].

pub mod github;
pub mod html;
pub mod junit;
pub mod markdown;
pub mod shown;
pub mod tap;

pub use shown::Shown;
