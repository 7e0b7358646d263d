//! Signatures against published examples, against a verifier written apart from the signer, and against the ready-made
//! signer of aws-sigv4 for requests on which both agree.

use std::time::{Duration, UNIX_EPOCH};

use aws_credential_types::Credentials;
use aws_lc_rs::hmac;
use aws_sigv4::http_request::{self, SignableBody, SignableRequest, SigningSettings};
use aws_sigv4::sign::v4;
use proptest::prelude::*;

use super::super::{STREAMING_UNSIGNED_PAYLOAD_TRAILER, UNSIGNED_PAYLOAD};
use super::*;

const EMPTY_SHA256: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
const KEY: &str = "AKIAIOSFODNN7EXAMPLE";
const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

/// 24 May 2013, the day of the published examples.
fn may_2013() -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(1_369_353_600)
}

fn config() -> SigningRules {
    let mut config = SigningRules::default();
    config.complete(b"us-east-1");
    config
}

fn secrets(session_token: &str) -> Secrets<'_> {
    Secrets {
        access_key_id: KEY.as_bytes(),
        secret_access_key: SECRET.as_bytes(),
        session_token: session_token.as_bytes(),
    }
}

fn request(target: &str, headers: &[(&'static str, &'static str)]) -> RequestHead {
    let mut head = RequestHead::new("GET", target.to_owned());
    head.headers.push("Host", "examplebucket.s3.amazonaws.com");
    headers.iter().for_each(|(name, value)| head.headers.push(*name, *value));
    head
}

fn sign(
    config: &SigningRules,
    head: &mut RequestHead,
    token: &str,
    payload: &'static str,
) -> Result<()> {
    sign_with(config, head, secrets(token), &Bytes::from_static(payload.as_bytes()), may_2013())
}

fn header(head: &RequestHead, name: &str) -> String {
    head.headers
        .value(name)
        .map_or(String::new(), |value| String::from_utf8(value.to_vec()).unwrap())
}

fn names(head: &RequestHead) -> Vec<String> {
    head.headers.iter().map(|(name, _)| String::from_utf8(name.to_vec()).unwrap()).collect()
}

#[test]
fn published_examples() {
    for (target, headers, signature) in [
        (
            "/test.txt",
            &[("Range", "bytes=0-9")][..],
            "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
        ),
        ("/?lifecycle", &[], "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"),
        (
            "/?max-keys=2&prefix=J",
            &[],
            "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7",
        ),
    ] {
        let mut head = request(target, headers);
        sign(&config(), &mut head, "", EMPTY_SHA256).unwrap();
        let authorization = header(&head, "authorization");
        assert!(
            authorization.ends_with(&format!(", Signature={signature}")),
            "{target}: {authorization}"
        );
    }
}

#[test]
fn published_presigned_example() {
    let presigning = SigningRules { signature_type: 1.into(), expiration_s: 86_400, ..config() };
    let mut head = request("/test.txt", &[]);
    sign(&presigning, &mut head, "", UNSIGNED_PAYLOAD).unwrap();
    let expected = "/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256\
        &X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request\
        &X-Amz-Date=20130524T000000Z&X-Amz-SignedHeaders=host&X-Amz-Expires=86400\
        &X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404";
    assert_eq!(head.target, expected);
    assert_eq!(names(&head), ["Host"]);
}

#[test]
fn what_is_added_and_in_which_order() {
    let token = "token/+=";
    let express = SigningRules { algorithm: 2.into(), service: "s3express".into(), ..config() };
    let asymmetric = SigningRules { algorithm: 1.into(), region: "*".into(), ..config() };
    let cases: [(&SigningRules, &str, &[&str], &str); 5] = [
        (
            &config(),
            "",
            &["X-Amz-Date", "x-amz-content-sha256"],
            "host;range;x-amz-content-sha256;x-amz-date",
        ),
        (
            &config(),
            token,
            &["X-Amz-Security-Token", "X-Amz-Date", "x-amz-content-sha256"],
            "host;range;x-amz-content-sha256;x-amz-date;x-amz-security-token",
        ),
        (
            &SigningRules { omit_session_token: true, ..config() },
            token,
            &["X-Amz-Security-Token", "X-Amz-Date", "x-amz-content-sha256"],
            "host;range;x-amz-content-sha256;x-amz-date",
        ),
        (
            &express,
            token,
            &["X-Amz-S3session-Token", "X-Amz-Date", "x-amz-content-sha256"],
            "host;range;x-amz-content-sha256;x-amz-date;x-amz-s3session-token",
        ),
        (
            &asymmetric,
            "",
            &["X-Amz-Date", "X-Amz-Region-Set", "x-amz-content-sha256"],
            "host;range;x-amz-content-sha256;x-amz-date;x-amz-region-set",
        ),
    ];
    for (config, token, added, signed) in cases {
        let mut head = request("/k", &[("Range", "bytes=0-9"), ("User-Agent", "x")]);
        sign(config, &mut head, token, UNSIGNED_PAYLOAD).unwrap();
        let expected = [&["Host", "Range", "User-Agent"], added, &["Authorization"]].concat();
        assert_eq!(names(&head), expected);
        let authorization = header(&head, "authorization");
        assert!(
            authorization.contains(&format!(", SignedHeaders={signed}, Signature=")),
            "{authorization}"
        );
        assert_eq!(header(&head, "x-amz-content-sha256"), UNSIGNED_PAYLOAD);
    }
}

#[test]
fn asymmetric_signatures() {
    use aws_lc_rs::signature::{
        ECDSA_P256_SHA256_ASN1, ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair as _,
        ParsedPublicKey,
    };

    let asymmetric =
        SigningRules { algorithm: 1.into(), region: "us-east-1,eu-*".into(), ..config() };
    let mut head = request("/k", &[]);
    sign(&asymmetric, &mut head, "", UNSIGNED_PAYLOAD).unwrap();
    let mut of_url = request("http://host.example/k", &[]);
    sign(&asymmetric, &mut of_url, "", UNSIGNED_PAYLOAD).unwrap();
    let authorization = header(&head, "authorization");
    let prefix =
        format!("AWS4-ECDSA-P256-SHA256 Credential={KEY}/20130524/s3/aws4_request, SignedHeaders=");
    assert!(authorization.starts_with(&prefix), "{authorization}");
    assert_eq!(header(&head, "x-amz-region-set"), "us-east-1,eu-*");

    let string_to_sign = expected_string_to_sign(&head, "/k", "", "20130524/s3/aws4_request");
    let private = aws_sigv4::sign::v4a::generate_signing_key(KEY, SECRET);
    let pair = EcdsaKeyPair::from_private_key_der(
        &ECDSA_P256_SHA256_ASN1_SIGNING,
        &sec1(private.as_ref()),
    )
    .unwrap();
    let public = ParsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, pair.public_key().as_ref()).unwrap();
    for authorization in [authorization, header(&of_url, "authorization")] {
        let signature = authorization.rsplit_once('=').unwrap().1;
        let signature: Vec<u8> = (0..signature.len())
            .step_by(2)
            .map(|at| u8::from_str_radix(&signature[at..at + 2], 16).unwrap())
            .collect();
        public.verify_sig(string_to_sign.as_bytes(), &signature).unwrap();
    }
}

/// A private key of P-256 in the ASN.1 structure of RFC 5915, without the public key.
fn sec1(private: &[u8]) -> Vec<u8> {
    let curve = [0xa0, 0x0a, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07];
    [&[0x30, 0x31, 0x02, 0x01, 0x01, 0x04, 0x20], private, &curve].concat()
}

/// The string to sign of a signed head, put together from what a server sees.
fn expected_string_to_sign(head: &RequestHead, path: &str, query: &str, scope: &str) -> String {
    let authorization = header(head, "authorization");
    let (algorithm, fields) = authorization.split_once(' ').unwrap();
    let signed = fields.split(", ").find_map(|field| field.strip_prefix("SignedHeaders=")).unwrap();
    let lines: String =
        signed.split(';').map(|name| format!("{name}:{}\n", header(head, name))).collect();
    let payload = header(head, "x-amz-content-sha256");
    let method = String::from_utf8(head.method.to_vec()).unwrap();
    let canonical = format!("{method}\n{path}\n{query}\n{lines}\n{signed}\n{payload}");
    let hash = super::hex(digest(&SHA256, canonical.as_bytes()).as_ref());
    format!("{algorithm}\n{}\n{scope}\n{hash}", header(head, "x-amz-date"))
}

fn verified(head: &RequestHead, path: &str, query: &str) -> bool {
    let scope = "20130524/us-east-1/s3/aws4_request";
    let mut key = format!("AWS4{SECRET}").into_bytes();
    for piece in scope.split('/') {
        key = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &key), piece.as_bytes())
            .as_ref()
            .to_vec();
    }
    let string = expected_string_to_sign(head, path, query, scope);
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &key), string.as_bytes());
    header(head, "authorization").ends_with(&format!("Signature={}", super::hex(tag.as_ref())))
}

#[test]
fn a_verifier_agrees() {
    for (target, path, query) in [
        ("/b/k", "/b/k", ""),
        ("//b//a:/b%20c", "//b//a:/b%20c", ""),
        ("/k?uploads", "/k", "uploads="),
        ("/k?x-id=a+b&partNumber=2&uploadId=~%2f", "/k", "partNumber=2&uploadId=~%2F&x-id=a%2Bb"),
    ] {
        for payload in [UNSIGNED_PAYLOAD, STREAMING_UNSIGNED_PAYLOAD_TRAILER, EMPTY_SHA256] {
            let mut head = request(target, &[("Content-Type", "text/plain")]);
            sign(&config(), &mut head, "tok", payload).unwrap();
            assert!(verified(&head, path, query), "{target} {head:?}");
        }
    }
    let mut head = request("/k", &[]);
    sign(&config(), &mut head, "", UNSIGNED_PAYLOAD).unwrap();
    head.headers.set("Range", "bytes=0-1");
    assert!(verified(&head, "/k", ""), "an unsigned header does not matter");
    head.headers.set("Host", "other");
    assert!(!verified(&head, "/k", ""));
}

#[test]
fn a_whole_url_is_signed_as_its_path() {
    let double = SigningRules { double_encode_path: true, normalize_path: true, ..config() };
    let express = SigningRules { algorithm: 2.into(), ..config() };
    let signed = |rules: &SigningRules, target: &str| {
        let mut head = request(target, &[]);
        sign(rules, &mut head, "tok", UNSIGNED_PAYLOAD).unwrap();
        head
    };
    let urls = ["http://h:80", "https://u@[::1]", "HTTP://other.test"];
    for (origin, path) in urls.into_iter().flat_map(|origin| {
        ["/", "/b//k%20?x=http://y/z&uploads", "/a:/../b"].map(|path| (origin, path))
    }) {
        let url = [origin, path].concat();
        for rules in [&config(), &double, &express] {
            let (whole, alone) = (signed(rules, &url), signed(rules, path));
            assert_eq!(whole.headers, alone.headers, "{url}");
            assert_eq!(whole.target, url, "the line stays as it is");
        }
        let presigning = SigningRules { signature_type: 1.into(), ..config() };
        let (whole, alone) = (signed(&presigning, &url), signed(&presigning, path));
        assert_eq!(whole.target, [origin.as_bytes(), &alone.target].concat(), "{url}");
    }
    assert_eq!(signed(&config(), "http://h").headers, signed(&config(), "/").headers);
    assert_eq!(signed(&config(), "http://h?acl").headers, signed(&config(), "/?acl").headers);

    let mut head = request("http://h/k?X-Amz-Signature=1", &[]);
    let error = sign(&config(), &mut head, "", UNSIGNED_PAYLOAD).unwrap_err();
    assert_eq!(error.code(), Code::AUTH_SIGNING_ILLEGAL_REQUEST_QUERY_PARAM);
}

#[test]
fn presigned_targets() {
    let presigning = SigningRules { signature_type: 1.into(), ..config() };
    let mut head = request("/k?b=%2f&acl&&a=1", &[]);
    sign(&presigning, &mut head, "t/", UNSIGNED_PAYLOAD).unwrap();
    let target = String::from_utf8(head.target.to_vec()).unwrap();
    assert!(
        target.starts_with("/k?b=%2f&acl=&a=1&X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential="),
        "{target}"
    );
    assert!(
        target.contains("&X-Amz-SignedHeaders=host&X-Amz-Security-Token=t%2F&X-Amz-Signature="),
        "{target}"
    );
    assert!(!target.contains("X-Amz-Expires"));

    // An omitted token is in the target, but the signature does not depend on it.
    let omitting = SigningRules { omit_session_token: true, ..presigning };
    let signed_with = |token: &str| {
        let mut head = request("/k", &[]);
        sign(&omitting, &mut head, token, UNSIGNED_PAYLOAD).unwrap();
        String::from_utf8(head.target.to_vec()).unwrap()
    };
    let (one, other) = (signed_with("one"), signed_with("other"));
    assert!(one.contains("X-Amz-Security-Token=one"));
    assert_eq!(one.rsplit_once('&').unwrap().1, other.rsplit_once('&').unwrap().1);
}

#[test]
fn forbidden_input() {
    let express = SigningRules { algorithm: 2.into(), ..config() };
    let header_code = Code::AUTH_SIGNING_ILLEGAL_REQUEST_HEADER;
    let query_code = Code::AUTH_SIGNING_ILLEGAL_REQUEST_QUERY_PARAM;
    for (config, target, name, code) in [
        (config(), "/k", "X-AMZ-CONTENT-SHA256", Some(header_code)),
        (config(), "/k", "x-amz-date", Some(header_code)),
        (config(), "/k", "authorization", Some(header_code)),
        (config(), "/k", "x-amz-region-set", Some(header_code)),
        (config(), "/k", "x-amz-security-token", Some(header_code)),
        (config(), "/k", "x-amz-s3session-token", None),
        (express, "/k", "x-amz-s3session-token", Some(header_code)),
        (config(), "/k?X-Amz-Signature=1", "a", Some(query_code)),
        (config(), "/k?a&x-amz%2dexpires", "a", Some(query_code)),
        (config(), "/k?X-Amz-Other=1", "a", None),
        (config(), "/k?a=%4", "a", Some(Code::MALFORMED_INPUT_STRING)),
    ] {
        let mut head = request(target, &[(name, "1")]);
        let before = head.clone();
        let result = sign(&config, &mut head, "", UNSIGNED_PAYLOAD);
        assert_eq!(result.err().map(|error| error.code()), code, "{target} {name}");
        assert_eq!(head == before, code.is_some());
    }
}

/// Prints what a signature costs; nothing is asserted about time.
#[test]
fn cost() {
    let config = config();
    let rounds = 2000;
    let start = std::time::Instant::now();
    for _ in 0..rounds {
        let mut head =
            request("/bucket/some/key", &[("Range", "bytes=0-8388607"), ("User-Agent", "x")]);
        sign(&config, &mut head, "a session token of some length", UNSIGNED_PAYLOAD).unwrap();
    }
    println!("{:?} per signature", start.elapsed() / rounds);
}

/// The authorization header that aws-sigv4 makes by itself.
fn authorization_of_aws_sigv4(
    method: &str,
    target: &str,
    headers: &[(String, String)],
    token: Option<&str>,
) -> String {
    let mut settings = SigningSettings::default();
    settings.percent_encoding_mode = http_request::PercentEncodingMode::Single;
    settings.uri_path_normalization_mode = http_request::UriPathNormalizationMode::Disabled;
    settings.payload_checksum_kind = http_request::PayloadChecksumKind::XAmzSha256;
    let identity = Credentials::new(KEY, SECRET, token.map(str::to_owned), None, "test").into();
    let params = v4::SigningParams::builder()
        .identity(&identity)
        .region("us-east-1")
        .name("s3")
        .time(may_2013())
        .settings(settings)
        .build()
        .unwrap();
    let url = format!("https://host.example{target}");
    let headers = headers.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let request =
        SignableRequest::new(method, url, headers, SignableBody::UnsignedPayload).unwrap();
    let (instructions, _) = http_request::sign(request, &params.into()).unwrap().into_parts();
    let (_, value) = instructions.headers().find(|(name, _)| *name == "authorization").unwrap();
    value.to_owned()
}

proptest! {
    #[test]
    fn aws_sigv4_agrees(
        method in "GET|PUT|POST|HEAD|DELETE",
        path in "(/([a-zA-Z0-9_.~!:@-]|%[2-7][0-9A-F]){0,8}){1,4}",
        query in prop::collection::vec(("[a-zA-Z0-9_.~-]{1,6}", "([a-zA-Z0-9_.~/-]|%2[0-9A-F]){0,6}"), 0..4),
        headers in prop::collection::vec(("x-[a-z-]{1,8}", "[a-zA-Z0-9]{1,4}( [a-z]{1,4}){0,2}"), 0..5),
        token in prop::option::of("[a-zA-Z0-9/+=]{1,20}"),
    ) {
        let query: Vec<String> = query.iter().map(|(key, value)| format!("{key}={value}")).collect();
        let target = if query.is_empty() { path } else { format!("{path}?{}", query.join("&")) };
        let mut head = RequestHead::new(method.clone(), target.clone());
        head.headers.push("host", "host.example");
        headers.iter().for_each(|(name, value)| head.headers.push(name.clone(), value.clone()));
        sign(&config(), &mut head, token.as_deref().unwrap_or(""), UNSIGNED_PAYLOAD).unwrap();
        let theirs = authorization_of_aws_sigv4(&method, &target, &headers, token.as_deref());
        prop_assert_eq!(header(&head, "authorization"), theirs);
    }
}
