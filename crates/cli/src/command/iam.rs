//! `formwork iam`: prints the least-privilege IAM policy for a deployment.

use std::collections::{BTreeMap, BTreeSet};

use formwork_blueprint::Stack;
use formwork_catalog::schema::Table;
use formwork_iam::statements::{group, split};
use formwork_report::permissions::{self, PermissionReport};

use crate::args::{IamArgs, OptionalText, OutputFormat};
use crate::command_error::CommandError;
use crate::exit_status::ExitStatus;
use crate::iam::{DeployTarget, Requester, RequiredPermissions, required_permissions};
use crate::session::Session;
use crate::terminal;

/// Runs the command; it works offline.
pub fn run(session: &Session, args: &IamArgs) -> Result<ExitStatus, CommandError> {
    let project = session.load(args.at.blueprint.as_deref())?;
    let blueprint = &project.blueprint;
    let selected = session.selected(blueprint)?;
    let stacks: Vec<&Stack> = blueprint
        .graph
        .order()
        .filter(|stack| selected.contains(&stack.key))
        .collect();
    let environment = blueprint.environment.as_ref();
    let flag = OptionalText::text(session.global.region.as_ref()).map(str::to_owned);
    let target = DeployTarget {
        region: flag.or_else(|| blueprint.region.clone()),
        account: environment.and_then(|environment| environment.account.clone()),
    };
    let needs = required_permissions(blueprint, &stacks, &Table::new(), &target);
    let documents = split(group(&needs.actions));
    if args.format == OutputFormat::Json {
        for note in &needs.notes {
            session.print_note(&format!("{note}\n"));
        }
    }
    terminal::print_result(&match args.format {
        OutputFormat::Text => {
            let report = PermissionReport {
                blueprint: &blueprint.name,
                reasons: reasons(&needs),
                notes: &needs.notes,
                documents: &documents,
            };
            permissions::page(&report).text(session.terminal.stdout, session.terminal.columns)
        }
        OutputFormat::Json => permissions::json(&documents),
    });
    Ok(ExitStatus::Success)
}

/// Returns the reasons for each action as text.
fn reasons(needs: &RequiredPermissions) -> BTreeMap<&str, Vec<String>> {
    let text = |(requester, operations): (&Requester, &BTreeSet<&'static str>)| {
        let operations: Vec<&str> = operations.iter().copied().collect();
        let operations = operations.join(", ");
        match requester {
            Requester::Formwork => format!("formwork itself: {operations}"),
            Requester::Templates => format!("{operations} in the templates"),
            Requester::Type(kind) => format!("{operations} {kind}"),
            Requester::StackRole(stack) => format!("{operations} the role of stack {stack}"),
        }
    };
    needs
        .reasons
        .iter()
        .map(|(action, reasons)| (action.as_str(), reasons.iter().map(text).collect()))
        .collect()
}
