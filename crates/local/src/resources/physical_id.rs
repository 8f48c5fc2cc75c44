//! Physical ids in the format of each type.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::NewResource;
use super::id_generator::IdGenerator;
use super::table::{IdFormat, TypeInfo};

/// The characters that a URL may contain without encoding, as far as stack ids have them.
const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-');

/// Returns the physical id of a resource whose type is in the table.
pub(super) fn physical_id(resource: &NewResource<'_>, info: &TypeInfo) -> String {
    let ids = IdGenerator::new(&[resource.seed, resource.kind, resource.logical_id]);
    let property = |name: &str| resource.properties.text_at(name).unwrap_or_default();
    let explicit = info.name.and_then(|name| resource.properties.text_at(name));
    match info.format {
        IdFormat::Hex(prefix) => format!("{prefix}-0{}", ids.hex(16)),
        IdFormat::Short(count) => ids.lower(count),
        IdFormat::Named(max_length) => {
            explicit.unwrap_or_else(|| generated_name(resource, &ids.mixed(12), max_length))
        }
        IdFormat::Generated(max_length) => generated_name(resource, &ids.mixed(12), max_length),
        IdFormat::Property(name) => property(name),
        IdFormat::GatewayAttachment => {
            let has_vpn_gateway = resource.properties.at("VpnGatewayId").is_some();
            let gateway = if has_vpn_gateway { "VGW" } else { "IGW" };
            format!("{gateway}|{}", property("VpcId"))
        }
        IdFormat::Route => route(resource),
        IdFormat::Address => public_address(&ids),
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
        IdFormat::Policy => policy(resource, &ids),
        IdFormat::ManagedPolicy => managed_policy(resource, explicit, &ids),
        IdFormat::SsmParameter => {
            explicit.unwrap_or_else(|| format!("CFN-{}-{}", resource.logical_id, ids.mixed(12)))
        }
        IdFormat::Bucket => {
            explicit.unwrap_or_else(|| generated_name(resource, &ids.lower(12), 63).to_lowercase())
        }
        IdFormat::Topic => {
            let name = fifo_name(resource, explicit, &ids, 256);
            resource.stack_context.regional_arn("sns", &name)
        }
        IdFormat::Subscription => format!("{}:{}", property("TopicArn"), ids.uuid()),
        IdFormat::Queue => queue(resource, explicit, &ids),
        IdFormat::WaitHandle => wait_handle(resource, &ids),
    }
}

fn route(resource: &NewResource<'_>) -> String {
    let destinations = [
        "DestinationCidrBlock",
        "DestinationIpv6CidrBlock",
        "DestinationPrefixListId",
    ];
    let property = |name: &str| resource.properties.text_at(name);
    let destination = destinations.into_iter().find_map(property);
    let table = property("RouteTableId").unwrap_or_default();
    format!("{table}|{}", destination.unwrap_or_default())
}

fn policy(resource: &NewResource<'_>, ids: &IdGenerator) -> String {
    let prefix = |text: &str| text.chars().take(5).collect::<String>();
    let stack = prefix(&resource.stack_context.stack_name);
    let logical = prefix(resource.logical_id);
    format!("{stack}-{logical}-{}", ids.mixed(12))
}

fn managed_policy(
    resource: &NewResource<'_>,
    explicit: Option<String>,
    ids: &IdGenerator,
) -> String {
    let name = explicit.unwrap_or_else(|| generated_name(resource, &ids.mixed(12), 128));
    let path = resource.properties.text_at("Path");
    let path = path.unwrap_or_else(|| "/".to_owned());
    let policy = format!("policy{path}{name}");
    resource.stack_context.global_arn("iam", &policy)
}

fn queue(resource: &NewResource<'_>, explicit: Option<String>, ids: &IdGenerator) -> String {
    let name = fifo_name(resource, explicit, ids, 80);
    let stack = resource.stack_context;
    let host = format!("sqs.{}.{}", stack.region, stack.url_suffix());
    format!("https://{host}/{}/{name}", stack.account)
}

fn wait_handle(resource: &NewResource<'_>, ids: &IdGenerator) -> String {
    let region = &resource.stack_context.region;
    let host = format!("cloudformation-waitcondition-{region}.s3.amazonaws.com");
    let stack = utf8_percent_encode(&resource.stack_context.stack_id, UNRESERVED);
    let signature = ids.mixed(28);
    format!(
        "https://{host}/{stack}/{}?Signature={signature}",
        resource.logical_id
    )
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
    resource
        .stack_context
        .regional_arn("lambda", &format!("function:{function}"))
}

/// Returns a version's number. The number of existing versions is not known here, so it is derived
/// from the logical id, which is new for each version.
fn version(resource: &NewResource<'_>) -> u8 {
    IdGenerator::new(&[resource.seed, resource.logical_id, "version"]).number(1..100)
}
