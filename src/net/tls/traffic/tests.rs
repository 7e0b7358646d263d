//! Sessions in memory, against rustls and against records that no server would send.

use std::io::{IoSlice, Read, Write};
use std::sync::Arc;
use std::task::{Context, Waker};

use proptest::prelude::*;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::{CipherSuite, HandshakeKind, NamedGroup, ServerConfig, ServerConnection};

use super::*;
use crate::crt::{Roots, TlsMinimum, TlsSettings};
use crate::error::{Code, Result};
use crate::net::tls::client::Client;
use crate::net::tls::rustls::Session;
use crate::net::tls::session::MAX_UNSENT;

const CLOSE_NOTIFY: u8 = 0;
const USER_CANCELED: u8 = 90;

/// Keeps what comes, in its own place where there is room for it.
#[derive(Default)]
struct Kept {
    place: Vec<u8>,
    filled: usize,
    placed: usize,
    taken: usize,
}

impl Kept {
    fn with_room(bytes: usize) -> Self {
        Self { place: vec![0xaa; bytes], ..Self::default() }
    }

    fn content(&self) -> &[u8] {
        &self.place[..self.filled]
    }
}

impl Content for Kept {
    fn take(&mut self, content: &[u8]) -> Result<()> {
        self.taken += 1;
        self.place.truncate(self.filled);
        self.place.extend_from_slice(content);
        self.filled = self.place.len();
        Ok(())
    }

    fn place(
        &mut self,
        bytes: usize,
        write: &mut dyn FnMut(&mut [u8]) -> Result<usize>,
    ) -> Result<bool> {
        let Some(room) = self.place.get_mut(self.filled..self.filled + bytes) else {
            return Ok(false);
        };
        self.placed += 1;
        self.filled += write(room)?;
        Ok(true)
    }
}

fn server_config(suite: Option<CipherSuite>, fragment: Option<usize>) -> Arc<ServerConfig> {
    let mut provider = rustls::crypto::aws_lc_rs::default_provider();
    provider.cipher_suites.retain(|known| suite.is_none_or(|suite| known.suite() == suite));
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(made.signing_key.serialize_der()));
    let mut config = ServerConfig::builder_with_provider(Arc::new(provider))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key)
        .unwrap();
    config.enable_secret_extraction = true;
    config.max_fragment_size = fragment;
    Arc::new(config)
}

fn clients() -> Client {
    let settings = TlsSettings {
        roots: Roots::Native,
        client_cert: None,
        verify_peer: false,
        minimum: TlsMinimum::default(),
        alpn: Vec::new(),
        server_name: None,
        handshake_timeout_ms: 5000,
        foreign: None,
    };
    Client::new(settings)
}

/// A client that has begun a handshake.
fn begun(clients: &Client) -> Session {
    let mut session = clients.session("localhost").unwrap();
    session.poll_advance(&mut Context::from_waker(Waker::noop())).unwrap();
    session
}

/// What the client has to say.
fn said(session: &mut Session) -> Vec<u8> {
    let mut slices = [IoSlice::new(&[]); MAX_UNSENT];
    let count = session.unsent(&mut slices);
    let said: Vec<u8> = slices[..count].iter().flat_map(|slice| slice.iter().copied()).collect();
    session.wrote(said.len());
    said
}

/// What the server has to say.
fn answered(server: &mut ServerConnection) -> Vec<u8> {
    let mut answered = Vec::new();
    while server.wants_write() {
        server.write_tls(&mut answered).unwrap();
    }
    answered
}

/// Gives the client `bytes`, in front of which is what it held.
fn open(session: &mut Session, bytes: &[u8], content: &mut dyn Content) -> Result<()> {
    let mut batch = session.held().to_vec();
    batch.extend_from_slice(bytes);
    session.open(&mut batch, content)
}

/// Tells it to the server, and returns the content of that.
fn tell(server: &mut ServerConnection, mut said: &[u8]) -> Vec<u8> {
    let (mut content, mut room) = (Vec::new(), vec![0; 1 << 16]);
    while !said.is_empty() {
        server.read_tls(&mut said).unwrap();
        server.process_new_packets().unwrap();
        while let Ok(read @ 1..) = server.reader().read(&mut room) {
            content.extend_from_slice(&room[..read]);
        }
    }
    content
}

/// A handshake in which the server's words arrive so many bytes at a time.
fn shaken(config: &Arc<ServerConfig>, step: usize) -> (Session, ServerConnection) {
    shake(&clients(), config, step)
}

fn shake(clients: &Client, config: &Arc<ServerConfig>, step: usize) -> (Session, ServerConnection) {
    let mut server = ServerConnection::new(Arc::clone(config)).unwrap();
    let mut session = begun(clients);
    while session.is_handshaking() || server.is_handshaking() {
        let words = said(&mut session);
        tell(&mut server, &words);
        let answer = answered(&mut server);
        assert!(!words.is_empty() || !answer.is_empty(), "stuck");
        for piece in answer.chunks(step) {
            open(&mut session, piece, &mut |_: &[u8]| Err(Code::INVALID_STATE.into())).unwrap();
        }
    }
    for piece in answered(&mut server).chunks(step) {
        open(&mut session, piece, &mut |_: &[u8]| Err(Code::INVALID_STATE.into())).unwrap();
    }
    (session, server)
}

/// A client, and the key of a server that may send it anything.
fn at_the_mercy_of(suite: Option<CipherSuite>) -> (Session, RecordKey) {
    let (session, server) = shaken(&server_config(suite, None), usize::MAX);
    let secrets = server.dangerous_extract_secrets().unwrap();
    (session, RecordKey::new(secrets.tx).unwrap())
}

fn sealed(key: &mut RecordKey, kind: u8, content: &[u8]) -> Vec<u8> {
    let mut record = vec![0; HEADER + content.len() + 1 + TAG];
    key.seal(kind, content, &mut record).unwrap();
    record
}

/// What a client makes of records with such contents: what it took of them, and the reason of its failure.
fn heard(records: &[(u8, &[u8])]) -> (Vec<u8>, std::result::Result<bool, String>) {
    let (mut session, mut key) = at_the_mercy_of(None);
    let mut kept = Kept::default();
    for (kind, content) in records {
        let record = sealed(&mut key, *kind, content);
        if let Err(error) = open(&mut session, &record, &mut kept) {
            assert_eq!(error.code(), Code::IO_TLS_ERROR_READ_FAILURE);
            return (kept.content().to_vec(), Err(error.to_string()));
        }
    }
    (kept.content().to_vec(), Ok(session.peer_closed()))
}

fn fails(records: &[(u8, &[u8])], with: &str) {
    let (_, outcome) = heard(records);
    let told = outcome.expect_err("it should fail");
    assert!(told.contains(with), "{told:?}, not {with:?}");
}

fn numbers(count: usize) -> Vec<u8> {
    (0..count).map(|n| (n * 31 + n / 251) as u8).collect()
}

#[test]
fn every_cipher_carries_content_both_ways() {
    for suite in [
        CipherSuite::TLS13_AES_128_GCM_SHA256,
        CipherSuite::TLS13_AES_256_GCM_SHA384,
        CipherSuite::TLS13_CHACHA20_POLY1305_SHA256,
    ] {
        let (mut session, mut server) = shaken(&server_config(Some(suite), None), usize::MAX);
        assert!(session.traffic().is_some(), "{suite:?}");
        let content = numbers(100_000);
        let mut kept = Kept::with_room(100_001);
        for part in content.chunks(20_000) {
            server.writer().write_all(part).unwrap();
            for piece in answered(&mut server).chunks(7_001) {
                open(&mut session, piece, &mut kept).unwrap();
            }
        }
        assert!(kept.content() == content, "{suite:?}");
        assert_eq!(kept.taken, 0);
        let mut received = Vec::new();
        let mut rest = &content[..];
        while !rest.is_empty() {
            rest = &rest[session.seal_slice(rest).unwrap()..];
            received.extend(tell(&mut server, &said(&mut session)));
        }
        assert!(received == content, "{suite:?}");
    }
}

#[test]
fn handshakes_may_arrive_in_any_pieces() {
    let suites = [None, Some(CipherSuite::TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256)];
    for (suite, fragment) in suites.into_iter().flat_map(|it| [(it, None), (it, Some(40))]) {
        let config = server_config(suite, fragment);
        for step in [1, 2, 5, 39, 40, 41, 100, 1000, usize::MAX] {
            let (mut session, mut server) = shaken(&config, step);
            assert_eq!(session.traffic().is_some(), suite.is_none());
            server.writer().write_all(b"well").unwrap();
            let mut kept = Kept::default();
            open(&mut session, &answered(&mut server), &mut kept).unwrap();
            assert_eq!(kept.content(), b"well", "{suite:?} {fragment:?} {step}");
            assert!(!session.holds_ciphertext());
        }
    }
}

#[test]
fn handshakes_that_start_again_or_resume_may_as_well() {
    for fragment in [None, Some(40)] {
        let plain = server_config(None, fragment);
        let mut provider = CryptoProvider::clone(plain.crypto_provider());
        // Not the one that clients guess.
        provider.kx_groups.retain(|group| group.name() == NamedGroup::secp384r1);
        let mut config = ServerConfig::builder_with_provider(Arc::new(provider))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_cert_resolver(Arc::clone(&plain.cert_resolver));
        config.max_fragment_size = fragment;
        config.ticketer = rustls::crypto::aws_lc_rs::Ticketer::new().unwrap();
        let (clients, config) = (clients(), Arc::new(config));
        for (round, step) in [1, 2, 6, 39, 64, 1000, usize::MAX].into_iter().enumerate() {
            let (mut session, mut server) = shake(&clients, &config, step);
            let resumed = server.handshake_kind() == Some(HandshakeKind::Resumed);
            assert_eq!(resumed, round > 0, "{fragment:?} {step}");
            assert!(session.traffic().is_some());
            talk(&mut session, &mut server);
        }
    }
}

#[test]
fn content_may_come_with_the_end_of_the_handshake() {
    let mut config = ServerConfig::clone(&server_config(None, None));
    config.send_half_rtt_data = true;
    let config = Arc::new(config);
    for step in [1, 7, 100, 1000, usize::MAX] {
        let mut server = ServerConnection::new(Arc::clone(&config)).unwrap();
        let mut session = begun(&clients());
        tell(&mut server, &said(&mut session));
        server.writer().write_all(&numbers(50_000)).unwrap();
        let mut kept = Kept::with_room(60_000);
        for piece in answered(&mut server).chunks(step) {
            open(&mut session, piece, &mut kept).unwrap();
        }
        assert!(!session.is_handshaking());
        assert!(kept.content() == numbers(50_000), "{step}");
        tell(&mut server, &said(&mut session));
        open(&mut session, &answered(&mut server), &mut kept).unwrap();
        talk(&mut session, &mut server);
    }
}

#[test]
fn nothing_of_a_record_that_was_changed_is_taken() {
    let content = numbers(40);
    for room in [0, 1000] {
        for at in 0..HEADER + content.len() + 1 + TAG {
            let (mut session, mut key) = at_the_mercy_of(None);
            let mut record = sealed(&mut key, DATA, &content);
            record[at] ^= 1;
            // A record that claims to be longer by up to 256 bytes is waited for.
            record.resize(record.len() + 256, 0);
            let mut kept = Kept::with_room(room);
            let error = open(&mut session, &record, &mut kept).expect_err("changed");
            assert_eq!(error.code(), Code::IO_TLS_ERROR_READ_FAILURE, "{at}");
            assert_eq!((kept.filled, kept.taken), (0, 0), "{at}");
        }
    }
    // Neither one that came before, nor one out of its order, nor any that follows.
    let (mut session, mut key) = at_the_mercy_of(None);
    let first = sealed(&mut key, DATA, b"first");
    open(&mut session, &first, &mut Kept::default()).unwrap();
    assert!(open(&mut session, &first, &mut Kept::default()).is_err());
    sealed(&mut key, DATA, b"second");
    let third = sealed(&mut key, DATA, b"third");
    assert!(open(&mut session, &third, &mut Kept::default()).is_err());
    let (mut session, mut key) = at_the_mercy_of(None);
    sealed(&mut key, DATA, b"lost");
    let second = sealed(&mut key, DATA, b"second");
    assert!(open(&mut session, &second, &mut Kept::default()).is_err());
}

#[test]
fn records_have_limits() {
    assert_eq!(heard(&[(0, b"padded\x17\0\0")]).0, b"padded");
    assert_eq!(heard(&[(DATA, b""), (DATA, b"x"), (DATA, b"")]).0, b"x");
    assert_eq!(heard(&[(DATA, &numbers(RECORD))]).0, numbers(RECORD));
    fails(&[(DATA, &numbers(RECORD + 1))], "excess record size");
    fails(&[(DATA, &numbers(RECORD + 300))], "excess record size");
    let padded: Vec<u8> = [&numbers(RECORD - 100)[..], &[DATA], &[0; 99]].concat();
    assert_eq!(heard(&[(0, &padded)]).0, numbers(RECORD - 100));
    fails(&[(0, &[&padded[..], &[0]].concat())], "excess record size");
    let empty: Vec<(u8, &[u8])> = vec![(DATA, b""); USELESS as usize];
    assert_eq!(heard(&[&empty[..], &[(DATA, b"x")], &empty[..]].concat()).0, b"x");
    fails(&[&empty[..], &[(DATA, b"")]].concat(), "TooManyEmptyFragments");
    fails(&[(0, b"")], "without a type");
    fails(&[(0, &[0; 100])], "without a type");
    fails(&[(20, &[1])], "another type");
    fails(&[(24, b"heartbeat")], "another type");
    for (kind, length) in [(DATA, 0), (DATA, 16), (20, 1), (21, 2), (22, 4), (0, 100), (72, 84)] {
        let (mut session, _) = at_the_mercy_of(None);
        let mut record = vec![kind, 3, 3, 0, length];
        record.resize(HEADER + usize::from(length), 1);
        let error = open(&mut session, &record, &mut Kept::default()).expect_err("unprotected");
        assert_eq!(error.code(), Code::IO_TLS_ERROR_READ_FAILURE, "{kind}");
    }
}

#[test]
fn alerts_end_it_one_way_or_the_other() {
    let data: (u8, &[u8]) = (DATA, b"data");
    let farewell: (u8, &[u8]) = (ALERT, &[1, CLOSE_NOTIFY]);
    assert_eq!(heard(&[data, (ALERT, &[1, USER_CANCELED]), data, farewell]).1, Ok(true));
    let (content, outcome) = heard(&[data, farewell, data, (ALERT, &[2, 40])]);
    assert_eq!((&content[..], outcome), (&b"data"[..], Ok(true)), "nothing follows a farewell");
    fails(&[data, (ALERT, &[2, 40])], "HandshakeFailure");
    fails(&[(ALERT, &[1, 40])], "HandshakeFailure");
    let canceled: Vec<(u8, &[u8])> = vec![(ALERT, &[1, USER_CANCELED]); USELESS as usize + 1];
    fails(&canceled, "TooManyWarningAlertsReceived");
    fails(&[(ALERT, &[2])], "Alert");
    fails(&[(ALERT, &[1, 0, 0])], "Alert");
    fails(&[(ALERT, &[])], "Alert");
}

/// A message with a header.
fn message(kind: u8, body: &[u8]) -> Vec<u8> {
    let mut message = (body.len() as u32).to_be_bytes().to_vec();
    message[0] = kind;
    message.extend_from_slice(body);
    message
}

fn ticket() -> Vec<u8> {
    message(NEW_SESSION_TICKET, &[0, 0, 1, 0, 9, 9, 9, 9, 1, 7, 0, 3, 5, 5, 5, 0, 0])
}

#[test]
fn messages_may_be_cut_but_not_interrupted() {
    let tickets = [ticket(), ticket()].concat();
    for cut in 1..tickets.len() {
        let (front, back) = tickets.split_at(cut);
        let (content, outcome) = heard(&[(HANDSHAKE, front), (HANDSHAKE, back), (DATA, b"ok")]);
        assert_eq!((&content[..], outcome), (&b"ok"[..], Ok(false)), "{cut}");
        if cut != tickets.len() / 2 {
            fails(&[(HANDSHAKE, front), (DATA, b"x")], "within a message");
            fails(&[(HANDSHAKE, front), (ALERT, &[1, CLOSE_NOTIFY])], "within a message");
        }
    }
    fails(&[(HANDSHAKE, b"")], "another type");
    fails(&[(HANDSHAKE, &message(NEW_SESSION_TICKET, b"nonsense"))], "corrupt");
    fails(&[(HANDSHAKE, &[NEW_SESSION_TICKET, 1, 0, 0])], "HandshakePayloadTooLarge");
    for kind in [0, 1, 2, 8, 11, 13, 20, 99] {
        fails(&[(HANDSHAKE, &message(kind, b""))], "belongs into the handshake");
    }
    fails(&[(HANDSHAKE, &message(KEY_UPDATE, &[2]))], "InvalidKeyUpdate");
    fails(&[(HANDSHAKE, &message(KEY_UPDATE, &[0, 0]))], "InvalidKeyUpdate");
    let followed = [message(KEY_UPDATE, &[0]), ticket()].concat();
    fails(&[(HANDSHAKE, &followed)], "KeyEpochWithPendingFragment");
    // After new keys, the old ones open nothing.
    fails(&[(HANDSHAKE, &message(KEY_UPDATE, &[0])), (DATA, b"x")], "decrypt");
}

/// Has the server say something, and the client as well.
fn talk(session: &mut Session, server: &mut ServerConnection) {
    let mut kept = Kept::default();
    server.writer().write_all(b"from the server").unwrap();
    open(session, &answered(server), &mut kept).unwrap();
    assert_eq!(kept.content(), b"from the server");
    session.seal_slice(b"from the client").unwrap();
    assert_eq!(tell(server, &said(session)), b"from the client");
}

#[test]
fn either_side_may_change_its_keys() {
    let (mut session, mut server) = shaken(&server_config(None, None), usize::MAX);
    for _ in 0..USELESS + 10 {
        // Wants new keys of the client, too.
        server.refresh_traffic_keys().unwrap();
        talk(&mut session, &mut server);
    }
    session.traffic().unwrap().limit = 3;
    for _ in 0..20 {
        talk(&mut session, &mut server);
        assert!(session.traffic().unwrap().sending.used() < 3);
    }
    for _ in 0..USELESS {
        server.refresh_traffic_keys().unwrap();
    }
    open(&mut session, &answered(&mut server), &mut Kept::default()).unwrap();
    server.refresh_traffic_keys().unwrap();
    let error = open(&mut session, &answered(&mut server), &mut Kept::default()).unwrap_err();
    assert!(error.to_string().contains("TooManyKeyUpdateRequests"), "{error}");
}

#[test]
fn what_takes_the_content_may_refuse_it() {
    let (mut session, mut key) = at_the_mercy_of(None);
    let nothing = sealed(&mut key, DATA, b"");
    open(&mut session, &nothing, &mut |_: &[u8]| Err(Code::HTTP_PROTOCOL_ERROR.into())).unwrap();
    let record = sealed(&mut key, DATA, b"unwanted");
    let mut refuse = |_: &[u8]| Err(Code::HTTP_PROTOCOL_ERROR.into());
    let error = open(&mut session, &record, &mut refuse).unwrap_err();
    assert_eq!(error.code(), Code::HTTP_PROTOCOL_ERROR);
}

fn contents() -> impl Strategy<Value = Vec<(u8, Vec<u8>)>> {
    let kind =
        prop_oneof![8 => Just(DATA), 2 => Just(HANDSHAKE), 1 => Just(ALERT), 1 => any::<u8>()];
    let bytes = prop_oneof![
        proptest::collection::vec(any::<u8>(), 0..300),
        Just(ticket()),
        Just(vec![1, USER_CANCELED]),
    ];
    proptest::collection::vec((kind, bytes), 0..12)
}

/// The records of a flight.
fn records(mut bytes: &[u8]) -> Vec<Vec<u8>> {
    let mut records = Vec::new();
    while let [_, _, _, high, low, ..] = bytes {
        let length = HEADER + usize::from(u16::from_be_bytes([*high, *low]));
        records.push(bytes[..length].to_vec());
        bytes = &bytes[length..];
    }
    records
}

/// Something in a flight that does not belong there, and where.
fn disturbance() -> impl Strategy<Value = (usize, Vec<u8>)> {
    let known: &[&[u8]] = &[
        &[20, 3, 3, 0, 1, 1],
        &[20, 3, 3, 0, 1, 2],
        &[21, 3, 3, 0, 2, 1, 90],
        &[21, 3, 3, 0, 2, 1, 0],
        &[21, 3, 3, 0, 2, 2, 40],
        &[22, 3, 3, 0, 0],
        &[22, 3, 3, 0, 1, 4],
        &[22, 3, 3, 0, 4, 4, 0, 0, 0],
        &[23, 3, 3, 0, 0],
        &[23, 3, 3, 0, 1, 1],
    ];
    let known = proptest::sample::select(known).prop_map(<[u8]>::to_vec);
    (0_usize..12, prop_oneof![4 => known, 1 => proptest::collection::vec(any::<u8>(), 1..60)])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    /// What disturbs a handshake may end it, and never becomes content.
    #[test]
    fn disturbed_handshakes_give_no_content(
        disturbances in proptest::collection::vec(disturbance(), 1..4),
        flip in proptest::option::of((0_usize..4000, 1_u8..=255)),
        step in 1_usize..2000,
        fragment in proptest::option::of(33_usize..200),
        old in any::<bool>(),
    ) {
        let suite = old.then_some(CipherSuite::TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256);
        let mut server = ServerConnection::new(server_config(suite, fragment)).unwrap();
        let mut session = begun(&clients());
        for _ in 0..4 {
            let words = said(&mut session);
            let mut rest = &words[..];
            while !rest.is_empty() && server.read_tls(&mut rest).is_ok() {
                if server.process_new_packets().is_err() {
                    return Ok(());
                }
            }
            let mut flight = records(&answered(&mut server));
            for (at, bytes) in &disturbances {
                flight.insert((*at).min(flight.len()), bytes.clone());
            }
            let mut flight = flight.concat();
            if let Some((at, mask)) = flip {
                let at = at % flight.len();
                flight[at] ^= mask;
            }
            let mut kept = Kept::with_room(5000);
            let opened = flight.chunks(step).try_for_each(|piece| open(&mut session, piece, &mut kept));
            prop_assert_eq!(kept.filled, 0);
            if opened.is_err() {
                return Ok(());
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// Whatever comes in whatever pieces: content is that of the records in front of the first bad one, in order.
    #[test]
    fn content_is_what_was_sealed_as_content(records in contents(), step in 1_usize..400, room in 0_usize..2000) {
        let (mut session, mut key) = at_the_mercy_of(None);
        let mut stream = Vec::new();
        let mut content = Vec::new();
        for (kind, bytes) in &records {
            stream.extend(sealed(&mut key, *kind, bytes));
            if *kind == DATA {
                content.extend_from_slice(bytes);
            }
        }
        let mut kept = Kept::with_room(room);
        let outcome = stream.chunks(step).try_for_each(|piece| open(&mut session, piece, &mut kept));
        prop_assert!(content.starts_with(kept.content()));
        if records.iter().all(|(kind, _)| *kind == DATA) {
            prop_assert!(outcome.is_ok());
            prop_assert_eq!(kept.content(), &content[..]);
            prop_assert!(!session.holds_ciphertext());
        }
    }
}
