//! The command line as clap reads it: every command, every flag, and the variables that stand in for
//! the flags. What is not here is unknown to the parser.

mod value;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

pub use value::{
    Assignment, ColorChoice, Format, Given, GraphFormat, OutputsFormat, Pace, ProblemsFormat,
    ProgressChoice, TemplateFormat, Throttle,
};
use value::{assignment, empty_is_none, switch, throttle};

/// Turns TOML blueprints into CloudFormation stacks and deploys them in dependency order.
#[derive(Debug, Parser)]
#[command(
    name = "formwork",
    version,
    max_term_width = 100,
    subcommand_required = true,
    disable_help_subcommand = true
)]
#[command(
    after_help = "Exit status: 0 done, 1 failed, 2 there are changes (plan --exit-code), 3 the \
                        blueprint is wrong, 64 wrong usage, 130 interrupted, 143 terminated."
)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
    /// The flags that go everywhere.
    #[command(flatten)]
    pub global: Global,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Starts a blueprint from a template, or from what exists
    Init(InitArgs),
    /// Formats a blueprint's files, comments kept
    Fmt(FmtArgs),
    /// Finds every problem of a blueprint, offline
    Check(CheckArgs),
    /// Prints the CloudFormation template of each stack
    Render(RenderArgs),
    /// Shows the stacks and what flows between them
    Graph(GraphArgs),
    /// Compares with what is deployed; changes nothing
    Plan(PlanArgs),
    /// Plans, asks, and carries out in dependency order
    Deploy(DeployArgs),
    /// Deletes in reverse order
    Destroy(DestroyArgs),
    /// Shows what is deployed, by stack
    Status(StatusArgs),
    /// Shows the outputs of deployed stacks; one name prints the bare value
    Outputs(OutputsArgs),
    /// Explains a resource type, a component, a code, or a value of the blueprint and where it came from
    Explain(ExplainArgs),
    /// Works out the least IAM policy that deploying needs
    Iam(IamArgs),
    /// The local cloud on a socket, for the AWS CLI and SDKs
    #[command(subcommand)]
    Local(LocalCommand),
}

/// The flags that go everywhere.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Everywhere")]
pub struct Global {
    /// Only these: a stack's key, a glob, `x+` (and what depends on it), `+x` (and what it depends
    /// on), `tag:KEY[=VALUE]`; may be repeated
    #[arg(short, long = "stack", global = true, value_name = "SELECTOR")]
    #[arg(env = "FORMWORK_STACK", value_delimiter = ',')]
    pub stacks: Vec<String>,
    /// The environment
    #[arg(short, long, global = true, env = "FORMWORK_ENV", value_parser = empty_is_none)]
    pub env: Option<Given>,
    /// Gives a variable its value; may be repeated (also FORMWORK_VAR_name)
    #[arg(long, global = true, value_name = "NAME=VALUE", value_parser = assignment)]
    pub set: Vec<Assignment>,
    /// Uses the local cloud
    #[arg(long, global = true, env = "FORMWORK_LOCAL", value_parser = switch, hide_env_values = true)]
    #[arg(conflicts_with_all = ["endpoint_url", "profile"])]
    pub local: bool,
    /// How long the local cloud's operations take
    #[arg(
        long,
        global = true,
        env = "FORMWORK_PACE",
        value_enum,
        default_value = "quick"
    )]
    pub pace: Pace,
    /// The calls a second that the local cloud lets through
    #[arg(
        long,
        global = true,
        env = "FORMWORK_THROTTLE",
        value_name = "READS,MUTATIONS"
    )]
    #[arg(value_parser = throttle)]
    pub throttle: Option<Throttle>,
    /// The region, before the blueprint's and the profile's
    #[arg(long, global = true, env = "FORMWORK_REGION", value_parser = empty_is_none)]
    pub region: Option<Given>,
    /// The profile of AWS's configuration files
    #[arg(long, global = true, env = "FORMWORK_PROFILE", value_parser = empty_is_none)]
    pub profile: Option<Given>,
    /// Another endpoint for every AWS service
    #[arg(long, global = true, env = "FORMWORK_ENDPOINT_URL", value_name = "URL")]
    #[arg(value_parser = empty_is_none)]
    pub endpoint_url: Option<Given>,
    /// Operations at once at most
    #[arg(
        short,
        long,
        global = true,
        env = "FORMWORK_JOBS",
        default_value_t = 50,
        value_name = "N"
    )]
    #[arg(value_parser = clap::value_parser!(u16).range(1..))]
    pub jobs: u16,
    /// Does not ask
    #[arg(short, long, global = true, env = "FORMWORK_YES", value_parser = switch)]
    #[arg(hide_env_values = true)]
    pub yes: bool,
    /// Never asks: stops instead
    #[arg(long, global = true, env = "FORMWORK_NO_INPUT", value_parser = switch)]
    #[arg(hide_env_values = true)]
    pub no_input: bool,
    /// Shows problems and results only
    #[arg(short, long, global = true, env = "FORMWORK_QUIET", value_parser = switch)]
    #[arg(conflicts_with = "verbose", hide_env_values = true)]
    pub quiet: bool,
    /// Shows what the tool does
    #[arg(short, long, global = true, env = "FORMWORK_VERBOSE", value_parser = switch)]
    #[arg(hide_env_values = true)]
    pub verbose: bool,
    /// When to colour
    #[arg(
        long,
        global = true,
        env = "FORMWORK_COLOR",
        value_enum,
        default_value = "auto"
    )]
    pub color: ColorChoice,
    /// How to show progress
    #[arg(
        long,
        global = true,
        env = "FORMWORK_PROGRESS",
        value_enum,
        default_value = "auto"
    )]
    pub progress: ProgressChoice,
    /// Writes every event to a file, as JSON lines
    #[arg(long, global = true, env = "FORMWORK_EVENTS", value_name = "FILE")]
    #[arg(value_parser = empty_is_none)]
    pub events: Option<Given>,
}

/// A blueprint by folder or file.
#[derive(Debug, Clone, Args)]
pub struct BlueprintArg {
    /// The blueprint's folder or file; without it, upward from here
    #[arg(value_name = "BLUEPRINT")]
    pub blueprint: Option<PathBuf>,
}

/// `formwork init`
#[derive(Debug, Clone, Args)]
pub struct InitArgs {
    /// The folder to write into; without it, this one
    #[arg(value_name = "DIR")]
    pub folder: Option<PathBuf>,
    /// Lists the templates that come with the tool
    #[arg(long, conflicts_with_all = ["template", "from_template", "from_stack", "folder"])]
    pub list: bool,
    /// The template to begin with [default: hello]
    #[arg(long, value_name = "NAME", conflicts_with_all = ["from_template", "from_stack"])]
    pub template: Option<String>,
    /// Writes a blueprint for an existing CloudFormation template, JSON or YAML
    #[arg(long, value_name = "FILE", conflicts_with = "from_stack")]
    pub from_template: Option<PathBuf>,
    /// Writes a blueprint for a deployed stack
    #[arg(long, value_name = "NAME")]
    pub from_stack: Option<String>,
}

/// `formwork fmt`
#[derive(Debug, Clone, Args)]
pub struct FmtArgs {
    /// The blueprint.
    #[command(flatten)]
    pub at: BlueprintArg,
    /// Changes nothing: lists the files that would change and ends with 1 when there are any; -v shows
    /// how
    #[arg(long)]
    pub check: bool,
}

/// `formwork check`
#[derive(Debug, Clone, Args)]
pub struct CheckArgs {
    /// The blueprint.
    #[command(flatten)]
    pub at: BlueprintArg,
    /// How to print what was found
    #[arg(long, value_enum, default_value = "text")]
    pub format: ProblemsFormat,
}

/// `formwork render`
#[derive(Debug, Clone, Args)]
pub struct RenderArgs {
    /// The blueprint.
    #[command(flatten)]
    pub at: BlueprintArg,
    /// Writes a file for each stack into this folder
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// The templates' format
    #[arg(long, value_enum, default_value = "yaml")]
    pub format: TemplateFormat,
}

/// `formwork graph`
#[derive(Debug, Clone, Args)]
pub struct GraphArgs {
    /// The blueprint.
    #[command(flatten)]
    pub at: BlueprintArg,
    /// The drawing's format
    #[arg(long, value_enum, default_value = "text")]
    pub format: GraphFormat,
}

/// `formwork plan`
#[derive(Debug, Clone, Args)]
pub struct PlanArgs {
    /// The blueprint.
    #[command(flatten)]
    pub at: BlueprintArg,
    /// Plans `destroy`
    #[arg(long)]
    pub destroy: bool,
    /// Ends with 2 when there are changes
    #[arg(long)]
    pub exit_code: bool,
    /// How to print the plan
    #[arg(long, value_enum, default_value = "text")]
    pub format: Format,
}

/// `formwork deploy`
#[derive(Debug, Clone, Args)]
pub struct DeployArgs {
    /// The blueprint.
    #[command(flatten)]
    pub at: BlueprintArg,
    /// With -s: does not bring along what the selected stacks depend on
    #[arg(long)]
    pub exclusively: bool,
    /// Takes over a stack without our tags; may be repeated
    #[arg(long, value_name = "KEY")]
    pub adopt: Vec<String>,
    /// Sends this sensitive variable even if nothing else changes; may be repeated
    #[arg(long, value_name = "VAR")]
    pub rotate: Vec<String>,
    /// Lets this stateful resource be replaced or deleted; may be repeated
    #[arg(long, value_name = "STACK.LogicalId")]
    pub allow_loss: Vec<String>,
    /// Lets a resource go whose value a deployed dependent still uses
    #[arg(long)]
    pub allow_interruption: bool,
    /// Waits for operations that others have in flight instead of refusing
    #[arg(long)]
    pub wait: bool,
    /// Starts nothing more after the first failure
    #[arg(long)]
    pub fail_fast: bool,
}

/// `formwork destroy`
#[derive(Debug, Clone, Args)]
pub struct DestroyArgs {
    /// The blueprint.
    #[command(flatten)]
    pub at: BlueprintArg,
    /// The protected environment's name, instead of typing it
    #[arg(long, value_name = "ENV")]
    pub confirm: Option<String>,
    /// Leaves this resource of a stack whose deletion failed behind; may be repeated
    #[arg(long, value_name = "STACK.LogicalId")]
    pub retain: Vec<String>,
    /// Waits for operations that others have in flight instead of refusing
    #[arg(long)]
    pub wait: bool,
    /// Starts nothing more after the first failure
    #[arg(long)]
    pub fail_fast: bool,
}

/// `formwork status`
#[derive(Debug, Clone, Args)]
pub struct StatusArgs {
    /// The blueprint.
    #[command(flatten)]
    pub at: BlueprintArg,
    /// How to print it
    #[arg(long, value_enum, default_value = "text")]
    pub format: Format,
}

/// `formwork outputs`
#[derive(Debug, Clone, Args)]
pub struct OutputsArgs {
    /// The blueprint's folder or file (without it, upward from here), then a stack or one of its
    /// outputs
    #[arg(value_name = "[BLUEPRINT] [STACK[.NAME]]", num_args = 0..=2)]
    pub words: Vec<String>,
    /// How to print them
    #[arg(long, value_enum, default_value = "table")]
    pub format: OutputsFormat,
}

/// `formwork explain`
#[derive(Debug, Clone, Args)]
pub struct ExplainArgs {
    /// What to explain: AWS::S3::Bucket, a component as aws/vpc (`components` lists them), a code as
    /// unknown_key (`codes` lists them), or stacks, vars.NAME and stacks.KEY.LogicalId.Property; before
    /// it, the blueprint's folder or file
    #[arg(value_name = "[BLUEPRINT] WHAT", num_args = 1..=2, required = true)]
    pub words: Vec<String>,
    /// How to print it
    #[arg(long, value_enum, default_value = "text")]
    pub format: Format,
}

/// `formwork iam`
#[derive(Debug, Clone, Args)]
pub struct IamArgs {
    /// The blueprint.
    #[command(flatten)]
    pub at: BlueprintArg,
    /// Every action with its reasons, or the policy document alone
    #[arg(long, value_enum, default_value = "text")]
    pub format: Format,
}

/// `formwork local …`
#[derive(Debug, Clone, Subcommand)]
pub enum LocalCommand {
    /// Serves the local cloud until interrupted
    Serve {
        /// The port to listen on; 0 takes a free one
        #[arg(long, default_value_t = 4599)]
        port: u16,
    },
    /// Forgets everything that the local cloud holds
    Reset,
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    fn parse(words: &[&str]) -> Result<Cli, clap::Error> {
        Cli::try_parse_from(std::iter::once("formwork").chain(words.iter().copied()))
    }

    #[test]
    fn the_definition_holds_together() {
        Cli::command().debug_assert();
    }

    #[test]
    fn global_flags_go_before_and_after_the_command() {
        let cli = parse(&[
            "-e", "prod", "deploy", "-s", "a", "-s", "b+", "-y", "--set", "x=1=2",
        ])
        .unwrap();
        assert_eq!(Given::text(cli.global.env.as_ref()), Some("prod"));
        assert_eq!(cli.global.stacks, ["a", "b+"]);
        assert!(cli.global.yes);
        assert_eq!(
            cli.global.set,
            [Assignment {
                name: "x".into(),
                text: "1=2".into()
            }]
        );
        assert_eq!(cli.global.jobs, 50);
    }

    #[test]
    fn what_a_later_version_brings_is_unknown_to_the_parser() {
        for words in [
            &["audit"][..],
            &["verify"],
            &["deploy", "--express"],
            &["deploy", "--prune"],
            &["deploy", "--no-rollback"],
            &["deploy", "--plan", "x"],
            &["plan", "--drift"],
            &["plan", "--offline"],
            &["plan", "--out", "x"],
            &["plan", "--format", "markdown"],
            &["graph", "--format", "svg"],
            &["local", "logs"],
        ] {
            assert!(parse(words).is_err(), "{words:?}");
        }
    }

    #[test]
    fn local_and_an_endpoint_exclude_each_other() {
        assert!(parse(&["plan", "--local", "--endpoint-url", "http://127.0.0.1:1"]).is_err());
    }

    #[test]
    fn a_throttle_is_two_numbers() {
        assert_eq!(
            throttle("10,2"),
            Ok(Throttle {
                reads: 10,
                mutations: 2
            })
        );
        for wrong in ["10", "0,1", "a,b", "1,2,3", "1,0.5", ""] {
            assert!(throttle(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_switch_from_the_environment_says_yes_or_no() {
        assert_eq!(switch("1"), Ok(true));
        assert_eq!(switch(""), Ok(false));
        assert!(switch("maybe").is_err());
    }
}
