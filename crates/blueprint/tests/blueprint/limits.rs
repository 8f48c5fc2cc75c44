//! Limits: loading hostile input ends quickly, with an error.

use crate::support::{self, brief, load_files, load_stack};

/// Expressions of at most 1,024 bytes that try to exhaust the thread's stack, time or memory.
#[test]
fn expressions_stay_within_their_limits() {
    let shapes = [
        format!("{}1{}", "(".repeat(500), ")".repeat(500)),
        format!("{}1{}", "[".repeat(500), "]".repeat(500)),
        format!("{}1{}", "{'a':".repeat(150), "}".repeat(150)),
        format!("{}true", "not ".repeat(250)),
        format!("{}1", "-".repeat(1000)),
        format!("1{}", " + 1".repeat(250)),
        format!("'a'{}", "|upper".repeat(160)),
        format!("{}1", "1 if true else ".repeat(65)),
        format!("x{}", ".a".repeat(500)),
        format!("[1]{}", "[0]".repeat(330)),
        format!("{}1{}", "base64(".repeat(125), ")".repeat(125)),
        format!("'a'{}", "|replace('a','aaaaaaaaaa')".repeat(37)),
        format!(
            "'a,a'{}",
            "|replace('a','a,a')|split(',')|join('a,a')".repeat(20)
        ),
        format!("[1]{}", "|batch(1)|list".repeat(60)),
        "[[1] * 100000]|map('string') * 100000".to_owned(),
        "'x' * 1000000000".to_owned(),
        "('x' * 1000) * 1000 * 1000".to_owned(),
        "[[1] * 100000] * 100000".to_owned(),
        "2 in [1] * 100000000".to_owned(),
        "[[1] * 100000000] | string | length".to_owned(),
        format!("{0} == {0}", "[".repeat(9) + "1" + &"] * 99".repeat(9)),
        "[range(100000), range(100000)] | string | length".to_owned(),
        "range(100000) | map('string') | join(',') | length".to_owned(),
        "2 ** 100000".to_owned(),
        "9223372036854775807 * 9223372036854775807".to_owned(),
        "(range(100000) | list) == (range(100000) | list)".to_owned(),
        "'%1000000000d' | format(1)".to_owned(),
        "'a' | indent(1000000000)".to_owned(),
        "'a' | center(1000000000)".to_owned(),
    ];
    for shape in shapes {
        assert!(shape.len() <= 1024, "{shape}");
        let stack = format!("[A]\ntype = \"Acme::SNS::Topic\"\nX = \"${{{shape}}}\"\n");
        let loaded = load_stack(&stack);
        match &loaded.blueprint {
            Some(blueprint) => {
                let text = support::part(blueprint, "web", "Resources.A.Properties.X");
                assert!(text.len() < 10_000, "{shape} gave {} bytes", text.len());
            }
            None => {
                let shown = brief(&loaded);
                assert!(shown.contains("web.toml:3"), "{shape}: {shown}");
            }
        }
    }
}

/// Each stack refers to the one before. No step of loading recurses along the chain.
#[test]
fn loading_does_not_recurse_along_a_chain_of_stacks() {
    let count = 3_000;
    let mut text = String::from("name = \"demo\"\n");
    for stack in 0..count {
        let value = match stack {
            0 => "[\"a\", \"b\"]".to_owned(),
            _ => format!("\"${{stacks.s{}.List}}\"", stack - 1),
        };
        text.push_str(&format!("[stacks.s{stack}.T]\ntype = \"Acme::SNS::Topic\"\n[stacks.s{stack}.outputs]\nList = {value}\n"));
    }
    let blueprint = support::expect_valid(load_files(&[("blueprint.toml", &text)]));
    let last = format!("s{}", count - 1);
    let kind = support::part(
        &blueprint,
        &last,
        &format!("Parameters.S{}List.Type", count - 2),
    );
    assert_eq!(
        kind, "\"CommaDelimitedList\"",
        "that it is a list is known at its end"
    );
    assert_eq!(
        blueprint.graph.order().next_back().unwrap().key.as_str(),
        last
    );

    let round = text.replace(
        "List = [\"a\", \"b\"]",
        &format!("List = \"${{stacks.{last}.List}}\""),
    );
    let loaded = load_files(&[("blueprint.toml", &round)]);
    let cycles: Vec<_> = loaded
        .problems
        .iter()
        .filter(|problem| problem.is_error())
        .collect();
    assert_eq!(cycles.len(), 1);
    assert_eq!(
        cycles[0].labels.len(),
        count,
        "each reference on the way round is shown"
    );
}

/// Every stack refers to every other. The cycle is one problem with every reference, found in linear time.
#[test]
fn a_cycle_of_many_references_is_one_problem() {
    let count = 60;
    let mut text = String::from("name = \"demo\"\n");
    for stack in 0..count {
        let others: Vec<String> = (0..count)
            .filter(|other| *other != stack)
            .map(|other| format!("${{stacks.s{other}.Arn}}"))
            .collect();
        text.push_str(&format!("[stacks.s{stack}.T]\ntype = \"Acme::SNS::Topic\"\nX = \"{}\"\n[stacks.s{stack}.outputs]\nArn = \"${{T}}\"\n", others.join(" ")));
    }
    let loaded = load_files(&[("blueprint.toml", &text)]);
    assert_eq!(loaded.problems.len(), 1);
    assert_eq!(loaded.problems[0].labels.len(), count * (count - 1));
}

/// A few lines that grow into texts or lists larger than the memory.
#[test]
fn values_that_grow_exponentially_are_refused() {
    let text = "x".repeat(100_000);
    let uses = "${vars.a}".repeat(2_000);
    let texts = format!(
        "name = \"x\"\n[vars]\na = \"{text}\"\n[stacks.s.T]\ntype = \"AWS::SNS::Topic\"\nDisplayName = \"{uses}\"\n"
    );
    let mut lists = String::from("name = \"x\"\n[stacks.s.T]\ntype = \"AWS::SNS::Topic\"\n");
    for property in 0..50 {
        lists.push_str(&format!("P{property} = \"${{range(50000) | list}}\"\n"));
    }
    for (blueprint, line) in [(texts, 6), (lists, 10)] {
        let loaded = load_files(&[("blueprint.toml", &blueprint)]);
        let limits: Vec<_> = loaded
            .problems
            .iter()
            .filter(|problem| problem.code.name == "value_limit")
            .collect();
        assert_eq!(limits.len(), 1, "reported once");
        let place = loaded.sources.position(limits[0].labels[0].span);
        assert_eq!(place.line, line);
    }
}

/// A value that is written once and repeated by the items of a `for_each`, by components in one or
/// many stacks, or by templates.
#[test]
fn excessive_repetition_is_refused() {
    let many = "[1".to_owned() + &",1".repeat(15_000) + "]";
    let topic = "[T]\ntype = \"AWS::SNS::Topic\"\n";
    let component = format!("{topic}metadata.x = {many}\n");
    let template = format!(
        "{{\"Resources\": {{\"T\": {{\"Type\": \"AWS::SNS::Topic\", \"Metadata\": {{\"x\": {many}}}}}}}}}"
    );
    let items = "for_each = \"${range(400) | list}\"\n";
    let used = format!("[stacks.s.T]\nuse = \"./part\"\n{items}");
    let literal = format!("[stacks.s.T]\ntype = \"AWS::SNS::Topic\"\n{items}metadata.x = {many}\n");
    let stacks = |with: &str| -> String {
        let stack = |stack: usize| format!("[stacks.s{stack}]\n{with}\n");
        (0..400).map(stack).collect()
    };
    let stack = "the repeated values in the stack are more than a template can contain";
    let all = "the repeated values in the blueprint's stacks are more than the limit";
    for (stacks, expect) in [
        (literal, stack),
        (used, stack),
        (stacks("use = \"./part\""), all),
        (stacks("template = \"t.json\""), all),
    ] {
        let blueprint = format!("name = \"x\"\n{stacks}");
        let loaded = load_files(&[
            ("blueprint.toml", &blueprint),
            ("part.toml", &component),
            ("t.json", &template),
        ]);
        let limits: Vec<&str> = loaded
            .problems
            .iter()
            .filter(|problem| problem.code.name == "value_limit")
            .map(|problem| problem.message.as_str())
            .collect();
        assert_eq!(limits, [expect]);
    }
}

/// References to the outputs of both declarations resolve, and each has its own text.
#[test]
fn a_duplicate_stack_may_use_a_component() {
    let shown = brief(&load_files(&[
        (
            "blueprint.toml",
            "name = \"x\"\n[stacks.web.Topic]\ntype = \"AWS::SNS::Topic\"\n[stacks.app.T]\ntype = \"AWS::SNS::Topic\"\nDisplayName = \"${stacks.web.Arn}\"\n",
        ),
        ("stacks/web.toml", "use = \"aws/bucket\"\n"),
    ]));
    insta::assert_snapshot!(shown, @r#"
    blueprint.toml:2 + stacks/web.toml:1 duplicate_stack: duplicate stack `web`
    "#);
}

/// After a maximum number of problems, the check stops and reports that it did.
#[test]
fn the_number_of_problems_is_limited() {
    let text = format!(
        "[A]\ntype = \"AWS::SNS::Topic\"\nTags = [{}]\n",
        "\"${vars.no}\",".repeat(30_000)
    );
    let loaded = load_stack(&text);
    assert!(loaded.blueprint.is_none());
    let last = loaded
        .problems
        .iter()
        .find(|problem| problem.code.name == "problem_limit");
    assert_eq!(
        last.unwrap().message,
        "more than 20000 problems: the rest is not checked"
    );
    assert_eq!(loaded.problems.len(), 20_002);
}

/// The types of outputs are determined earlier, but their problems are still reported.
#[test]
fn the_number_of_problems_in_outputs_is_limited() {
    let mut text = String::from("[A]\ntype = \"AWS::SNS::Topic\"\n[outputs]\n");
    for output in 0..21_000 {
        text.push_str(&format!("O{output} = \"${{vars.no}}\"\n"));
    }
    let loaded = load_stack(&text);
    assert!(loaded.problems.len() > 20_000);
}

/// Many expressions that each use the maximum fuel of one stop when the fuel of all is used up.
#[test]
fn expressions_share_a_budget() {
    let mut stack = String::from("[T]\ntype = \"AWS::SNS::Topic\"\n");
    for property in 0..2_000 {
        stack.push_str(&format!(
            "P{property} = \"${{range(99999) | map('string') | join | length}}\"\n"
        ));
    }
    let loaded = load_stack(&stack);
    let shown = brief(&loaded);
    let budget: Vec<&str> = shown
        .lines()
        .filter(|line| line.contains("steps in total"))
        .collect();
    assert_eq!(budget.len(), 1, "reported once: {shown}");
    assert!(budget[0].starts_with("stacks/web.toml:"), "{}", budget[0]);
}

/// Each instance would include the content that all others follow.
#[test]
fn content_of_logical_ids_is_limited() {
    let stack = |count: usize| {
        let text = format!(
            "[A]\ntype = \"Acme::SNS::Topic\"\nfor_each = \"${{range({count}) | list}}\"\nredeploy_on = [\"A\"]\n"
        );
        brief(&load_stack(&text))
    };
    assert_eq!(stack(44), "");
    insta::assert_snapshot!(stack(45), @"stacks/web.toml:4 follow_limit: the logical ids of one stack follow more than 2000 resources and values");
}

/// 500 resources with 500 references each are too many for a template.
#[test]
fn references_between_for_each_resources_are_limited() {
    let text =
        "[A]\ntype = \"Acme::SNS::Topic\"\nfor_each = \"${range(500) | list}\"\nX = \"${A}\"\n";
    let shown = brief(&load_stack(text));
    assert!(shown.contains("value_limit"), "{shown}");
}

/// An error in one line is one problem, however many resources and items it applies to.
#[test]
fn an_error_in_a_for_each_is_reported_once() {
    let text = "[A]\ntype = \"AWS::SNS::Topic\"\nfor_each = [\"a\", \"b\", \"c\"]\nDisplayName = \"n\"\nColour = 1\n";
    insta::assert_snapshot!(brief(&load_stack(text)), @r#"stacks/web.toml:5 unknown_property: unknown property `Colour` of `AWS::SNS::Topic`"#);
}
