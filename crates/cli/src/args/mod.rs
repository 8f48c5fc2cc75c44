//! The command line: every command, every flag, and the environment variables that replace flags.

mod value;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

pub use value::{
    Assignment, ColorChoice, GraphFormat, OptionalText, OutputFormat, OutputsFormat, Pace,
    ProblemsFormat, ProgressChoice, TemplateFormat, Throttle,
};
use value::{optional_text, parse_assignment, parse_switch, parse_throttle};

/// Deploys TOML blueprints as CloudFormation stacks in dependency order.
#[derive(Debug, Parser)]
#[command(
    name = "formwork",
    version,
    max_term_width = 100,
    subcommand_required = true,
    disable_help_subcommand = true
)]
#[command(
    after_help = "Exit status: 0 success, 1 failure, 2 changes (plan --exit-code), 3 invalid \
                        blueprint, 64 wrong usage, 130 interrupted, 143 terminated."
)]
pub struct Cli {
    /// The command.
    #[command(subcommand)]
    pub command: Command,
    /// The global flags.
    #[command(flatten)]
    pub global: Global,
}

/// The command.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Creates a blueprint from a template or from an existing stack
    Init(InitArgs),
    /// Formats the files of a blueprint; comments stay
    Fmt(FmtArgs),
    /// Checks a blueprint and reports every problem, offline
    Check(CheckArgs),
    /// Prints the CloudFormation template of each stack
    Render(RenderArgs),
    /// Shows the stacks and the values that flow between them
    Graph(GraphArgs),
    /// Compares a blueprint with the deployed stacks; changes nothing
    Plan(PlanArgs),
    /// Deploys the stacks of a blueprint in dependency order
    Deploy(DeployArgs),
    /// Deletes the stacks of a blueprint in reverse order
    Destroy(DestroyArgs),
    /// Shows the deployed stacks of a blueprint
    Status(StatusArgs),
    /// Shows the outputs of deployed stacks; with one name, only its value
    Outputs(OutputsArgs),
    /// Explains a resource type, a component, an error code, or a value of the blueprint
    Explain(ExplainArgs),
    /// Prints the least-privilege IAM policy for a deployment
    Iam(IamArgs),
    /// Serves the local cloud for the AWS CLI and SDKs
    #[command(subcommand)]
    Local(LocalCommand),
}

/// The global flags.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Global options")]
pub struct Global {
    /// Selects stacks: a key, a glob, `x+` (with its dependents), `+x` (with its dependencies), `tag:KEY[=VALUE]`;
    /// repeatable
    #[arg(short, long = "stack", global = true, value_name = "SELECTOR")]
    #[arg(env = "FORMWORK_STACK", value_delimiter = ',')]
    pub stacks: Vec<String>,
    /// Uses this environment
    #[arg(short, long, global = true, env = "FORMWORK_ENV", value_parser = optional_text)]
    pub env: Option<OptionalText>,
    /// Sets a variable; repeatable (also FORMWORK_VAR_name)
    #[arg(long, global = true, value_name = "NAME=VALUE", value_parser = parse_assignment)]
    pub set: Vec<Assignment>,
    /// Uses the local cloud
    #[arg(long, global = true, env = "FORMWORK_LOCAL", value_parser = parse_switch, hide_env_values = true)]
    #[arg(conflicts_with_all = ["endpoint_url", "profile"])]
    pub local: bool,
    /// The pace of operations in the local cloud
    #[arg(
        long,
        global = true,
        env = "FORMWORK_PACE",
        value_enum,
        default_value = "quick"
    )]
    pub pace: Pace,
    /// Limits the calls per second in the local cloud
    #[arg(
        long,
        global = true,
        env = "FORMWORK_THROTTLE",
        value_name = "READS,MUTATIONS"
    )]
    #[arg(value_parser = parse_throttle)]
    pub throttle: Option<Throttle>,
    /// Uses this region instead of the blueprint's or the profile's
    #[arg(long, global = true, env = "FORMWORK_REGION", value_parser = optional_text)]
    pub region: Option<OptionalText>,
    /// Uses this profile of the AWS configuration files
    #[arg(long, global = true, env = "FORMWORK_PROFILE", value_parser = optional_text)]
    pub profile: Option<OptionalText>,
    /// Uses this endpoint for all AWS services
    #[arg(long, global = true, env = "FORMWORK_ENDPOINT_URL", value_name = "URL")]
    #[arg(value_parser = optional_text)]
    pub endpoint_url: Option<OptionalText>,
    /// The maximum number of parallel operations
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
    /// Answers yes to questions
    #[arg(short, long, global = true, env = "FORMWORK_YES", value_parser = parse_switch)]
    #[arg(hide_env_values = true)]
    pub yes: bool,
    /// Never asks; stops instead
    #[arg(long, global = true, env = "FORMWORK_NO_INPUT", value_parser = parse_switch)]
    #[arg(hide_env_values = true)]
    pub no_input: bool,
    /// Prints only problems and results
    #[arg(short, long, global = true, env = "FORMWORK_QUIET", value_parser = parse_switch)]
    #[arg(conflicts_with = "verbose", hide_env_values = true)]
    pub quiet: bool,
    /// Prints details about the work
    #[arg(short, long, global = true, env = "FORMWORK_VERBOSE", value_parser = parse_switch)]
    #[arg(hide_env_values = true)]
    pub verbose: bool,
    /// The use of colors
    #[arg(
        long,
        global = true,
        env = "FORMWORK_COLOR",
        value_enum,
        default_value = "auto"
    )]
    pub color: ColorChoice,
    /// The progress display
    #[arg(
        long,
        global = true,
        env = "FORMWORK_PROGRESS",
        value_enum,
        default_value = "auto"
    )]
    pub progress: ProgressChoice,
    /// Writes all events to a file, as JSON lines
    #[arg(long, global = true, env = "FORMWORK_EVENTS", value_name = "FILE")]
    #[arg(value_parser = optional_text)]
    pub events: Option<OptionalText>,
}

/// The blueprint of a command.
#[derive(Debug, Clone, Args)]
pub struct BlueprintArg {
    /// The blueprint's folder or file [default: search upward from here]
    #[arg(value_name = "BLUEPRINT")]
    pub blueprint: Option<PathBuf>,
}

/// The arguments of `formwork init`.
#[derive(Debug, Clone, Args)]
pub struct InitArgs {
    /// The folder to create the blueprint in [default: the current folder]
    #[arg(value_name = "DIR")]
    pub folder: Option<PathBuf>,
    /// Lists the built-in templates
    #[arg(long, conflicts_with_all = ["template", "from_template", "from_stack", "folder"])]
    pub list: bool,
    /// Starts from this template [default: hello]
    #[arg(long, value_name = "NAME", conflicts_with_all = ["from_template", "from_stack"])]
    pub template: Option<String>,
    /// Creates a blueprint for this CloudFormation template (JSON or YAML)
    #[arg(long, value_name = "FILE", conflicts_with = "from_stack")]
    pub from_template: Option<PathBuf>,
    /// Creates a blueprint for this deployed stack
    #[arg(long, value_name = "NAME")]
    pub from_stack: Option<String>,
}

/// The arguments of `formwork fmt`.
#[derive(Debug, Clone, Args)]
pub struct FmtArgs {
    /// The blueprint.
    #[command(flatten)]
    pub at: BlueprintArg,
    /// Changes nothing: lists the files that would change, and exits with 1 if there are any; with -v, shows the changes
    #[arg(long)]
    pub check: bool,
}

/// The arguments of `formwork check`.
#[derive(Debug, Clone, Args)]
pub struct CheckArgs {
    /// The blueprint.
    #[command(flatten)]
    pub at: BlueprintArg,
    /// The output format
    #[arg(long, value_enum, default_value = "text")]
    pub format: ProblemsFormat,
}

/// The arguments of `formwork render`.
#[derive(Debug, Clone, Args)]
pub struct RenderArgs {
    /// The blueprint.
    #[command(flatten)]
    pub at: BlueprintArg,
    /// Writes one file per stack to this folder
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// The template format
    #[arg(long, value_enum, default_value = "yaml")]
    pub format: TemplateFormat,
}

/// The arguments of `formwork graph`.
#[derive(Debug, Clone, Args)]
pub struct GraphArgs {
    /// The blueprint.
    #[command(flatten)]
    pub at: BlueprintArg,
    /// The output format
    #[arg(long, value_enum, default_value = "text")]
    pub format: GraphFormat,
}

/// The arguments of `formwork plan`.
#[derive(Debug, Clone, Args)]
pub struct PlanArgs {
    /// The blueprint.
    #[command(flatten)]
    pub at: BlueprintArg,
    /// Plans `destroy`
    #[arg(long)]
    pub destroy: bool,
    /// Exits with 2 if there are changes
    #[arg(long)]
    pub exit_code: bool,
    /// The output format
    #[arg(long, value_enum, default_value = "text")]
    pub format: OutputFormat,
}

/// The arguments of `formwork deploy`.
#[derive(Debug, Clone, Args)]
pub struct DeployArgs {
    /// The blueprint.
    #[command(flatten)]
    pub at: BlueprintArg,
    /// With -s: does not include the dependencies of the selected stacks
    #[arg(long)]
    pub exclusively: bool,
    /// Adopts this existing stack that has no formwork tags; repeatable
    #[arg(long, value_name = "KEY")]
    pub adopt: Vec<String>,
    /// Sends this sensitive variable even if nothing else changes; repeatable
    #[arg(long, value_name = "VAR")]
    pub rotate: Vec<String>,
    /// Allows the replacement or deletion of this stateful resource; repeatable
    #[arg(long, value_name = "STACK.LogicalId")]
    pub allow_loss: Vec<String>,
    /// Allows the removal of resources whose values deployed stacks still use
    #[arg(long)]
    pub allow_interruption: bool,
    /// Waits for other operations in progress instead of stopping
    #[arg(long)]
    pub wait: bool,
    /// Starts no new operation after the first failure
    #[arg(long)]
    pub fail_fast: bool,
}

/// The arguments of `formwork destroy`.
#[derive(Debug, Clone, Args)]
pub struct DestroyArgs {
    /// The blueprint.
    #[command(flatten)]
    pub at: BlueprintArg,
    /// The name of the protected environment, to confirm without a prompt
    #[arg(long, value_name = "ENV")]
    pub confirm: Option<String>,
    /// Keeps this resource when a stack's deletion failed because of it; repeatable
    #[arg(long, value_name = "STACK.LogicalId")]
    pub retain: Vec<String>,
    /// Waits for other operations in progress instead of stopping
    #[arg(long)]
    pub wait: bool,
    /// Starts no new operation after the first failure
    #[arg(long)]
    pub fail_fast: bool,
}

/// The arguments of `formwork status`.
#[derive(Debug, Clone, Args)]
pub struct StatusArgs {
    /// The blueprint.
    #[command(flatten)]
    pub at: BlueprintArg,
    /// The output format
    #[arg(long, value_enum, default_value = "text")]
    pub format: OutputFormat,
}

/// The arguments of `formwork outputs`.
#[derive(Debug, Clone, Args)]
pub struct OutputsArgs {
    /// The blueprint's folder or file [default: search upward from here], then a stack or one of its outputs
    #[arg(value_name = "[BLUEPRINT] [STACK[.NAME]]", num_args = 0..=2)]
    pub words: Vec<String>,
    /// The output format
    #[arg(long, value_enum, default_value = "table")]
    pub format: OutputsFormat,
}

/// The arguments of `formwork explain`.
#[derive(Debug, Clone, Args)]
pub struct ExplainArgs {
    /// The topic: a resource type (AWS::S3::Bucket), a component (aws/vpc; `components` lists all), an error code
    /// (unknown_key; `codes` lists all), or a part of the blueprint (stacks, vars.NAME, stacks.KEY.LogicalId.Property);
    /// before it, the blueprint's folder or file
    #[arg(value_name = "[BLUEPRINT] TOPIC", num_args = 1..=2, required = true)]
    pub words: Vec<String>,
    /// The output format
    #[arg(long, value_enum, default_value = "text")]
    pub format: OutputFormat,
}

/// The arguments of `formwork iam`.
#[derive(Debug, Clone, Args)]
pub struct IamArgs {
    /// The blueprint.
    #[command(flatten)]
    pub at: BlueprintArg,
    /// The output format: actions with their reasons, or only the policy document
    #[arg(long, value_enum, default_value = "text")]
    pub format: OutputFormat,
}

/// The commands of `formwork local`.
#[derive(Debug, Clone, Subcommand)]
pub enum LocalCommand {
    /// Serves the local cloud until interrupted
    Serve {
        /// The port; 0 chooses a free one
        #[arg(long, default_value_t = 4599)]
        port: u16,
    },
    /// Deletes the state of the local cloud
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
    fn the_definition_is_valid() {
        Cli::command().debug_assert();
    }

    #[test]
    fn global_flags_work_before_and_after_the_command() {
        let cli = parse(&[
            "-e", "prod", "deploy", "-s", "a", "-s", "b+", "-y", "--set", "x=1=2",
        ])
        .unwrap();
        assert_eq!(OptionalText::text(cli.global.env.as_ref()), Some("prod"));
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
    fn planned_flags_are_unknown() {
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
    fn local_conflicts_with_an_endpoint() {
        assert!(parse(&["plan", "--local", "--endpoint-url", "http://127.0.0.1:1"]).is_err());
    }

    #[test]
    fn a_throttle_is_two_numbers() {
        assert_eq!(
            parse_throttle("10,2"),
            Ok(Throttle {
                reads: 10,
                mutations: 2
            })
        );
        for wrong in ["10", "0,1", "a,b", "1,2,3", "1,0.5", ""] {
            assert!(parse_throttle(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_boolean_variable_is_parsed() {
        assert_eq!(parse_switch("1"), Ok(true));
        assert_eq!(parse_switch(""), Ok(false));
        assert!(parse_switch("maybe").is_err());
    }
}
