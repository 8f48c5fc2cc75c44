//! Estimates the time to create a stack, if the durations of all its resource types are known.

use std::collections::BTreeMap;
use std::time::Duration;

use formwork_catalog::durations::{STACK, typical_durations};
use formwork_template::{Resource, Target, Template};

/// Returns the time of the longest chain of dependent resources, or `None` when the durations of a
/// type are not known.
pub fn creation(template: &Template) -> Option<Duration> {
    let resources: Vec<Resource<'_>> = template.resources().collect();
    let durations: Vec<Duration> = resources
        .iter()
        .map(|resource| Some(typical_durations(resource.kind)?.create))
        .collect::<Option<_>>()?;
    let index: BTreeMap<&str, usize> = resources
        .iter()
        .enumerate()
        .map(|(index, resource)| (resource.id, index))
        .collect();
    let waits: Vec<Vec<usize>> = resources
        .iter()
        .map(|resource| waits_for(resource, &index))
        .collect();
    let mut finished: Vec<Option<Duration>> = vec![None; resources.len()];
    // A checked template has no cycle: each round finishes at least one resource.
    for _ in 0..resources.len() {
        for (at, duration) in durations.iter().enumerate() {
            let begun = waits[at]
                .iter()
                .map(|before| finished[*before])
                .try_fold(Duration::ZERO, |latest, end| end.map(|end| latest.max(end)));
            if let (None, Some(begun)) = (finished[at], begun) {
                finished[at] = Some(begun + *duration);
            }
        }
        if finished.iter().all(Option::is_some) {
            break;
        }
    }
    let last = finished
        .into_iter()
        .collect::<Option<Vec<Duration>>>()?
        .into_iter()
        .max()?;
    Some(STACK + last)
}

fn waits_for(resource: &Resource<'_>, index: &BTreeMap<&str, usize>) -> Vec<usize> {
    let references = resource.node.references();
    let named = references
        .iter()
        .filter_map(|reference| match reference.target {
            Target::Name(name) | Target::Attribute(name, _) => Some(name),
            Target::Condition(_) | Target::Mapping { .. } => None,
        });
    named
        .chain(resource.depends_on())
        .filter_map(|name| index.get(name).copied())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use formwork_template::diagnostics::Sources;

    fn of(text: &str) -> Option<Duration> {
        let mut sources = Sources::default();
        let file = sources.add("t.yaml", text);
        let read = formwork_template::read(file, text);
        creation(&Template::new(read.node.unwrap()).unwrap())
    }

    #[test]
    fn what_waits_is_added_and_what_runs_beside_is_not() {
        let endpoint = typical_durations("AWS::EC2::VPCEndpoint").unwrap().create;
        let vpc = typical_durations("AWS::EC2::VPC").unwrap().create;
        let text = "Resources:
  Endpoint: {Type: AWS::EC2::VPCEndpoint, Properties: {VpcId: !Ref Vpc}}
  Vpc: {Type: AWS::EC2::VPC}
  Other: {Type: AWS::EC2::VPC}";
        assert_eq!(of(text), Some(STACK + endpoint + vpc));
    }

    #[test]
    fn a_type_that_nobody_timed_leaves_the_number_out() {
        assert_eq!(of("Resources: {X: {Type: AWS::Some::Thing}}"), None);
    }
}
