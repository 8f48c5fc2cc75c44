//! How much the function logs, as its `LOG_LEVEL` says in the words of Lambda's other runtimes.

use std::env;

use tracing::level_filters::LevelFilter;

/// The level that `LOG_LEVEL` asks for; INFO where it asks for none that is known.
pub fn from_environment() -> LevelFilter {
    env::var("LOG_LEVEL")
        .ok()
        .and_then(|name| named(&name))
        .unwrap_or(LevelFilter::INFO)
}

fn named(name: &str) -> Option<LevelFilter> {
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

    use super::named;

    #[test]
    fn the_names_of_other_runtimes_are_known() {
        assert_eq!(named("DEBUG"), Some(LevelFilter::DEBUG));
        assert_eq!(named("info"), Some(LevelFilter::INFO));
        assert_eq!(named("WARNING"), Some(LevelFilter::WARN));
        assert_eq!(named("ERROR"), Some(LevelFilter::ERROR));
        assert_eq!(named("loud"), None);
    }
}
