//! How the store fails.

/// The store failed.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// SQLite said no.
    #[error("cannot use the local cloud's database")]
    Sqlite(#[from] rusqlite::Error),
    /// What is stored cannot be read.
    #[error("the local cloud's database holds what this version cannot read")]
    Content(#[from] serde_json::Error),
    /// The folder cannot be made.
    #[error("cannot make the local cloud's folder")]
    Folder(#[from] std::io::Error),
}
