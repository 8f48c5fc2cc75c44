//! The tables of the database. Each statement leaves an existing table as it is.

/// The stacks, change sets, tokens, calls and injected faults of CloudFormation; the buckets and
/// objects of S3; the parameters of SSM.
pub(super) const SCHEMA: &str = "
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS stack (
    id TEXT PRIMARY KEY, sequence INTEGER NOT NULL, region TEXT NOT NULL, name TEXT NOT NULL,
    deleted INTEGER, version INTEGER NOT NULL, body TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS stack_by_name ON stack (region, name);
CREATE TABLE IF NOT EXISTS change_set (
    id TEXT PRIMARY KEY, stack_id TEXT NOT NULL, name TEXT NOT NULL, body TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS change_set_by_stack ON change_set (stack_id);
CREATE TABLE IF NOT EXISTS token (
    region TEXT NOT NULL, token TEXT NOT NULL, action TEXT NOT NULL, digest TEXT NOT NULL,
    first TEXT NOT NULL, second TEXT NOT NULL, PRIMARY KEY (region, token));
CREATE TABLE IF NOT EXISTS call (sequence INTEGER PRIMARY KEY AUTOINCREMENT, body TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS failure (id INTEGER PRIMARY KEY AUTOINCREMENT, body TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS ssm_parameter (
    region TEXT NOT NULL, name TEXT NOT NULL, version INTEGER NOT NULL, kind TEXT NOT NULL,
    value TEXT NOT NULL, changed INTEGER NOT NULL, PRIMARY KEY (region, name, version));
CREATE TABLE IF NOT EXISTS bucket (
    name TEXT PRIMARY KEY, region TEXT NOT NULL, created INTEGER NOT NULL, settings TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS object (
    id INTEGER PRIMARY KEY AUTOINCREMENT, bucket TEXT NOT NULL, key TEXT NOT NULL,
    version TEXT NOT NULL, created INTEGER NOT NULL, is_marker INTEGER NOT NULL,
    etag TEXT NOT NULL, headers TEXT NOT NULL, body BLOB NOT NULL);
CREATE INDEX IF NOT EXISTS object_by_key ON object (bucket, key);
";
