//! The details of `--verbose` on stderr.
//!
//! Only formwork's own messages are printed: logs of the SDK may contain secrets.

use std::fmt;

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Metadata, Subscriber};

use crate::terminal;

/// Prints log messages from now on.
pub fn install() {
    // Only the first subscriber of a process counts.
    tracing::subscriber::set_global_default(VerboseSubscriber).ok();
}

struct VerboseSubscriber;

impl Subscriber for VerboseSubscriber {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.is_event()
            && metadata.target().starts_with("formwork")
            && *metadata.level() <= Level::DEBUG
    }

    fn event(&self, event: &Event<'_>) {
        let mut text = EventText(String::new());
        event.record(&mut text);
        terminal::print_message(&format!("· {}\n", text.0.trim_end()));
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

/// A message and its values.
struct EventText(String);

impl Visit for EventText {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.0.push_str(&match field.name() {
            "message" => format!("{value:?} "),
            name => format!("{name}={value:?} "),
        });
    }
}
