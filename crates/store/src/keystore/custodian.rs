//! Who guards the master key, and who can bring it back.

use std::io::Write as _;
use std::path::Path;

use hkdf::Hkdf;
use sha2::{Digest as _, Sha256};
use x25519_dalek::{PublicKey, StaticSecret};
use zeroize::Zeroizing;

use crate::seal::{Key, random};
use crate::{Id, Result, StoreError};

/// Wraps and unwraps the few keys that wrap all others: a file on this machine, a security module
/// (PKCS #11) or a key service. It is asked once at start and once a rotation, so it may be slow.
pub trait Custodian: Send + Sync {
    /// What the master key is known by, so that the wrong one is noticed. Not secret.
    fn name(&self) -> String;

    /// Wraps a key.
    ///
    /// # Errors
    ///
    /// When the custodian cannot be reached or refuses.
    fn wrap(&self, key: &Key) -> Result<Vec<u8>>;

    /// Unwraps a key.
    ///
    /// # Errors
    ///
    /// [`StoreError::WrongMasterKey`] when it was wrapped by another custodian.
    fn unwrap(&self, wrapped: &[u8]) -> Result<Key>;
}

const WRAP: &str = "keystore.kek";
const NOBODY: Id = Id([0; 16]);

/// A master key in a file of 64 hexadecimal digits, readable by its owner only.
#[derive(Debug)]
pub struct MasterKeyFile(Key);

impl MasterKeyFile {
    /// Reads the file, or makes one with a new key where there is none.
    ///
    /// # Errors
    ///
    /// When the file cannot be read or written, or holds no key.
    pub fn open_or_create(path: &Path) -> Result<Self> {
        match std::fs::read_to_string(path) {
            Ok(text) => Self::parse(&text),
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => Self::create(path),
            Err(e) => Err(StoreError::from_io(&e, path)),
        }
    }

    /// The key of 64 hexadecimal digits.
    ///
    /// # Errors
    ///
    /// When `text` is anything else.
    pub fn parse(text: &str) -> Result<Self> {
        parse_hex(text.trim())
            .map(|bytes| Self(Key::new(bytes)))
            .ok_or(StoreError::Value("a master key is 64 hexadecimal digits"))
    }

    fn create(path: &Path) -> Result<Self> {
        let key = Key::random()?;
        let at = |e: std::io::Error| StoreError::from_io(&e, path);
        let mut options = std::fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(path).map_err(at)?;
        let text = Zeroizing::new(hex(key.bytes()) + "\n");
        file.write_all(text.as_bytes())
            .and_then(|()| file.sync_all())
            .map_err(at)?;
        Ok(Self(key))
    }
}

impl Custodian for MasterKeyFile {
    fn name(&self) -> String {
        let digest = Sha256::new()
            .chain_update(b"tidewaiter master key")
            .chain_update(self.0.bytes())
            .finalize();
        format!("file:{}", hex(&digest[..8]))
    }

    fn wrap(&self, key: &Key) -> Result<Vec<u8>> {
        self.0.seal(WRAP, &NOBODY, key.bytes())
    }

    fn unwrap(&self, wrapped: &[u8]) -> Result<Key> {
        self.0
            .open(WRAP, &NOBODY, wrapped)
            .ok()
            .and_then(|bytes| bytes.as_slice().try_into().ok())
            .map(Key::new)
            .ok_or(StoreError::WrongMasterKey)
    }
}

/// The public half of an escrow key: whoever holds the secret half, in a safe, can bring back a
/// keystore whose master key is lost. X25519, HKDF-SHA-256, XChaCha20-Poly1305.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EscrowKey([u8; 32]);

/// The secret half. Kept off the machine.
pub struct EscrowSecret(StaticSecret);

impl EscrowSecret {
    /// A new key.
    ///
    /// # Errors
    ///
    /// When the operating system has no random numbers.
    pub fn random() -> Result<Self> {
        let mut bytes = Zeroizing::new([0; 32]);
        random(bytes.as_mut_slice())?;
        Ok(Self(StaticSecret::from(*bytes)))
    }

    /// The key of 64 hexadecimal digits.
    pub fn parse(text: &str) -> Option<Self> {
        parse_hex(text.trim()).map(|bytes| Self(StaticSecret::from(bytes)))
    }

    /// As 64 hexadecimal digits, to be printed and put into a safe.
    pub fn to_hex(&self) -> Zeroizing<String> {
        Zeroizing::new(hex(self.0.as_bytes()))
    }

    /// The public half.
    pub fn public(&self) -> EscrowKey {
        EscrowKey(PublicKey::from(&self.0).to_bytes())
    }

    /// Opens what [`EscrowKey::seal`] has sealed.
    pub(crate) fn open(&self, sealed: &[u8]) -> Result<Key> {
        let (ephemeral, body) = sealed
            .split_first_chunk::<32>()
            .ok_or(StoreError::Tampered(ESCROW))?;
        let shared = self.0.diffie_hellman(&PublicKey::from(*ephemeral));
        let key = derive(shared.as_bytes(), ephemeral, &self.public().0)?;
        let opened = key.open(ESCROW, &NOBODY, body)?;
        let bytes = opened
            .as_slice()
            .try_into()
            .map_err(|_| StoreError::Tampered(ESCROW))?;
        Ok(Key::new(bytes))
    }
}

impl std::fmt::Debug for EscrowSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("EscrowSecret(secret)")
    }
}

const ESCROW: &str = "keystore.escrow";

impl EscrowKey {
    /// The key of 64 hexadecimal digits.
    pub fn parse(text: &str) -> Option<Self> {
        parse_hex(text.trim()).map(Self)
    }

    /// As 64 hexadecimal digits.
    pub fn to_hex(&self) -> String {
        hex(&self.0)
    }

    /// Seals `key` for the holder of the secret half.
    pub(crate) fn seal(&self, key: &Key) -> Result<Vec<u8>> {
        let once = EscrowSecret::random()?;
        let ephemeral = once.public().0;
        let shared = once.0.diffie_hellman(&PublicKey::from(self.0));
        let wrap = derive(shared.as_bytes(), &ephemeral, &self.0)?;
        let mut sealed = ephemeral.to_vec();
        sealed.extend(wrap.seal(ESCROW, &NOBODY, key.bytes())?);
        Ok(sealed)
    }
}

fn derive(shared: &[u8; 32], ephemeral: &[u8; 32], public: &[u8; 32]) -> Result<Key> {
    let mut bytes = [0; 32];
    let info = [ephemeral.as_slice(), public].concat();
    Hkdf::<Sha256>::new(Some(b"tidewaiter escrow"), shared)
        .expand(&info, &mut bytes)
        .map_err(|_| StoreError::Tampered(ESCROW))?;
    Ok(Key::new(bytes))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn parse_hex(text: &str) -> Option<[u8; 32]> {
    if text.len() != 64 || !text.is_ascii() {
        return None;
    }
    let mut bytes = [0; 32];
    for (i, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(text.get(2 * i..2 * i + 2)?, 16).ok()?;
    }
    Some(bytes)
}
