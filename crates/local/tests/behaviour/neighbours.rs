//! The constraints between resources of different stacks.

use crate::bench::{Bench, desired, given, wait};

const GROUP: &str = r#"{
    "Parameters": {"Text": {"Type": "String", "Default": "one"}},
    "Resources": {"Group": {"Type": "AWS::EC2::SecurityGroup", "Properties": {
        "VpcId": "vpc-1", "GroupDescription": {"Ref": "Text"}}}},
    "Outputs": {"Id": {"Value": {"Ref": "Group"}}}
}"#;

fn user(group: &str) -> String {
    format!(
        r#"{{"Resources": {{"Client": {{"Type": "AWS::EC2::Instance", "Properties": {{
            "SecurityGroupIds": ["{group}"]}}}}}}}}"#
    )
}

/// Returns a bench with a security group in the stack `base` that an instance of the stack `user`
/// uses, and the group's id.
async fn with_user() -> (Bench, String) {
    let bench = Bench::new();
    bench.create("base", GROUP).unwrap();
    wait(5.0).await;
    let group = bench.physical_id("base", "Group");
    bench.create("user", &user(&group)).unwrap();
    wait(5.0).await;
    (bench, group)
}

#[tokio::test(start_paused = true)]
async fn a_group_that_another_stack_uses_is_not_deleted() {
    let (bench, group) = with_user().await;
    bench.delete("base").unwrap();
    wait(5.0).await;
    let failed = "DELETE_FAILED: The following resource(s) failed to delete: [Group].";
    assert_eq!(bench.status("base"), failed);
    let events = bench.events("base");
    let reasons: Vec<_> = events
        .iter()
        .filter_map(|event| event.status_reason.as_deref())
        .collect();
    let violation = format!("resource {group} has a dependent object");
    assert!(
        reasons.iter().any(|reason| reason.contains(&violation)),
        "{reasons:?}"
    );

    bench.delete("user").unwrap();
    wait(5.0).await;
    bench.delete("base").unwrap();
    wait(5.0).await;
    assert!(bench.describe("base").is_err());
}

#[tokio::test(start_paused = true)]
async fn a_replaced_group_that_is_still_used_stays_behind() {
    let (bench, group) = with_user().await;
    let mut update = desired("base", GROUP);
    update.parameters = vec![given("Text", "two")];
    bench.update_as(update).unwrap();
    wait(20.0).await;
    // A cleanup that fails does not fail the update.
    let orphan = "The following resource(s) could not be deleted during cleanup: [Group].";
    assert_eq!(bench.status("base"), format!("UPDATE_COMPLETE: {orphan}"));
    assert_ne!(bench.physical_id("base", "Group"), group);
    let events = bench.events("base");
    let stays = |event: &&formwork_local::model::response::StackEvent| {
        event.physical_id == group && event.status == "DELETE_FAILED"
    };
    assert!(events.iter().any(|event| stays(&event)));
}

#[tokio::test(start_paused = true)]
async fn a_second_endpoint_with_the_same_private_names_is_refused() {
    let endpoint = |kind: &str| {
        format!(
            r#"{{"Resources": {{"Endpoint": {{"Type": "AWS::EC2::VPCEndpoint", "Properties": {{
                "VpcId": "vpc-1", "ServiceName": "com.amazonaws.us-east-1.execute-api",
                "VpcEndpointType": "{kind}", "PrivateDnsEnabled": true}}}}}}}}"#
        )
    };
    let bench = Bench::new();
    bench.create("one", &endpoint("Interface")).unwrap();
    wait(5.0).await;
    bench.create("two", &endpoint("Interface")).unwrap();
    wait(10.0).await;
    let events = bench.events("two");
    let reasons: Vec<_> = events
        .iter()
        .filter_map(|event| event.status_reason.as_deref())
        .collect();
    let clash = "there is already a conflicting DNS domain for execute-api.us-east-1.amazonaws.com in the VPC vpc-1";
    assert!(
        reasons.iter().any(|reason| reason.contains(clash)),
        "{reasons:?}"
    );
    assert_eq!(
        bench.describe("two").unwrap().status.as_str(),
        "ROLLBACK_COMPLETE"
    );
    // A replacement is created while the old resource still exists, so it conflicts with it.
    bench
        .update("one", &endpoint("GatewayLoadBalancer"))
        .unwrap();
    wait(10.0).await;
    assert_eq!(
        bench.describe("one").unwrap().status.as_str(),
        "UPDATE_ROLLBACK_COMPLETE"
    );
}

#[tokio::test(start_paused = true)]
async fn an_instance_has_an_address_of_its_subnet_in_whichever_stack_that_is() {
    let instance = |subnet: &str| {
        format!(
            r#""Client": {{"Type": "AWS::EC2::Instance", "Properties": {{"SubnetId": {subnet}}}}}}},
            "Outputs": {{
                "Ip": {{"Value": {{"Fn::GetAtt": ["Client", "PrivateIp"]}}}},
                "Zone": {{"Value": {{"Fn::GetAtt": ["Client", "AvailabilityZone"]}}}},
                "Vpc": {{"Value": {{"Fn::GetAtt": ["Client", "VpcId"]}}}}}}}}"#
        )
    };
    let subnet = r#"{"Resources": {"Subnet": {"Type": "AWS::EC2::Subnet", "Properties": {
        "VpcId": "vpc-1", "CidrBlock": "10.77.3.0/28", "AvailabilityZone": "us-east-1c"}}"#;
    let bench = Bench::new();
    bench
        .create(
            "one",
            &format!("{subnet}, {}", instance(r#"{"Ref": "Subnet"}"#)),
        )
        .unwrap();
    wait(5.0).await;
    let id = bench.physical_id("one", "Subnet");
    bench
        .create(
            "two",
            &format!(r#"{{"Resources": {{{}"#, instance(&format!("\"{id}\""))),
        )
        .unwrap();
    wait(5.0).await;
    for stack in ["one", "two"] {
        let outputs = bench.outputs(stack);
        let (ip, rest) = outputs.split_once(' ').unwrap();
        let host = ip
            .strip_prefix("Ip=10.77.3.")
            .unwrap()
            .parse::<u8>()
            .unwrap();
        assert!((4..15).contains(&host), "{outputs}");
        assert_eq!(rest, "Zone=us-east-1c Vpc=vpc-1");
    }
}
