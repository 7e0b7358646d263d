//! The questions of each provider, against a server that notes what it is asked.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};

use super::*;
use crate::crt::{Allocator, Bootstrap};

/// Answers each connection with the next of these, and tells what it was asked.
fn server(answers: Vec<(u16, String)>) -> (Arc<Origin>, Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let (sender, asked) = channel();
    std::thread::spawn(move || {
        for (status, body) in answers {
            let (mut stream, _) = listener.accept().expect("a connection");
            let (mut request, mut piece) = (Vec::new(), [0; 4096]);
            loop {
                let count = stream.read(&mut piece).expect("readable");
                request.extend_from_slice(&piece[..count]);
                let text = String::from_utf8_lossy(&request).into_owned();
                let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
                let length = head.lines().find_map(|line| line.strip_prefix("Content-Length: "));
                if body.len() >= length.map_or(0, |length| length.parse().expect("a number")) {
                    break;
                }
            }
            let _ = sender.send(String::from_utf8(request).expect("text"));
            let head = format!("HTTP/1.1 {status} X\r\nContent-Length: {}\r\n\r\n", body.len());
            stream.write_all((head + &body).as_bytes()).expect("writable");
        }
    });
    (Arc::new(Origin { tls: false, host: "127.0.0.1".into(), port }), asked)
}

fn ask(query: &Query, answers: Vec<(u16, String)>) -> (Result<Found>, Vec<String>) {
    // SAFETY: the default allocator lives for ever.
    unsafe { crt::host::aws_auth_library_init(Allocator::default().as_ptr()) };
    let bootstrap = Bootstrap::new_default(Allocator::default(), 1, 4).expect("a bootstrap");
    let (origin, asked) = server(answers);
    let resolver = bootstrap.resolver().expect("a resolver");
    let line = Line { origin, tls: None, resolver };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let found = runtime.expect("a runtime").block_on(query.ask(&line));
    (found, asked.try_iter().collect())
}

fn found(expires_s: u64) -> Found {
    let [access_key_id, secret_access_key, session_token] =
        ["id", "secret", "token"].map(Bytes::from);
    Found { access_key_id, secret_access_key, session_token, expires_s }
}

#[test]
fn a_certificate_is_shown_to_iot_core() {
    let query = Query::Certificate { thing: "thing".into(), role_alias: "alias".into() };
    let answer = r#"{"credentials": {"accessKeyId": "id", "secretAccessKey": "secret",
        "sessionToken": "token", "expiration": "2024-02-03T04:05:06Z"}}"#;
    let (outcome, asked) = ask(&query, vec![(200, answer.into())]);
    assert_eq!(outcome.expect("credentials"), found(1_706_933_106));
    assert!(asked[0].starts_with("GET /role-aliases/alias/credentials HTTP/1.1\r\nHost: 127."));
    assert!(asked[0].contains("\r\nx-amzn-iot-thingname: thing\r\n"));
}

#[test]
fn cognito_is_asked_for_an_identity() {
    let pair = |name: &str, token: &str| (name.to_owned(), token.to_owned());
    let (logins, role) = (vec![pair("a", "1"), pair("b", "\"")], Some("role".to_owned()));
    let query = Query::Cognito { identity: "me".into(), logins, tokens: None, role };
    let answer = r#"{"IdentityId": "me", "Credentials": {"AccessKeyId": "id", "SecretKey": "secret",
        "SessionToken": "token", "Expiration": 1.706933106E9}}"#;
    let (outcome, asked) = ask(&query, vec![(200, answer.into())]);
    assert_eq!(outcome.expect("credentials"), found(1_706_933_106));
    let target = "\r\nX-Amz-Target: AWSCognitoIdentityService.GetCredentialsForIdentity\r\n";
    assert!(asked[0].starts_with("POST / ") && asked[0].contains(target));
    let body = r#"{"IdentityId":"me","CustomRoleArn":"role","Logins":{"a":"1","b":"\""}}"#;
    assert!(asked[0].ends_with(body), "{}", asked[0]);
}

/// The answer of the token service to an action.
fn sts(action: &str) -> String {
    format!(
        "<{action}Response xmlns=\"x\"><{action}Result><Credentials><AccessKeyId>id</AccessKeyId>\
         <SecretAccessKey>secret</SecretAccessKey><SessionToken>token</SessionToken>\
         <Expiration>2024-02-03T04:05:06Z</Expiration></Credentials></{action}Result></{action}Response>"
    )
}

#[test]
fn a_role_is_assumed_with_other_credentials_after_a_failure() {
    let provider = fixed();
    let query = Query::Role {
        role: "arn:a/b".into(),
        session: "s".into(),
        external_id: Bytes::new(),
        duration_s: 900,
        region: "eu-west-1".into(),
        provider,
    };
    let answers = vec![(503, String::new()), (200, sts("AssumeRole"))];
    let (outcome, asked) = ask(&query, answers);
    assert_eq!(outcome.expect("credentials"), found(1_706_933_106));
    assert_eq!(asked.len(), 2);
    let signed = "\r\nAuthorization: AWS4-HMAC-SHA256 Credential=AKID/";
    assert!(asked[1].contains(signed) && asked[1].contains("/eu-west-1/sts/aws4_request"));
    let body = "Version=2011-06-15&Action=AssumeRole&RoleArn=arn%3Aa%2Fb&RoleSessionName=s&DurationSeconds=900";
    assert!(asked[1].ends_with(body), "{}", asked[1]);
}

#[test]
fn a_token_is_read_anew_and_what_is_no_answer_is_an_error() {
    let path = std::env::temp_dir().join(format!("web-identity-{}", std::process::id()));
    std::fs::write(&path, "to ken\n").expect("writable");
    let (role, session) = ("role".into(), "s".into());
    let query = Query::WebIdentity { role, session, token_file: path.clone() };
    let action = "AssumeRoleWithWebIdentity";
    let (outcome, asked) = ask(&query, vec![(200, sts(action))]);
    assert_eq!(outcome.expect("credentials"), found(1_706_933_106));
    assert!(asked[0].ends_with("&WebIdentityToken=to%20ken"), "{}", asked[0]);
    let code = |status, body: String| ask(&query, vec![(status, body)]).0.unwrap_err().code();
    assert_eq!(code(200, sts("AssumeRole")), Code::AUTH_PROVIDER_PARSER_UNEXPECTED_RESPONSE);
    assert_eq!(code(200, String::new()), Code::AUTH_PROVIDER_PARSER_UNEXPECTED_RESPONSE);
    assert_eq!(code(403, sts(action)), Code(HTTP_STATUS_FAILURE));
    std::fs::remove_file(&path).expect("removed");
    assert_eq!(ask(&query, vec![]).0.unwrap_err().code(), Code::FILE_INVALID_PATH);
}

fn fixed() -> CredentialsProvider {
    unsafe extern "C" {
        fn aws_credentials_provider_new_static(
            allocator: *mut crate::crt::sys::aws_allocator,
            options: *const crate::crt::sys::aws_credentials_provider_static_options,
        ) -> *mut crate::crt::sys::aws_credentials_provider;
    }
    // SAFETY: zero is a valid value of what is left out; the provider has one reference, ours.
    unsafe {
        let mut options: crate::crt::sys::aws_credentials_provider_static_options =
            std::mem::zeroed();
        options.access_key_id = crt::cursor(b"AKID");
        options.secret_access_key = crt::cursor(b"secret");
        let provider = aws_credentials_provider_new_static(Allocator::default().as_ptr(), &options);
        CredentialsProvider::adopt(provider).expect("a provider")
    }
}
