//! The errors of the store.

use crate::model::response::ApiError;

/// An error of the store.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// SQLite reported an error.
    #[error("cannot use the local cloud's database")]
    Sqlite(#[from] rusqlite::Error),
    /// The database holds content that cannot be parsed.
    #[error("cannot read the content of the local cloud's database with this version")]
    Content(#[from] serde_json::Error),
    /// The folder cannot be created.
    #[error("cannot create the local cloud's folder")]
    Folder(#[from] std::io::Error),
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        let message = match std::error::Error::source(&error) {
            Some(cause) => format!("{error}: {cause}"),
            None => error.to_string(),
        };
        Self {
            http_status: 500,
            ..Self::new("InternalFailure", message)
        }
    }
}
