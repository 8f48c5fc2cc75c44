//! The log level of the function, from `LOG_LEVEL`. It accepts the level names of Lambda's managed runtimes.

use std::env;

use tracing::level_filters::LevelFilter;

/// Returns the level in `LOG_LEVEL`, or INFO if the variable is missing or unknown.
pub fn from_environment() -> LevelFilter {
    env::var("LOG_LEVEL")
        .ok()
        .and_then(|name| parse_level(&name))
        .unwrap_or(LevelFilter::INFO)
}

fn parse_level(name: &str) -> Option<LevelFilter> {
    match name.to_ascii_uppercase().as_str() {
        "DEBUG" => Some(LevelFilter::DEBUG),
        "INFO" => Some(LevelFilter::INFO),
        "WARNING" | "WARN" => Some(LevelFilter::WARN),
        "ERROR" | "CRITICAL" => Some(LevelFilter::ERROR),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use tracing::level_filters::LevelFilter;

    use super::parse_level;

    #[test]
    fn level_names_of_managed_runtimes_are_accepted() {
        assert_eq!(parse_level("DEBUG"), Some(LevelFilter::DEBUG));
        assert_eq!(parse_level("info"), Some(LevelFilter::INFO));
        assert_eq!(parse_level("WARNING"), Some(LevelFilter::WARN));
        assert_eq!(parse_level("ERROR"), Some(LevelFilter::ERROR));
        assert_eq!(parse_level("loud"), None);
    }
}
