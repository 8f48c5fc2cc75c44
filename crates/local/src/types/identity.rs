//! Physical ids in the form that AWS gives each type.

use super::digits::Digits;
use super::table::Row;
use super::{Birth, arn};

/// What a type's physical ids look like.
#[derive(Debug, Clone, Copy)]
pub(super) enum Form {
    /// `prefix-` and 17 hexadecimal digits.
    Hex(&'static str),
    /// That many digits and lower-case letters.
    Short(usize),
    /// The name given, else a generated one, of at most that many characters.
    Named(usize),
    /// A generated name of at most that many characters.
    Generated(usize),
    /// The value of a property.
    Property(&'static str),
    /// `IGW|vpc-…` or `VGW|vpc-…`.
    GatewayAttachment,
    /// `rtb-…|0.0.0.0/0`.
    Route,
    /// A public address.
    Address,
    /// `function's ARN:1`.
    FunctionVersion,
    /// `function's ARN:alias`.
    FunctionAlias,
    /// `api|resource|GET`.
    Method,
    /// The first letters of stack and logical id, and digits.
    Policy,
    /// An ARN.
    ManagedPolicy,
    /// The name given, else `CFN-Logical-digits`.
    SsmParameter,
    /// The name given, else a generated one in lower case.
    Bucket,
    /// An ARN with the name given or a generated one.
    Topic,
    /// An ARN.
    Subscription,
    /// A URL with the name given or a generated one.
    Queue,
    /// A signed URL.
    WaitHandle,
}

/// The id that a resource of a known type will have.
pub(super) fn physical_id(birth: &Birth<'_>, row: &Row) -> String {
    let digits = Digits::of(&[birth.seed, birth.kind, birth.logical_id]);
    let property = |name: &str| birth.properties.text_at(name).unwrap_or_default();
    let given = row.name.and_then(|name| birth.properties.text_at(name));
    let place = birth.place;
    match row.form {
        Form::Hex(prefix) => format!("{prefix}-0{}", digits.hex(16)),
        Form::Short(count) => digits.lower(count),
        Form::Named(most) => given.unwrap_or_else(|| generated(birth, &digits.mixed(12), most)),
        Form::Generated(most) => generated(birth, &digits.mixed(12), most),
        Form::Property(name) => property(name),
        Form::GatewayAttachment => {
            let gateway = birth.properties.at("VpnGatewayId").map_or("IGW", |_| "VGW");
            format!("{gateway}|{}", property("VpcId"))
        }
        Form::Route => {
            let destinations = [
                "DestinationCidrBlock",
                "DestinationIpv6CidrBlock",
                "DestinationPrefixListId",
            ];
            let destination = destinations
                .iter()
                .find_map(|name| birth.properties.text_at(name));
            let destination = destination.unwrap_or_default();
            format!("{}|{destination}", property("RouteTableId"))
        }
        Form::Address => public_address(&digits),
        Form::FunctionVersion => {
            let function = function_arn(birth, &property("FunctionName"));
            format!("{function}:{}", version(birth))
        }
        Form::FunctionAlias => {
            let function = function_arn(birth, &property("FunctionName"));
            format!("{function}:{}", property("Name"))
        }
        Form::Method => {
            let [api, resource, method] = ["RestApiId", "ResourceId", "HttpMethod"].map(property);
            format!("{api}|{resource}|{method}")
        }
        Form::Policy => {
            let short = |text: &str| text.chars().take(5).collect::<String>();
            let stack = short(&place.stack_name);
            let logical = short(birth.logical_id);
            format!("{stack}-{logical}-{}", digits.mixed(12))
        }
        Form::ManagedPolicy => {
            let name = given.unwrap_or_else(|| generated(birth, &digits.mixed(12), 128));
            let path = birth.properties.text_at("Path");
            let path = path.unwrap_or_else(|| "/".to_owned());
            arn::global(place, "iam", &format!("policy{path}{name}"))
        }
        Form::SsmParameter => {
            given.unwrap_or_else(|| format!("CFN-{}-{}", birth.logical_id, digits.mixed(12)))
        }
        Form::Bucket => {
            let name = || generated(birth, &digits.lower(12), 63).to_lowercase();
            given.unwrap_or_else(name)
        }
        Form::Topic => arn::regional(place, "sns", &fifo(birth, given, &digits, 256)),
        Form::Subscription => format!("{}:{}", property("TopicArn"), digits.uuid()),
        Form::Queue => {
            let name = fifo(birth, given, &digits, 80);
            let host = format!("sqs.{}.{}", place.region, place.url_suffix());
            format!("https://{host}/{}/{name}", place.account)
        }
        Form::WaitHandle => {
            let region = &place.region;
            let host = format!("cloudformation-waitcondition-{region}.s3.amazonaws.com");
            let stack = percent_encoded(&place.stack_id);
            format!(
                "https://{host}/{stack}/{}?Signature={}",
                birth.logical_id,
                digits.mixed(28)
            )
        }
    }
}

/// A public address from the ranges that documentation may use.
pub(super) fn public_address(digits: &Digits) -> String {
    format!("203.0.113.{}", digits.number(1..255))
}

/// `stack-Logical-digits`, the stack's and logical names shortened where it would be too long.
fn generated(birth: &Birth<'_>, digits: &str, most: usize) -> String {
    let stack = &birth.place.stack_name;
    let logical = birth.logical_id;
    let whole = stack.len() + logical.len() + digits.len() + 2;
    if whole <= most {
        return format!("{stack}-{logical}-{digits}");
    }
    // As CloudFormation does it: half of the room for each name.
    let room = most - digits.len() - 2;
    let stack_part: String = stack.chars().take(room / 2).collect();
    let left = room - stack_part.len();
    let logical_part: String = logical.chars().take(left).collect();
    format!("{stack_part}-{logical_part}-{digits}")
}

/// The name of a topic or queue; that of a FIFO one ends in `.fifo`.
fn fifo(birth: &Birth<'_>, given: Option<String>, digits: &Digits, most: usize) -> String {
    let is_fifo = ["FifoQueue", "FifoTopic"].iter().any(|name| {
        let text = birth.properties.text_at(name);
        text.is_some_and(|text| text == "true")
    });
    let suffix = if is_fifo { ".fifo" } else { "" };
    given.unwrap_or_else(|| {
        let name = generated(birth, &digits.mixed(12), most - suffix.len());
        format!("{name}{suffix}")
    })
}

/// The ARN of a function that is named by name or by ARN.
fn function_arn(birth: &Birth<'_>, function: &str) -> String {
    if function.starts_with("arn:") {
        return function.to_owned();
    }
    arn::regional(birth.place, "lambda", &format!("function:{function}"))
}

/// A version's number: how many versions the function has is not known here, so it follows from
/// the logical id, which a new version must change.
fn version(birth: &Birth<'_>) -> u8 {
    Digits::of(&[birth.seed, birth.logical_id, "version"]).number(1..100)
}

fn percent_encoded(text: &str) -> String {
    text.replace(':', "%3A").replace('/', "%2F")
}
