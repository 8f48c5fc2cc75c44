//! Physical ids in the format of each type.

use super::id_generator::IdGenerator;
use super::table::{IdFormat, TypeInfo};
use super::{NewResource, arn};

/// Returns the physical id of a resource whose type is in the table.
pub(super) fn physical_id(resource: &NewResource<'_>, info: &TypeInfo) -> String {
    let digits = IdGenerator::new(&[resource.seed, resource.kind, resource.logical_id]);
    let property = |name: &str| resource.properties.text_at(name).unwrap_or_default();
    let explicit = info.name.and_then(|name| resource.properties.text_at(name));
    let stack_context = resource.stack_context;
    match info.format {
        IdFormat::Hex(prefix) => format!("{prefix}-0{}", digits.hex(16)),
        IdFormat::Short(count) => digits.lower(count),
        IdFormat::Named(max_length) => {
            explicit.unwrap_or_else(|| generated_name(resource, &digits.mixed(12), max_length))
        }
        IdFormat::Generated(max_length) => generated_name(resource, &digits.mixed(12), max_length),
        IdFormat::Property(name) => property(name),
        IdFormat::GatewayAttachment => {
            let gateway = resource
                .properties
                .at("VpnGatewayId")
                .map_or("IGW", |_| "VGW");
            format!("{gateway}|{}", property("VpcId"))
        }
        IdFormat::Route => {
            let destinations = [
                "DestinationCidrBlock",
                "DestinationIpv6CidrBlock",
                "DestinationPrefixListId",
            ];
            let destination = destinations
                .iter()
                .find_map(|name| resource.properties.text_at(name));
            let destination = destination.unwrap_or_default();
            format!("{}|{destination}", property("RouteTableId"))
        }
        IdFormat::Address => public_address(&digits),
        IdFormat::FunctionVersion => {
            let function = function_arn(resource, &property("FunctionName"));
            format!("{function}:{}", version(resource))
        }
        IdFormat::FunctionAlias => {
            let function = function_arn(resource, &property("FunctionName"));
            format!("{function}:{}", property("Name"))
        }
        IdFormat::Method => {
            let [api, resource, method] = ["RestApiId", "ResourceId", "HttpMethod"].map(property);
            format!("{api}|{resource}|{method}")
        }
        IdFormat::Policy => {
            let prefix = |text: &str| text.chars().take(5).collect::<String>();
            let stack = prefix(&stack_context.stack_name);
            let logical = prefix(resource.logical_id);
            format!("{stack}-{logical}-{}", digits.mixed(12))
        }
        IdFormat::ManagedPolicy => {
            let name = explicit.unwrap_or_else(|| generated_name(resource, &digits.mixed(12), 128));
            let path = resource.properties.text_at("Path");
            let path = path.unwrap_or_else(|| "/".to_owned());
            arn::global(stack_context, "iam", &format!("policy{path}{name}"))
        }
        IdFormat::SsmParameter => {
            explicit.unwrap_or_else(|| format!("CFN-{}-{}", resource.logical_id, digits.mixed(12)))
        }
        IdFormat::Bucket => {
            let name = || generated_name(resource, &digits.lower(12), 63).to_lowercase();
            explicit.unwrap_or_else(name)
        }
        IdFormat::Topic => arn::regional(
            stack_context,
            "sns",
            &fifo_name(resource, explicit, &digits, 256),
        ),
        IdFormat::Subscription => format!("{}:{}", property("TopicArn"), digits.uuid()),
        IdFormat::Queue => {
            let name = fifo_name(resource, explicit, &digits, 80);
            let host = format!(
                "sqs.{}.{}",
                stack_context.region,
                stack_context.url_suffix()
            );
            format!("https://{host}/{}/{name}", stack_context.account)
        }
        IdFormat::WaitHandle => {
            let region = &stack_context.region;
            let host = format!("cloudformation-waitcondition-{region}.s3.amazonaws.com");
            let stack = percent_encoded(&stack_context.stack_id);
            format!(
                "https://{host}/{stack}/{}?Signature={}",
                resource.logical_id,
                digits.mixed(28)
            )
        }
    }
}

/// Returns a public address from a range that is reserved for documentation.
pub(super) fn public_address(digits: &IdGenerator) -> String {
    format!("203.0.113.{}", digits.number(1..255))
}

/// Returns `stack-Logical-digits`. If it is too long, the stack's name and the logical id are cut.
fn generated_name(resource: &NewResource<'_>, digits: &str, max_length: usize) -> String {
    let stack = &resource.stack_context.stack_name;
    let logical = resource.logical_id;
    let whole = stack.len() + logical.len() + digits.len() + 2;
    if whole <= max_length {
        return format!("{stack}-{logical}-{digits}");
    }
    // CloudFormation gives each name half of the remaining length.
    let room = max_length - digits.len() - 2;
    let stack_part: String = stack.chars().take(room / 2).collect();
    let left = room - stack_part.len();
    let logical_part: String = logical.chars().take(left).collect();
    format!("{stack_part}-{logical_part}-{digits}")
}

/// Returns the name of a topic or queue. A FIFO name ends with `.fifo`.
fn fifo_name(
    resource: &NewResource<'_>,
    explicit: Option<String>,
    digits: &IdGenerator,
    max_length: usize,
) -> String {
    let is_fifo = ["FifoQueue", "FifoTopic"].iter().any(|name| {
        let text = resource.properties.text_at(name);
        text.is_some_and(|text| text == "true")
    });
    let suffix = if is_fifo { ".fifo" } else { "" };
    explicit.unwrap_or_else(|| {
        let name = generated_name(resource, &digits.mixed(12), max_length - suffix.len());
        format!("{name}{suffix}")
    })
}

/// Returns the ARN of a function that is referred to by name or ARN.
fn function_arn(resource: &NewResource<'_>, function: &str) -> String {
    if function.starts_with("arn:") {
        return function.to_owned();
    }
    arn::regional(
        resource.stack_context,
        "lambda",
        &format!("function:{function}"),
    )
}

/// Returns a version's number. The number of existing versions is not known here, so it is derived
/// from the logical id, which is new for each version.
fn version(resource: &NewResource<'_>) -> u8 {
    IdGenerator::new(&[resource.seed, resource.logical_id, "version"]).number(1..100)
}

fn percent_encoded(text: &str) -> String {
    text.replace(':', "%3A").replace('/', "%2F")
}
