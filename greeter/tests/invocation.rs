//! Tests of the built function over Lambda's runtime API, with an address service on this machine.

#![allow(clippy::unwrap_used)]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Command, Stdio};

/// Reads an HTTP request and returns its request line and body.
fn request(stream: &mut BufReader<TcpStream>) -> (String, String) {
    let mut line = String::new();
    stream.read_line(&mut line).unwrap();
    let mut length = 0;
    loop {
        let mut header = String::new();
        stream.read_line(&mut header).unwrap();
        let header = header.trim().to_ascii_lowercase();
        if header.is_empty() {
            break;
        }
        if let Some(value) = header.strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body).unwrap();
    (line.trim().to_owned(), String::from_utf8(body).unwrap())
}

fn address_service() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let uri = format!("http://{}/", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = BufReader::new(stream.unwrap());
            request(&mut stream);
            let response =
                b"HTTP/1.1 200 OK\r\nContent-Length: 13\r\nConnection: close\r\n\r\n3.237.174.199";
            // A function that was killed no longer reads.
            stream.get_mut().write_all(response).ok();
        }
    });
    uri
}

/// Serves the runtime API for one invocation and returns the function's response.
fn serve_invocation(runtime: &TcpListener) -> (String, String) {
    const EVENT: &str = r#"{"httpMethod":"GET","path":"/secure/greeter","body":null}"#;
    for stream in runtime.incoming() {
        let mut stream = BufReader::new(stream.unwrap());
        loop {
            let (line, body) = request(&mut stream);
            if line.starts_with("GET ") {
                let answer = format!(
                    "HTTP/1.1 200 OK\r\nContent-Length: {}\r\nLambda-Runtime-Aws-Request-Id: 8476a536\r\n\
                     Lambda-Runtime-Deadline-Ms: 4102444800000\r\n\
                     Lambda-Runtime-Invoked-Function-Arn: arn:aws:lambda:us-east-1:123456789012:function:greeter\r\n\r\n{EVENT}",
                    EVENT.len()
                );
                stream.get_mut().write_all(answer.as_bytes()).unwrap();
            } else {
                stream
                    .get_mut()
                    .write_all(b"HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n")
                    .ok();
                return (line, body);
            }
            if line.is_empty() {
                break;
            }
        }
    }
    unreachable!("a listener accepts connections without end")
}

/// Runs the function for one invocation, and returns its response and its log.
fn invoke(log_level: &str) -> ((String, String), String) {
    let runtime = TcpListener::bind("127.0.0.1:0").unwrap();
    let mut function = Command::new(env!("CARGO_BIN_EXE_greeter"))
        .env(
            "AWS_LAMBDA_RUNTIME_API",
            runtime.local_addr().unwrap().to_string(),
        )
        .env("AWS_LAMBDA_FUNCTION_NAME", "greeter")
        .env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "128")
        .env("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST")
        .env("AWS_LAMBDA_LOG_STREAM_NAME", "stream")
        .env("AWS_LAMBDA_LOG_GROUP_NAME", "group")
        .env("ADDRESS_SERVICE", address_service())
        .env("LOG_LEVEL", log_level)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let answer = serve_invocation(&runtime);
    function.kill().unwrap();
    let output = function.wait_with_output().unwrap();
    (answer, String::from_utf8(output.stdout).unwrap())
}

#[test]
fn the_greeting_has_the_public_address() {
    let ((line, body), log) = invoke("INFO");
    assert_eq!(
        line,
        "POST /2018-06-01/runtime/invocation/8476a536/response HTTP/1.1"
    );
    assert_eq!(
        body,
        r#"{"statusCode":200,"headers":{"Content-Type":"application/json"},"body":"{\"message\":\"Hi Miztikal World, Hello from Lambda running at 3.237.174.199\"}","isBase64Encoded":false}"#
    );
    assert!(
        log.contains("called") && log.contains("/secure/greeter"),
        "{log}"
    );
    assert!(!log.contains("answers"), "{log}");
}

#[test]
fn the_log_level_is_respected() {
    let (_, loud) = invoke("DEBUG");
    assert!(loud.contains("answers"), "{loud}");
    let (_, quiet) = invoke("ERROR");
    assert_eq!(quiet, "");
}
