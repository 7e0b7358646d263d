//! The records of a TLS 1.3 connection after its handshake: content is opened where it belongs and sealed from where it
//! lies, without a copy. Secrets, their renewal and session tickets stay with rustls, whose interface for that is made
//! for connections that protect their records themselves.

use rustls::client::ClientConnectionData;
use rustls::kernel::KernelConnection;
use rustls::{
    AlertDescription, Error, ExtractedSecrets, InvalidMessage, PeerMisbehaved, SupportedCipherSuite,
};

use super::record_key::{HEADER, RecordKey, TAG};
use super::unsent::Unsent;
use crate::net::content::Content;

/// Content of a full record (RFC 8446, section 5.1).
pub const RECORD: usize = 1 << 14;

/// The longest that what follows a header may be: content, its type and a tag (sections 5.2 and 5.4).
const LONGEST: usize = RECORD + 1 + TAG;

/// Types of content (section 5.1).
const ALERT: u8 = 21;
const HANDSHAKE: u8 = 22;
const DATA: u8 = 23;

/// What comes after a handshake (section 4.6).
const NEW_SESSION_TICKET: u8 = 4;
const KEY_UPDATE: u8 = 24;

/// Longer ones are not sent by anybody who means well.
const LONGEST_MESSAGE: usize = 0xffff;

/// How often a server may send what is of no use, without any content in between.
const USELESS: u32 = 32;

/// Both directions of a connection.
pub struct Traffic {
    keys: KernelConnection<ClientConnectionData>,
    receiving: RecordKey,
    sending: RecordKey,
    /// Records after which the key is to be another one.
    limit: u64,
    /// The beginning of a message whose rest is in the next record.
    message: Vec<u8>,
    /// Records without a use since the last content.
    useless: u32,
    /// The server wants us to change our key before we send anything.
    is_asked_to_renew: bool,
    peer_closed: bool,
}

/// Why records could not be opened.
pub enum Failure {
    Peer(Error),
    /// Of those who take the content.
    Content(crate::error::Error),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Peer(error)
    }
}

impl From<crate::error::Error> for Failure {
    fn from(error: crate::error::Error) -> Self {
        Self::Content(error)
    }
}

/// A record as it came.
struct Record<'b> {
    header: [u8; HEADER],
    sealed: &'b mut [u8],
}

impl Traffic {
    pub fn new(
        (secrets, keys): (ExtractedSecrets, KernelConnection<ClientConnectionData>),
    ) -> Result<Self, Error> {
        let limit = match keys.negotiated_cipher_suite() {
            SupportedCipherSuite::Tls13(suite) => suite.common.confidentiality_limit,
            SupportedCipherSuite::Tls12(_) => return Err(Error::HandshakeNotComplete),
        };
        Ok(Self {
            keys,
            receiving: RecordKey::new(secrets.rx)?,
            sending: RecordKey::new(secrets.tx)?,
            limit,
            message: Vec::new(),
            useless: 0,
            is_asked_to_renew: false,
            peer_closed: false,
        })
    }

    pub fn peer_closed(&self) -> bool {
        self.peer_closed
    }

    /// Opens the whole records at the front of `batch` and says how long they are. What follows a farewell is of no
    /// interest.
    pub fn open(&mut self, batch: &mut [u8], content: &mut dyn Content) -> Result<usize, Failure> {
        let mut start = 0;
        while !self.peer_closed {
            let Some(record) = Record::first(&mut batch[start..])? else { return Ok(start) };
            start += HEADER + record.sealed.len();
            self.open_record(record, content)?;
        }
        Ok(batch.len())
    }

    fn open_record(
        &mut self,
        record: Record<'_>,
        content: &mut dyn Content,
    ) -> Result<(), Failure> {
        let Record { header, sealed } = record;
        let parts = sealed.split_at(sealed.len() - TAG);
        let (receiving, mut found, mut said) = (&mut self.receiving, Ok((DATA, 0)), Vec::new());
        let mut open = |room: &mut [u8]| {
            found = receiving.open_into(header, parts, room).and_then(|()| inner(room));
            match found {
                Ok((DATA, length)) => return Ok(length),
                Ok((_, length)) => said.extend_from_slice(&room[..length]),
                Err(_) => {}
            }
            Ok(0)
        };
        // Nothing may come between the parts of a message.
        if self.message.is_empty() && content.place(parts.0.len(), &mut open)? {
            match found? {
                (DATA, length) => self.has_content(length)?,
                (kind, _) => self.hear(kind, &said)?,
            }
            return Ok(());
        }
        let opened = self.receiving.open(header, sealed)?;
        let (kind, length) = inner(opened)?;
        let opened = &opened[..length];
        if kind != DATA {
            self.hear(kind, opened)?;
            return Ok(());
        }
        self.has_content(length)?;
        if length > 0 {
            content.take(opened)?;
        }
        Ok(())
    }

    fn has_content(&mut self, length: usize) -> Result<(), Error> {
        if !self.message.is_empty() {
            return Err(unexpected("content within a message"));
        }
        if length == 0 {
            return self.is_useless(PeerMisbehaved::TooManyEmptyFragments);
        }
        self.useless = 0;
        Ok(())
    }

    fn is_useless(&mut self, excess: PeerMisbehaved) -> Result<(), Error> {
        self.useless += 1;
        if self.useless > USELESS { Err(excess.into()) } else { Ok(()) }
    }

    /// What is no content.
    fn hear(&mut self, kind: u8, said: &[u8]) -> Result<(), Error> {
        match kind {
            HANDSHAKE if !said.is_empty() => self.hear_messages(said),
            ALERT if !self.message.is_empty() => Err(unexpected("an alert within a message")),
            ALERT => self.hear_alert(said),
            _ => Err(unexpected("a record of another type")),
        }
    }

    /// Section 6. All are fatal, whatever they say of themselves, but two.
    fn hear_alert(&mut self, said: &[u8]) -> Result<(), Error> {
        let [_, description] = said else {
            return Err(InvalidMessage::MissingData("AlertMessagePayload").into());
        };
        match AlertDescription::from(*description) {
            AlertDescription::CloseNotify => {
                self.peer_closed = true;
                Ok(())
            }
            AlertDescription::UserCanceled => {
                self.is_useless(PeerMisbehaved::TooManyWarningAlertsReceived)
            }
            description => Err(Error::AlertReceived(description)),
        }
    }

    fn hear_messages(&mut self, said: &[u8]) -> Result<(), Error> {
        let mut messages = std::mem::take(&mut self.message);
        messages.extend_from_slice(said);
        let mut rest = &messages[..];
        while let [kind, a, b, c, more @ ..] = rest {
            let length = u32::from_be_bytes([0, *a, *b, *c]) as usize;
            if length > LONGEST_MESSAGE {
                return Err(InvalidMessage::HandshakePayloadTooLarge.into());
            }
            let Some((body, behind)) = more.split_at_checked(length) else { break };
            match *kind {
                NEW_SESSION_TICKET => self.keys.handle_new_session_ticket(body)?,
                // What follows comes with other keys.
                KEY_UPDATE if !behind.is_empty() => {
                    return Err(PeerMisbehaved::KeyEpochWithPendingFragment.into());
                }
                KEY_UPDATE => self.renew_receiving(body)?,
                _ => return Err(unexpected("a message that belongs into the handshake")),
            }
            rest = behind;
        }
        let used = messages.len() - rest.len();
        messages.drain(..used);
        self.message = messages;
        Ok(())
    }

    /// Section 4.6.3: the server has changed its keys, and may want us to do the same.
    fn renew_receiving(&mut self, body: &[u8]) -> Result<(), Error> {
        self.is_useless(PeerMisbehaved::TooManyKeyUpdateRequests)?;
        let [wanted @ (0 | 1)] = body else { return Err(InvalidMessage::InvalidKeyUpdate.into()) };
        self.receiving = RecordKey::new(self.keys.update_rx_secret()?)?;
        self.is_asked_to_renew |= *wanted == 1;
        Ok(())
    }

    fn renew_sending(&mut self, unsent: &mut Unsent) -> Result<(), Error> {
        let message = [KEY_UPDATE, 0, 0, 1, 0];
        unsent.reserve(HEADER + message.len() + 1 + TAG);
        unsent.append(|room| self.sending.seal(HANDSHAKE, &message, room))?;
        self.sending = RecordKey::new(self.keys.update_tx_secret()?)?;
        self.is_asked_to_renew = false;
        Ok(())
    }

    /// Seals `content`, for which there is room.
    pub fn seal(&mut self, content: &[u8], unsent: &mut Unsent) -> Result<(), Error> {
        for content in content.chunks(RECORD) {
            // The last one that the key may be used for says so.
            if self.is_asked_to_renew || self.sending.used() + 1 >= self.limit {
                self.renew_sending(unsent)?;
                unsent.reserve(HEADER + content.len() + 1 + TAG);
            }
            unsent.append(|room| self.sending.seal(DATA, content, room))?;
        }
        Ok(())
    }
}

impl<'b> Record<'b> {
    /// The record at the beginning of `batch`, if there is all of it.
    fn first(batch: &'b mut [u8]) -> Result<Option<Self>, Error> {
        let Some((header, rest)) = batch.split_first_chunk_mut::<HEADER>() else { return Ok(None) };
        let header = *header;
        let [kind, _, _, high, low] = header;
        let length = usize::from(u16::from_be_bytes([high, low]));
        match kind {
            DATA if length > LONGEST => Err(Error::PeerSentOversizedRecord),
            DATA if length <= TAG => Err(Error::DecryptError),
            DATA => Ok(rest.get_mut(..length).map(|sealed| Self { header, sealed })),
            _ => Err(unexpected("a record without protection")),
        }
    }
}

/// Type and length of what was in a record, behind which there may be zeros (section 5.4).
fn inner(opened: &[u8]) -> Result<(u8, usize), Error> {
    let length = opened.iter().rposition(|byte| *byte != 0);
    let length = length.ok_or_else(|| unexpected("a record without a type"))?;
    if length > RECORD {
        return Err(Error::PeerSentOversizedRecord);
    }
    Ok((opened[length], length))
}

fn unexpected(what: &'static str) -> Error {
    InvalidMessage::UnexpectedMessage(what).into()
}

#[cfg(test)]
mod tests;
