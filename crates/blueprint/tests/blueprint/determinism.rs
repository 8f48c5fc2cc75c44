//! Determinism: the same input renders the same bytes, and the order of stacks respects every dependency.

use crate::support::{self, expect_valid, load_files, template};
use formwork_blueprint::Blueprint;
use proptest::prelude::*;
use std::fmt::Write as _;

/// Generates stacks that each depend on some earlier ones, and the order of their declarations.
fn graphs() -> impl Strategy<Value = (Vec<Vec<usize>>, Vec<usize>)> {
    (2usize..14).prop_flat_map(|count| {
        let edges = (0..count)
            .map(|stack| proptest::collection::btree_set(0..stack.max(1), 0..=stack.min(3)))
            .collect::<Vec<_>>();
        let edges = edges.prop_map(|edges| {
            let without_self = |(stack, edges): (usize, std::collections::BTreeSet<usize>)| {
                edges
                    .into_iter()
                    .filter(|other| *other < stack)
                    .collect::<Vec<_>>()
            };
            edges
                .into_iter()
                .enumerate()
                .map(without_self)
                .collect::<Vec<_>>()
        });
        (edges, Just((0..count).collect::<Vec<_>>()).prop_shuffle())
    })
}

fn blueprint_text(edges: &[Vec<usize>], order: &[usize]) -> String {
    let mut text = String::from("name = \"demo\"\n");
    for &stack in order {
        writeln!(
            text,
            "[stacks.s{stack}.P]\ntype = \"AWS::SSM::Parameter\"\nType = \"String\""
        )
        .unwrap();
        let values: Vec<String> = edges[stack]
            .iter()
            .map(|other| format!("${{stacks.s{other}.Name}}"))
            .collect();
        writeln!(
            text,
            "Value = \"{} end\"\n[stacks.s{stack}.outputs]\nName = \"${{P}}\"",
            values.join(" ")
        )
        .unwrap();
    }
    text
}

fn bytes(blueprint: &Blueprint, count: usize) -> Vec<String> {
    (0..count)
        .map(|stack| template(blueprint, &format!("s{stack}")))
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn the_order_respects_every_dependency((edges, order) in graphs()) {
        let text = blueprint_text(&edges, &order);
        let blueprint = expect_valid(load_files(&[("blueprint.toml", &text)]));
        let place = |key: &str| blueprint.graph.order().position(|stack| stack.key.as_str() == key).unwrap();
        for (stack, edges) in edges.iter().enumerate() {
            for other in edges {
                let (before, after) = (place(&format!("s{other}")), place(&format!("s{stack}")));
                prop_assert!(before < after);
            }
            let needs: Vec<String> = blueprint.graph.dependencies(&format!("s{stack}")).map(ToString::to_string).collect();
            prop_assert_eq!(needs.len(), edges.len());
        }
        prop_assert_eq!(blueprint.graph.order().len(), edges.len());
    }

    #[test]
    fn the_same_input_renders_the_same_bytes((edges, order) in graphs()) {
        let text = blueprint_text(&edges, &order);
        let first = expect_valid(load_files(&[("blueprint.toml", &text)]));
        let again = expect_valid(load_files(&[("blueprint.toml", &text)]));
        prop_assert_eq!(bytes(&first, edges.len()), bytes(&again, edges.len()));
        let keys = |blueprint: &Blueprint| blueprint.graph.order().map(|stack| stack.key.clone()).collect::<Vec<_>>();
        prop_assert_eq!(keys(&first), keys(&again));
        // A stack's template does not depend on the order of declarations.
        let sorted: Vec<usize> = (0..edges.len()).collect();
        let other = expect_valid(load_files(&[("blueprint.toml", &blueprint_text(&edges, &sorted))]));
        prop_assert_eq!(bytes(&first, edges.len()), bytes(&other, edges.len()));
    }

    #[test]
    fn loading_never_panics(text in "\\PC{0,60}", braces in "[${}!'\"a-z.|()\\[\\]\\\\ ]{0,40}") {
        support::load_stack(&text);
        let quoted = braces.replace('\\', "\\\\").replace('"', "\\\"");
        support::load_stack(&format!("[A]\ntype = \"AWS::SNS::Topic\"\nName = \"{quoted}\"\n"));
    }
}
