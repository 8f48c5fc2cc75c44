//! The least policy: every action with why it is there, and the documents.

use std::collections::BTreeMap;

use crate::iam::{Document, LIMIT, Needs, Who};
use formwork_report::page::{Block, Page};
use formwork_report::text::plural;

/// How many types are named beside an action.
const NAMED: usize = 3;

/// For people.
pub fn page(blueprint: &str, needs: &Needs, documents: &[Document]) -> Page {
    let mut page = Page::new(blueprint);
    let sizes: Vec<String> = documents
        .iter()
        .map(|document| document.size().to_string())
        .collect();
    page.beside = format!(
        "{} of {} characters (IAM takes {LIMIT})",
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
                    Who::Formwork => format!("formwork itself: {does}"),
                    Who::Templates => format!("{does} in the templates"),
                    Who::Type(kind) => format!("{does} {kind}"),
                    Who::RoleOf(stack) => format!("{does} the role of stack {stack}"),
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
            .push(Block::Code(format!("{:#}", document.json)));
    }
    page
}

/// For IAM: the document as it is, or a list of them.
pub fn json(documents: &[Document]) -> String {
    match documents {
        [only] => format!("{:#}\n", only.json),
        all => {
            let all: serde_json::Value = all.iter().map(|document| document.json.clone()).collect();
            format!("{all:#}\n")
        }
    }
}
