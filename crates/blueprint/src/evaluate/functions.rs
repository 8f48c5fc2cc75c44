//! The functions of expressions, in addition to those of MiniJinja. Functions that read files are
//! in `engine`.

use crate::limits::{EXPRESSION_TEXT_BYTES, VALUES_PER_STEP};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use minijinja::{Error, ErrorKind, State, Value};

/// MiniJinja's `range`, with fuel for its items: MiniJinja does not count them in comparisons of
/// lists.
pub(crate) fn range(
    state: &State<'_, '_>,
    lower: isize,
    upper: Option<isize>,
    step: Option<isize>,
) -> Result<Value, Error> {
    let range = minijinja::functions::range(lower, upper, step)?;
    state.consume_fuel((range.len().unwrap_or_default() / VALUES_PER_STEP) as u64)?;
    Ok(range)
}

/// Encodes a text as Base64.
pub(crate) fn base64(text: String) -> Result<String, Error> {
    if text.len() > EXPRESSION_TEXT_BYTES {
        let message = format!("a text of {} bytes is too long for `base64`", text.len());
        return Err(Error::new(ErrorKind::InvalidOperation, message));
    }
    Ok(STANDARD.encode(text))
}

/// Returns subnet `number` of `cidr`, with `newbits` more bits in the prefix.
pub(crate) fn cidrsubnet(cidr: String, newbits: u32, number: u64) -> Result<String, Error> {
    let wrong = |message: String| Error::new(ErrorKind::InvalidOperation, message);
    let network: ipnet::IpNet = cidr.parse().map_err(|_| {
        wrong(format!(
            "`{cidr}` is not an address range such as `10.0.0.0/16`"
        ))
    })?;
    let length = u32::from(network.prefix_len()) + newbits;
    let most = u32::from(network.max_prefix_len());
    if length > most {
        return Err(wrong(format!(
            "cannot add {newbits} bits to the prefix of `{cidr}`: /{length} is longer than /{most}"
        )));
    }
    if newbits < 64 && number >> newbits != 0 {
        return Err(wrong(format!(
            "subnet number {number} is out of range: `{cidr}` with {newbits} more bits has {} subnets",
            1u128 << newbits
        )));
    }
    let shift = most - length;
    let prefix = length as u8; // at most 128
    let offset = if shift < 128 {
        u128::from(number) << shift
    } else {
        0
    };
    let part = match network.trunc() {
        ipnet::IpNet::V4(v4) => {
            let address = u32::from(v4.addr()) + offset as u32; // within the range, so within 32 bits
            ipnet::IpNet::new(std::net::Ipv4Addr::from(address).into(), prefix)
        }
        ipnet::IpNet::V6(v6) => {
            let address = u128::from(v6.addr()) + offset;
            ipnet::IpNet::new(std::net::Ipv6Addr::from(address).into(), prefix)
        }
    };
    part.map(|part| part.to_string())
        .map_err(|error| wrong(error.to_string()))
}
