//! Problems as text, as JSON, as SARIF and as GitHub workflow commands.

mod github;
mod json;
mod sarif;
mod text;

use std::collections::BTreeMap;

use formwork_template::diagnostics::{FileId, Label, Position, Problem, Severity, Sources, Span};

pub use github::github;
pub use json::json;
pub use sarif::sarif;
pub use text::{count, text};

/// Problems with their sources.
#[derive(Debug, Clone, Copy)]
pub struct ProblemReport<'a> {
    /// The blueprint's name, if it is known.
    pub blueprint: Option<&'a str>,
    /// The problems in order.
    pub problems: &'a [Problem],
    /// The source texts.
    pub sources: &'a Sources,
    /// The paths of source files relative to the repository's root, with `/`. Sources that are not files, such as a
    /// value of the command line, are not in it.
    pub files: &'a BTreeMap<FileId, String>,
}

/// Returns the start and the end of a label; lines and columns start at 1, and the end is exclusive.
fn label_range(label: &Label, sources: &Sources) -> (Position, Position) {
    let after = Span {
        start: label.span.end,
        ..label.span
    };
    (sources.position(label.span), sources.position(after))
}

/// Returns `error` or `warning`.
fn severity(problem: &Problem) -> &'static str {
    match problem.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    }
}

/// Returns the message of a problem, followed by its help.
fn with_help(problem: &Problem) -> String {
    match &problem.help {
        Some(help) => format!("{}\nhelp: {help}", problem.message),
        None => problem.message.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use formwork_template::diagnostics::Code;

    const CODE: Code = Code {
        name: "unknown_output",
        explanation: "",
    };

    /// Returns an error with labels in two files and a help, a warning about a value from outside, and an error without
    /// labels.
    fn example_problems() -> (Vec<Problem>, Sources, BTreeMap<FileId, String>) {
        let mut sources = Sources::default();
        let a = sources.add(
            "blueprint.toml",
            "name = \"ü\"\n[stacks.api]\nuse = \"y\"\n",
        );
        let b = sources.add("stacks/api, new.toml", "x = \"${\n}\"\n");
        let outside = sources.add("--set cidr", "cidr=1");
        let error = Problem::error(CODE, "stack `api` has no output `Url`: 100%")
            .at(Span::new(a, 12..24), "used here")
            .at(Span::new(b, 4..9), "declared here")
            .help("it has `SecureApiUrl`");
        let warning = Problem::warning(CODE, "m").at(Span::new(outside, 5..6), "");
        let bare = Problem::error(CODE, "no place");
        let files = BTreeMap::from([
            (a, "shop/blueprint.toml".to_owned()),
            (b, "shop/stacks/api, new.toml".to_owned()),
        ]);
        (vec![error, warning, bare], sources, files)
    }

    fn shown(show: impl Fn(&ProblemReport<'_>) -> String) -> String {
        let (problems, sources, files) = example_problems();
        show(&ProblemReport {
            blueprint: Some("shop"),
            problems: &problems,
            sources: &sources,
            files: &files,
        })
    }

    #[test]
    #[expect(clippy::too_many_lines, reason = "one snapshot")]
    fn json_contains_lines_columns_and_bytes() {
        insta::assert_snapshot!(shown(json), @r#"
        {
          "format": 1,
          "blueprint": "shop",
          "problems": [
            {
              "code": "formwork::unknown_output",
              "severity": "error",
              "message": "stack `api` has no output `Url`: 100%",
              "help": "it has `SecureApiUrl`",
              "labels": [
                {
                  "file": "blueprint.toml",
                  "line": 2,
                  "column": 1,
                  "end_line": 2,
                  "end_column": 13,
                  "start_byte": 12,
                  "end_byte": 24,
                  "text": "used here"
                },
                {
                  "file": "stacks/api, new.toml",
                  "line": 1,
                  "column": 5,
                  "end_line": 2,
                  "end_column": 2,
                  "start_byte": 4,
                  "end_byte": 9,
                  "text": "declared here"
                }
              ]
            },
            {
              "code": "formwork::unknown_output",
              "severity": "warning",
              "message": "m",
              "help": null,
              "labels": [
                {
                  "file": "--set cidr",
                  "line": 1,
                  "column": 6,
                  "end_line": 1,
                  "end_column": 7,
                  "start_byte": 5,
                  "end_byte": 6,
                  "text": ""
                }
              ]
            },
            {
              "code": "formwork::unknown_output",
              "severity": "error",
              "message": "no place",
              "help": null,
              "labels": []
            }
          ]
        }
        "#);
    }

    #[test]
    fn github_has_a_command_per_problem() {
        insta::assert_snapshot!(shown(github), @r#"
        ::error file=shop/blueprint.toml,line=2,endLine=2,col=1,endColumn=13,title=formwork%3A%3Aunknown_output::stack `api` has no output `Url`: 100%25%0Ahelp: it has `SecureApiUrl`%0Astacks/api, new.toml:1:5: declared here
        ::warning title=formwork%3A%3Aunknown_output::m%0A--set cidr:1:6
        ::error title=formwork%3A%3Aunknown_output::no place
        "#);
    }

    #[test]
    #[expect(clippy::too_many_lines, reason = "one snapshot")]
    fn sarif_contains_rules_and_results() {
        insta::assert_snapshot!(shown(sarif), @r#"
        {
          "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
          "version": "2.1.0",
          "runs": [
            {
              "tool": {
                "driver": {
                  "name": "formwork",
                  "version": "0.1.0",
                  "semanticVersion": "0.1.0",
                  "rules": [
                    {
                      "id": "formwork::unknown_output",
                      "name": "unknown_output",
                      "shortDescription": {
                        "text": "A reference names an output that the stack does not have."
                      },
                      "fullDescription": {
                        "text": "A reference names an output that the stack does not have."
                      },
                      "help": {
                        "text": "A reference names an output that the stack does not have.\n\nWrong:\n\n```toml\n[Group]\ntype = \"AWS::EC2::SecurityGroup\"\nGroupDescription = \"workers\"\nVpcId = \"${stacks.network.Vpc}\"\n\n# stacks/network.toml\n[Vpc]\ntype = \"AWS::EC2::VPC\"\nCidrBlock = \"10.0.0.0/16\"\n[outputs]\nVpcId = \"${Vpc}\"\n```\n\nRight:\n\n```toml\n[Group]\ntype = \"AWS::EC2::SecurityGroup\"\nGroupDescription = \"workers\"\nVpcId = \"${stacks.network.VpcId}\"\n\n# stacks/network.toml\n[Vpc]\ntype = \"AWS::EC2::VPC\"\nCidrBlock = \"10.0.0.0/16\"\n[outputs]\nVpcId = \"${Vpc}\"\n```",
                        "markdown": "A reference names an output that the stack does not have.\n\nWrong:\n\n```toml\n[Group]\ntype = \"AWS::EC2::SecurityGroup\"\nGroupDescription = \"workers\"\nVpcId = \"${stacks.network.Vpc}\"\n\n# stacks/network.toml\n[Vpc]\ntype = \"AWS::EC2::VPC\"\nCidrBlock = \"10.0.0.0/16\"\n[outputs]\nVpcId = \"${Vpc}\"\n```\n\nRight:\n\n```toml\n[Group]\ntype = \"AWS::EC2::SecurityGroup\"\nGroupDescription = \"workers\"\nVpcId = \"${stacks.network.VpcId}\"\n\n# stacks/network.toml\n[Vpc]\ntype = \"AWS::EC2::VPC\"\nCidrBlock = \"10.0.0.0/16\"\n[outputs]\nVpcId = \"${Vpc}\"\n```"
                      }
                    }
                  ]
                }
              },
              "columnKind": "unicodeCodePoints",
              "originalUriBaseIds": {
                "%SRCROOT%": {
                  "description": {
                    "text": "the root of the repository"
                  }
                }
              },
              "results": [
                {
                  "ruleId": "formwork::unknown_output",
                  "ruleIndex": 0,
                  "level": "error",
                  "message": {
                    "text": "stack `api` has no output `Url`: 100%\nhelp: it has `SecureApiUrl`"
                  },
                  "locations": [
                    {
                      "physicalLocation": {
                        "artifactLocation": {
                          "uri": "shop/blueprint.toml",
                          "uriBaseId": "%SRCROOT%"
                        },
                        "region": {
                          "startLine": 2,
                          "startColumn": 1,
                          "endLine": 2,
                          "endColumn": 13
                        }
                      },
                      "message": {
                        "text": "used here"
                      }
                    }
                  ],
                  "relatedLocations": [
                    {
                      "physicalLocation": {
                        "artifactLocation": {
                          "uri": "shop/stacks/api%2C%20new.toml",
                          "uriBaseId": "%SRCROOT%"
                        },
                        "region": {
                          "startLine": 1,
                          "startColumn": 5,
                          "endLine": 2,
                          "endColumn": 2
                        }
                      },
                      "message": {
                        "text": "declared here"
                      },
                      "id": 0
                    }
                  ]
                },
                {
                  "ruleId": "formwork::unknown_output",
                  "ruleIndex": 0,
                  "level": "warning",
                  "message": {
                    "text": "m"
                  },
                  "locations": []
                },
                {
                  "ruleId": "formwork::unknown_output",
                  "ruleIndex": 0,
                  "level": "error",
                  "message": {
                    "text": "no place"
                  },
                  "locations": []
                }
              ]
            }
          ]
        }
        "#);
    }
}
