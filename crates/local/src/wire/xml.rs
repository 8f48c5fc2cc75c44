//! XML for the Query protocol and S3: elements with text. Attributes other than the namespace are
//! left out.

use std::fmt::Display;

/// An XML document that is being written.
#[derive(Debug, Default)]
pub(super) struct Xml {
    text: String,
}

impl Xml {
    /// Returns a document with an XML declaration, like S3's.
    pub(super) fn declared() -> Self {
        Self {
            text: "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n".to_owned(),
        }
    }

    /// Writes an element with a namespace around `content`.
    pub(super) fn root(&mut self, name: &str, namespace: &str, content: impl FnOnce(&mut Self)) {
        self.text += &format!("<{name} xmlns=\"{namespace}\">");
        content(self);
        self.text += &format!("</{name}>");
    }

    /// Writes an element around `content`.
    pub(super) fn within(&mut self, name: &str, content: impl FnOnce(&mut Self)) {
        self.text += &format!("<{name}>");
        content(self);
        self.text += &format!("</{name}>");
    }

    /// Writes an element with a text.
    pub(super) fn text(&mut self, name: &str, text: impl Display) {
        let text = text.to_string();
        self.text += &format!("<{name}>{}</{name}>", escaped(&text));
    }

    /// Writes a text into the current element.
    pub(super) fn plain(&mut self, text: impl Display) {
        self.text += &escaped(&text.to_string());
    }

    /// Writes an element with a text, if there is a text.
    pub(super) fn optional(&mut self, name: &str, text: Option<impl Display>) {
        if let Some(text) = text {
            self.text(name, text);
        }
    }

    /// Writes a list, also if it is empty.
    pub(super) fn list<T>(
        &mut self,
        name: &str,
        items: impl IntoIterator<Item = T>,
        mut content: impl FnMut(&mut Self, T),
    ) {
        self.within(name, |xml| {
            for item in items {
                xml.within("member", |xml| content(xml, item));
            }
        });
    }

    /// Writes a list of texts, also if it is empty.
    pub(super) fn texts<T: Display>(&mut self, name: &str, items: impl IntoIterator<Item = T>) {
        self.within(name, |xml| {
            for item in items {
                xml.text("member", item);
            }
        });
    }

    /// Returns the document.
    pub(super) fn finish(self) -> String {
        self.text
    }
}

/// Escapes a text. A carriage return is escaped, because parsers read it as a newline. A character
/// that XML does not allow becomes a question mark, like in CloudFormation.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\r' => escaped.push_str("&#xD;"),
            '\n' | '\t' => escaped.push(character),
            '\u{0}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => escaped.push('?'),
            _ => escaped.push(character),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use quick_xml::events::Event;

    proptest! {
        /// A parser reads back the text that was written.
        #[test]
        fn any_printable_text_comes_out_as_it_went_in(text in "[\\PC\r\n\t]{0,40}") {
            let mut xml = Xml::default();
            xml.text("T", &text);
            let document = xml.finish();
            let mut reader = quick_xml::Reader::from_str(&document);
            let mut read = String::new();
            loop {
                match reader.read_event().unwrap() {
                    Event::Text(piece) => read.push_str(&piece),
                    Event::GeneralRef(name) => match name.resolve_char_ref().unwrap() {
                        Some(character) => read.push(character),
                        None => read.push_str(quick_xml::escape::resolve_predefined_entity(&name).unwrap()),
                    },
                    Event::Eof => break,
                    _ => {}
                }
            }
            prop_assert_eq!(read, text);
        }
    }

    #[test]
    fn texts_survive_the_way_through_xml() {
        let mut xml = Xml::default();
        xml.root("R", "urn:x", |xml| {
            xml.text("T", "a<b>&\"c\"\r\n\u{1}é");
            xml.optional("N", None::<&str>);
            xml.texts("L", ["x", "y"]);
            xml.list("M", [1], |xml, item| xml.text("I", item));
        });
        assert_eq!(
            xml.finish(),
            "<R xmlns=\"urn:x\"><T>a&lt;b&gt;&amp;&quot;c&quot;&#xD;\n?é</T>\
             <L><member>x</member><member>y</member></L><M><member><I>1</I></member></M></R>"
        );
    }
}
