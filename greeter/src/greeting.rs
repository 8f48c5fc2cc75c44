//! The greeting, as a response for the proxy integration of a REST API.

use std::collections::BTreeMap;
use std::net::IpAddr;

use serde::Serialize;

/// A response that API Gateway's proxy integration turns into an HTTP response.
#[derive(Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Response {
    status_code: u16,
    headers: BTreeMap<&'static str, &'static str>,
    body: String,
    is_base64_encoded: bool,
}

#[derive(Serialize)]
struct Greeting {
    message: String,
}

/// Returns the greeting with status 200.
///
/// # Errors
///
/// Never fails in practice, because a greeting is always valid JSON.
pub fn greet(address: IpAddr) -> serde_json::Result<Response> {
    let greeting = Greeting {
        message: format!("Hi Miztikal World, Hello from Lambda running at {address}"),
    };
    Ok(Response {
        status_code: 200,
        headers: BTreeMap::from([("Content-Type", "application/json")]),
        body: serde_json::to_string(&greeting)?,
        is_base64_encoded: false,
    })
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::greet;

    #[test]
    fn the_response_has_the_format_of_a_proxy_integration() {
        let response = greet(Ipv4Addr::new(3, 237, 174, 199).into()).expect("a greeting is JSON");
        let sent = serde_json::to_string(&response).expect("a response is JSON");
        assert_eq!(
            sent,
            r#"{"statusCode":200,"headers":{"Content-Type":"application/json"},"body":"{\"message\":\"Hi Miztikal World, Hello from Lambda running at 3.237.174.199\"}","isBase64Encoded":false}"#
        );
    }
}
