//! The least-privilege policy as text or JSON: every action with its reasons, and the documents.

use std::collections::BTreeMap;

use formwork_iam::Document;
use formwork_iam::statements::MAX_DOCUMENT_SIZE;

use crate::limits::MAX_REASONS;
use crate::page::{Block, Page};
use crate::text::plural;

/// The permissions of a deployment.
#[derive(Debug)]
pub struct PermissionReport<'a> {
    /// The blueprint's name.
    pub blueprint: &'a str,
    /// The actions, each with its reasons.
    pub reasons: BTreeMap<&'a str, Vec<String>>,
    /// Notes about permissions that the blueprint does not determine.
    pub notes: &'a [String],
    /// The policy documents.
    pub documents: &'a [Document<'a>],
}

/// Renders the permissions as a page.
pub fn page(report: &PermissionReport<'_>) -> Page {
    let mut page = Page::new(report.blueprint);
    let sizes: Vec<String> = report
        .documents
        .iter()
        .map(|document| document.size().to_string())
        .collect();
    page.subtitle = format!(
        "{} of {} characters (IAM takes {MAX_DOCUMENT_SIZE})",
        plural(report.documents.len(), "policy document"),
        sizes.join(", ")
    );
    let mut services: BTreeMap<&str, Vec<Vec<String>>> = BTreeMap::new();
    for (action, reasons) in &report.reasons {
        let (service, _) = action.split_once(':').unwrap_or((action, ""));
        let mut shown: Vec<String> = reasons.iter().take(MAX_REASONS).cloned().collect();
        if reasons.len() > MAX_REASONS {
            shown.push(format!("and {} more", reasons.len() - MAX_REASONS));
        }
        let rows = services.entry(service).or_default();
        rows.push(vec![(*action).to_owned(), shown.join("; ")]);
    }
    for (service, rows) in services {
        page.rows(service, rows);
    }
    for note in report.notes {
        page.blocks.push(Block::Prose(format!("Note: {note}.")));
    }
    for (index, document) in report.documents.iter().enumerate() {
        if report.documents.len() > 1 {
            let of = format!("Document {} of {}:", index + 1, report.documents.len());
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
