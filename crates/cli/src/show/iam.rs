//! The least-privilege policy as text or JSON: every action with its reasons, and the documents.

use std::collections::BTreeMap;

use formwork_iam::Document;
use formwork_iam::statements::MAX_DOCUMENT_SIZE;
use formwork_report::page::{Block, Page};
use formwork_report::text::plural;

use crate::iam::{Requester, RequiredPermissions};

/// The maximum number of reasons shown for an action.
const NAMED: usize = 3;

/// Renders the permissions as text.
pub fn page(blueprint: &str, needs: &RequiredPermissions, documents: &[Document<'_>]) -> Page {
    let mut page = Page::new(blueprint);
    let sizes: Vec<String> = documents
        .iter()
        .map(|document| document.size().to_string())
        .collect();
    page.beside = format!(
        "{} of {} characters (IAM takes {MAX_DOCUMENT_SIZE})",
        plural(documents.len(), "policy document"),
        sizes.join(", ")
    );
    let mut services: BTreeMap<&str, Vec<Vec<String>>> = BTreeMap::new();
    for (action, reasons) in &needs.reasons {
        let (service, _) = action.split_once(':').unwrap_or((action, ""));
        let mut why: Vec<String> = reasons
            .iter()
            .take(NAMED)
            .map(|(who, does)| {
                let does: Vec<&str> = does.iter().copied().collect();
                let does = does.join(", ");
                match who {
                    Requester::Formwork => format!("formwork itself: {does}"),
                    Requester::Templates => format!("{does} in the templates"),
                    Requester::Type(kind) => format!("{does} {kind}"),
                    Requester::StackRole(stack) => format!("{does} the role of stack {stack}"),
                }
            })
            .collect();
        if reasons.len() > NAMED {
            why.push(format!("and {} more", reasons.len() - NAMED));
        }
        let rows = services.entry(service).or_default();
        rows.push(vec![action.clone(), why.join("; ")]);
    }
    for (service, rows) in services {
        page.rows(service, rows);
    }
    for note in &needs.notes {
        page.blocks.push(Block::Prose(format!("Note: {note}.")));
    }
    for (index, document) in documents.iter().enumerate() {
        if documents.len() > 1 {
            let of = format!("Document {} of {}:", index + 1, documents.len());
            page.blocks.push(Block::Prose(of));
        }
        page.blocks
            .push(Block::Code(format!("{:#}", document.to_json())));
    }
    page
}

/// Renders one document, or a list of documents.
pub fn json(documents: &[Document<'_>]) -> String {
    match documents {
        [only] => format!("{:#}\n", only.to_json()),
        all => {
            let all: serde_json::Value = all.iter().map(|document| document.to_json()).collect();
            format!("{all:#}\n")
        }
    }
}
