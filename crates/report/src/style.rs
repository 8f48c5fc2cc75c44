//! Colors: how a piece of text stands out in a terminal.

/// How text is made to stand out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Paint {
    /// It is not.
    Plain,
    /// By ANSI's escape sequences.
    Colour,
}

/// What a piece of text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ink {
    /// Something new or well.
    Good,
    /// Something that changes, or a warning.
    Change,
    /// Something lost or failed.
    Bad,
    /// Something beside the point.
    Faint,
    /// A heading.
    Strong,
}

impl Paint {
    /// The text in that ink.
    pub fn ink(self, ink: Ink, text: impl AsRef<str>) -> String {
        let text = text.as_ref();
        if self == Paint::Plain || text.is_empty() {
            return text.to_owned();
        }
        let code = match ink {
            Ink::Good => "32",
            Ink::Change => "33",
            Ink::Bad => "31",
            Ink::Faint => "2",
            Ink::Strong => "1",
        };
        format!("\u{1b}[{code}m{text}\u{1b}[0m")
    }
}

/// How reports are drawn.
#[derive(Debug, Clone, Copy)]
pub struct Style {
    /// Whether in colour.
    pub paint: Paint,
    /// The columns there are.
    pub columns: usize,
}
