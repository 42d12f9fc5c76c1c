//! Sealing: XChaCha20-Poly1305 (RFC 8439 with the extended nonce of draft-irtf-cfrg-xchacha).
//!
//! A sealed value is `nonce (24 bytes) ‖ ciphertext ‖ tag (16 bytes)`. What it is and whose
//! (table and column, then the record's identifier) is authenticated with it, so that a value
//! moved to another place or record does not open.

use chacha20poly1305::aead::{Aead as _, Payload};
use chacha20poly1305::{KeyInit as _, XChaCha20Poly1305, XNonce};
use zeroize::Zeroizing;

use crate::measured::Span;
use crate::{Id, Result, StoreError};

const NONCE_BYTES: usize = 24;

/// A secret key of 32 bytes, wiped when it is dropped.
#[derive(Clone, PartialEq, Eq)]
pub struct Key(Zeroizing<[u8; 32]>);

impl Key {
    /// A new random key.
    pub(crate) fn random() -> Result<Self> {
        let mut bytes = Zeroizing::new([0; 32]);
        random(bytes.as_mut_slice())?;
        Ok(Self(bytes))
    }

    /// Wraps a key.
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    pub(crate) fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Seals `text`, which is a `place` of the record `of`.
    pub(crate) fn seal(&self, place: &'static str, of: &Id, text: &[u8]) -> Result<Vec<u8>> {
        let _span = Span::begin();
        let mut sealed = vec![0; NONCE_BYTES];
        random(&mut sealed)?;
        let nonce = nonce(&sealed).ok_or(StoreError::Tampered(place))?;
        let aad = aad(place, of);
        let payload = Payload {
            msg: text,
            aad: &aad,
        };
        let body = self
            .cipher()
            .encrypt(&nonce, payload)
            .map_err(|_| StoreError::Value("too long to be sealed"))?;
        sealed.extend_from_slice(&body);
        Ok(sealed)
    }

    /// Opens what [`Key::seal`] has sealed at the same place of the same record.
    pub(crate) fn open(
        &self,
        place: &'static str,
        of: &Id,
        sealed: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>> {
        let _span = Span::begin();
        let tampered = StoreError::Tampered(place);
        let (Some(nonce), Some(body)) = (nonce(sealed), sealed.get(NONCE_BYTES..)) else {
            return Err(tampered);
        };
        let aad = aad(place, of);
        let payload = Payload {
            msg: body,
            aad: &aad,
        };
        self.cipher()
            .decrypt(&nonce, payload)
            .map(Zeroizing::new)
            .map_err(|_| tampered)
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(&(*self.0).into())
    }
}

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Key(secret)")
    }
}

fn nonce(sealed: &[u8]) -> Option<XNonce> {
    let bytes: [u8; NONCE_BYTES] = sealed.get(..NONCE_BYTES)?.try_into().ok()?;
    Some(bytes.into())
}

fn aad(place: &'static str, of: &Id) -> Vec<u8> {
    [place.as_bytes(), &[0], &of.0].concat()
}

/// Fills `bytes` with random ones from the operating system.
pub(crate) fn random(bytes: &mut [u8]) -> Result<()> {
    getrandom::fill(bytes).map_err(|e| StoreError::Io(format!("no random numbers: {e}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn opens_only_in_its_place_under_its_key() {
        let (key, other) = (Key::random().unwrap(), Key::random().unwrap());
        let (a, b) = (Id([1; 16]), Id([2; 16]));
        let sealed = key.seal("traveller.open", &a, b"CLARK").unwrap();
        assert!(!sealed.windows(5).any(|w| w == b"CLARK"));
        assert_eq!(
            key.open("traveller.open", &a, &sealed).unwrap().as_slice(),
            b"CLARK"
        );
        assert!(key.open("traveller.open", &b, &sealed).is_err());
        assert!(key.open("traveller.mask", &a, &sealed).is_err());
        assert!(other.open("traveller.open", &a, &sealed).is_err());
        for i in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[i] ^= 1;
            assert_eq!(
                key.open("traveller.open", &a, &changed).err(),
                Some(StoreError::Tampered("traveller.open"))
            );
        }
        assert!(key.open("traveller.open", &a, b"short").is_err());
    }
}
