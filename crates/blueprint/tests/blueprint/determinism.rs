//! Same input, same bytes; and an order that keeps every dependency, whatever the graph.

use crate::support::{self, good, load_files, template};
use formwork_blueprint::Blueprint;
use proptest::prelude::*;
use std::fmt::Write as _;

/// Stacks of which each depends on some before it, and the order in which they are written.
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

fn written(edges: &[Vec<usize>], order: &[usize]) -> String {
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
    fn the_order_keeps_every_dependency((edges, order) in graphs()) {
        let text = written(&edges, &order);
        let blueprint = good(load_files(&[("blueprint.toml", &text)]));
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
    fn the_same_input_gives_the_same_bytes((edges, order) in graphs()) {
        let text = written(&edges, &order);
        let first = good(load_files(&[("blueprint.toml", &text)]));
        let again = good(load_files(&[("blueprint.toml", &text)]));
        prop_assert_eq!(bytes(&first, edges.len()), bytes(&again, edges.len()));
        let keys = |blueprint: &Blueprint| blueprint.graph.order().map(|stack| stack.key.clone()).collect::<Vec<_>>();
        prop_assert_eq!(keys(&first), keys(&again));
        // A stack's template does not depend on where the stack is written.
        let sorted: Vec<usize> = (0..edges.len()).collect();
        let other = good(load_files(&[("blueprint.toml", &written(&edges, &sorted))]));
        prop_assert_eq!(bytes(&first, edges.len()), bytes(&other, edges.len()));
    }

    #[test]
    fn no_text_makes_loading_panic(text in "\\PC{0,60}", braces in "[${}!'\"a-z.|()\\[\\]\\\\ ]{0,40}") {
        support::load_stack(&text);
        let quoted = braces.replace('\\', "\\\\").replace('"', "\\\"");
        support::load_stack(&format!("[A]\ntype = \"AWS::SNS::Topic\"\nName = \"{quoted}\"\n"));
    }
}
