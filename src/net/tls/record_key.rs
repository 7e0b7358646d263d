//! What protects the records of one direction of TLS 1.3 (RFC 8446, section 5): a key, a place for each record in the
//! sequence, and nothing that looks at what is in them.

use aws_lc_rs::aead::{
    AES_128_GCM, AES_256_GCM, Aad, CHACHA20_POLY1305, LessSafeKey, Nonce, UnboundKey,
};
use rustls::{ConnectionTrafficSecrets, Error};

pub(super) use super::offer::RECORD_HEADER as HEADER;

/// Of every cipher suite of TLS 1.3.
pub const TAG: usize = 16;

const NONCE: usize = 12;

/// The key of one direction.
pub struct RecordKey {
    key: LessSafeKey,
    iv: [u8; NONCE],
    /// Of the next record.
    sequence: u64,
}

impl RecordKey {
    /// From what a handshake or a change of keys has led to: the number of the next record, and the secrets.
    pub fn new((sequence, secrets): (u64, ConnectionTrafficSecrets)) -> Result<Self, Error> {
        let (algorithm, key, iv) = match &secrets {
            ConnectionTrafficSecrets::Aes128Gcm { key, iv } => (&AES_128_GCM, key, iv),
            ConnectionTrafficSecrets::Aes256Gcm { key, iv } => (&AES_256_GCM, key, iv),
            ConnectionTrafficSecrets::Chacha20Poly1305 { key, iv } => (&CHACHA20_POLY1305, key, iv),
            _ => return Err(Error::General("a cipher that is not known here".into())),
        };
        let key = UnboundKey::new(algorithm, key.as_ref()).map_err(unusable)?;
        let iv = iv.as_ref().try_into().map_err(unusable)?;
        Ok(Self { key: LessSafeKey::new(key), iv, sequence })
    }

    /// Records that this key has been used for.
    pub fn used(&self) -> u64 {
        self.sequence
    }

    /// Opens the next record where it lies. `sealed` is what follows its header; what is in front of the tag is left
    /// open.
    pub fn open<'r>(
        &mut self,
        header: [u8; HEADER],
        sealed: &'r mut [u8],
    ) -> Result<&'r mut [u8], Error> {
        let nonce = self.next_nonce()?;
        let opened = self.key.open_in_place(nonce, Aad::from(header), sealed);
        opened.map_err(|_| Error::DecryptError)
    }

    /// Opens the next record into `room`, which is exactly as long as the ciphertext.
    pub fn open_into(
        &mut self,
        header: [u8; HEADER],
        (ciphertext, tag): (&[u8], &[u8]),
        room: &mut [u8],
    ) -> Result<(), Error> {
        let nonce = self.next_nonce()?;
        let opened = self.key.open_separate_gather(nonce, Aad::from(header), ciphertext, tag, room);
        opened.map_err(|_| Error::DecryptError)
    }

    /// Seals content of that type as the next record, at the beginning of `room`. Returns how long it is.
    pub fn seal(&mut self, kind: u8, content: &[u8], room: &mut [u8]) -> Result<usize, Error> {
        let sealed = content.len() + 1 + TAG;
        let length = u16::try_from(sealed).map_err(|_| Error::EncryptError)?;
        let [high, low] = length.to_be_bytes();
        // The type of all that is sealed, and a version that does not tell any more.
        let header = [23, 3, 3, high, low];
        let record = room.get_mut(..HEADER + sealed).ok_or(Error::EncryptError)?;
        let (front, rest) = record.split_at_mut(HEADER);
        let (ciphertext, end) = rest.split_at_mut(content.len());
        let nonce = self.next_nonce()?;
        front.copy_from_slice(&header);
        self.key
            .seal_out_of_place_scatter(nonce, Aad::from(header), content, ciphertext, &[kind], end)
            .map_err(|_| Error::EncryptError)?;
        Ok(HEADER + sealed)
    }

    /// No number is used twice, whatever becomes of its record.
    fn next_nonce(&mut self) -> Result<Nonce, Error> {
        let sequence = self.sequence;
        self.sequence = sequence.checked_add(1).ok_or(Error::EncryptError)?;
        let mut nonce = self.iv;
        for (byte, mask) in nonce[NONCE - 8..].iter_mut().zip(sequence.to_be_bytes()) {
            *byte ^= mask;
        }
        Ok(Nonce::assume_unique_for_key(nonce))
    }
}

fn unusable(_: impl std::fmt::Debug) -> Error {
    Error::General("secrets of another length than their cipher's".into())
}
