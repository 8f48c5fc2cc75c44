//! Colors and emphasis of text in a terminal.

/// The color mode of an output stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColorMode {
    /// No colors.
    Plain,
    /// ANSI escape sequences.
    Ansi,
}

/// The tone of a piece of text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// Success, or something new.
    Success,
    /// A change, or a warning.
    Warning,
    /// A failure, or a loss.
    Failure,
    /// Less important text.
    Muted,
    /// A heading.
    Emphasis,
}

impl ColorMode {
    /// Returns the text in that tone.
    pub fn apply(self, tone: Tone, text: impl AsRef<str>) -> String {
        let text = text.as_ref();
        if self == ColorMode::Plain || text.is_empty() {
            return text.to_owned();
        }
        let code = match tone {
            Tone::Success => "32",
            Tone::Warning => "33",
            Tone::Failure => "31",
            Tone::Muted => "2",
            Tone::Emphasis => "1",
        };
        format!("\u{1b}[{code}m{text}\u{1b}[0m")
    }
}

/// The style of diagnostics.
#[derive(Debug, Clone, Copy)]
pub struct Style {
    /// The color mode.
    pub color: ColorMode,
    /// The width of the terminal.
    pub columns: usize,
}
