//! Plausible values of the public SSM parameters that AWS publishes.

use crate::model::clock::Time;
use crate::model::ssm_parameter::SsmParameter;

/// Returns a public parameter under `/aws/service/`: the id of an image, or a text that is derived
/// from the name. Its value never changes.
pub(crate) fn public_parameter(region: &str, name: &str) -> Option<SsmParameter> {
    let service = name.strip_prefix("/aws/service/")?;
    let hex = formwork_template::sha256(format!("{region}{name}")).to_string();
    let is_image =
        service.starts_with("ami-") || name.ends_with("/image_id") || name.ends_with("/ami-id");
    let value = if is_image {
        format!("ami-0{}", &hex[..16])
    } else {
        format!(
            "{}-{}",
            service.rsplit('/').next().unwrap_or(service),
            &hex[..8]
        )
    };
    Some(SsmParameter {
        name: name.to_owned(),
        version: 1,
        kind: "String".to_owned(),
        value,
        changed: Time::MEMORY_START,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_aws_publishes_is_of_the_region_and_looks_like_an_image() {
        let name = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64";
        let image = |region| public_parameter(region, name).unwrap().value;
        assert!(image("us-east-1").starts_with("ami-0"));
        assert_eq!(image("us-east-1").len(), "ami-".len() + 17);
        assert_ne!(image("us-east-1"), image("eu-west-1"));
        assert_eq!(public_parameter("us-east-1", "/aws/other"), None);
        let ecs = public_parameter(
            "us-east-1",
            "/aws/service/ecs/optimized-ami/amazon-linux-2023/recommended/image_id",
        );
        assert!(ecs.unwrap().value.starts_with("ami-0"));
    }
}
