//! `formwork iam`: the least IAM policy that deploying a blueprint needs.

use formwork_blueprint::Stack;
use formwork_catalog::schema::Table;
use formwork_iam::statements::{group, split};

use crate::args::{Format, Given, IamArgs};
use crate::exit::Exit;
use crate::iam::{DeployTarget, required_permissions};
use crate::session::Session;
use crate::show::iam;
use crate::stop::Stop;
use crate::terminal;

/// Works the policy out; asks nobody.
pub fn run(session: &Session, args: &IamArgs) -> Result<Exit, Stop> {
    let project = session.load(args.at.blueprint.as_deref())?;
    let blueprint = &project.blueprint;
    let selected = session.selected(blueprint)?;
    let stacks: Vec<&Stack> = blueprint
        .graph
        .order()
        .filter(|stack| selected.contains(&stack.key))
        .collect();
    let environment = blueprint.environment.as_ref();
    let given = Given::text(session.global.region.as_ref()).map(str::to_owned);
    let target = DeployTarget {
        region: given.or_else(|| blueprint.region.clone()),
        account: environment.and_then(|environment| environment.account.clone()),
    };
    let needs = required_permissions(blueprint, &stacks, &Table::new(), &target);
    let documents = split(group(&needs.actions));
    if args.format == Format::Json {
        for note in &needs.notes {
            session.remark(&format!("{note}\n"));
        }
    }
    terminal::result(&match args.format {
        Format::Text => iam::page(&blueprint.name, &needs, &documents)
            .text(session.terminal.stdout, session.terminal.columns),
        Format::Json => iam::json(&documents),
    });
    Ok(Exit::Done)
}
