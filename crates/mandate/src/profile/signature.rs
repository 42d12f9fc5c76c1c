//! Ed25519 signatures of the offices that answer for a profile.
//!
//! A signature is detached and covers the profile's name, version and canonical hash, and the
//! office that signs: a signature of one office is not one of another, nor for another version.
//! The public keys are installed by the administrator; a profile never brings its own.

use std::collections::BTreeMap;

use base64ct::{Base64, Encoding as _};
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Profile;

/// The public keys of the offices, as installed by the administrator.
#[derive(Clone, Debug, Default)]
pub struct Keyring(BTreeMap<String, VerifyingKey>);

/// Why a keyring could not be read.
#[derive(Debug, thiserror::Error)]
pub enum KeyringError {
    /// Not the TOML that a keyring is.
    #[error("no keyring: {0}")]
    Syntax(#[from] toml::de::Error),
    /// Not a usable public key.
    #[error("the key of office {0:?} is no Ed25519 public key in base64 (32 bytes)")]
    Key(String),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct KeyringFile {
    offices: BTreeMap<String, String>,
}

impl Keyring {
    /// Reads a keyring: TOML with a table `[offices]`, one line `name = "base64"` each.
    ///
    /// # Errors
    ///
    /// When the text is no such TOML or a key is unusable.
    pub fn read(text: &str) -> Result<Self, KeyringError> {
        let file: KeyringFile = toml::from_str(text)?;
        file.offices
            .into_iter()
            .map(|(office, key)| match parse_key(&key) {
                Some(key) => Ok((office, key)),
                None => Err(KeyringError::Key(office)),
            })
            .collect::<Result<_, _>>()
            .map(Self)
    }

    /// Installs the key of an office.
    pub fn install(&mut self, office: impl Into<String>, key: VerifyingKey) {
        self.0.insert(office.into(), key);
    }
}

fn parse_key(base64: &str) -> Option<VerifyingKey> {
    let bytes: [u8; 32] = Base64::decode_vec(base64).ok()?.try_into().ok()?;
    let key = VerifyingKey::from_bytes(&bytes).ok()?;
    (!key.is_weak()).then_some(key)
}

/// An office's secret key.
pub struct OfficeKey(SigningKey);

impl OfficeKey {
    /// The key of a PKCS #8 file in PEM, as `openssl genpkey -algorithm ed25519` writes it.
    pub fn from_pem(pem: &str) -> Option<Self> {
        use ed25519_dalek::pkcs8::DecodePrivateKey;
        SigningKey::from_pkcs8_pem(pem).ok().map(Self)
    }

    /// The key of a seed of 32 secret bytes.
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        Self(SigningKey::from_bytes(seed))
    }

    /// The public key.
    pub fn public(&self) -> VerifyingKey {
        self.0.verifying_key()
    }

    /// The public key in base64, as a keyring has it.
    pub fn public_base64(&self) -> String {
        Base64::encode_string(self.public().as_bytes())
    }

    pub(crate) fn signing(&self) -> &SigningKey {
        &self.0
    }
}

impl std::fmt::Debug for OfficeKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("OfficeKey(secret)")
    }
}

/// The signatures of a profile: the file beside it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Signatures {
    /// One for each office.
    #[serde(default, rename = "signature")]
    pub all: Vec<OfficeSignature>,
}

/// The signature of one office.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OfficeSignature {
    /// Which office.
    pub office: String,
    /// The signature, base64.
    pub value: String,
}

/// Why a signature does not count.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignatureFault {
    /// The office has not signed.
    #[error("office {0:?} has not signed")]
    Missing(String),
    /// No key is installed for the office.
    #[error("no public key is installed for office {0:?}")]
    NoKey(String),
    /// The signature is not of this text by this office's key.
    #[error("the signature of office {0:?} does not belong to this text")]
    Invalid(String),
    /// Two offices have one key.
    #[error("offices {0:?} and {1:?} have the same key: two signatures of one hand")]
    SameKey(String, String),
}

/// What an office signs.
fn statement(profile: &Profile, office: &str) -> String {
    format!(
        "tidewaiter mandate/1\n{}@{}\n{office}\n{}\n",
        profile.profile.id.get(),
        profile.profile.version.get(),
        profile.hash()
    )
}

/// Signs `profile` as `office`.
pub fn sign(profile: &Profile, office: &str, key: &OfficeKey) -> OfficeSignature {
    let signature = key.0.sign(statement(profile, office).as_bytes());
    OfficeSignature {
        office: office.to_owned(),
        value: Base64::encode_string(&signature.to_bytes()),
    }
}

impl Signatures {
    /// Everything that is wrong with the signatures of `profile`; nothing when every office of
    /// `signed_by` has signed this very text with its own key.
    pub fn faults(&self, profile: &Profile, keyring: &Keyring) -> Vec<SignatureFault> {
        let mut faults = Vec::new();
        let offices = profile.profile.signed_by.get();
        for (i, office) in offices.iter().enumerate() {
            let Some(key) = keyring.0.get(office) else {
                faults.push(SignatureFault::NoKey(office.clone()));
                continue;
            };
            if let Some(other) = offices[..i].iter().find(|o| keyring.0.get(*o) == Some(key)) {
                faults.push(SignatureFault::SameKey(other.clone(), office.clone()));
            }
            let mut own = self.all.iter().filter(|s| s.office == *office).peekable();
            if own.peek().is_none() {
                faults.push(SignatureFault::Missing(office.clone()));
                continue;
            }
            let message = statement(profile, office);
            let valid = own.any(|s| {
                Base64::decode_vec(&s.value)
                    .ok()
                    .and_then(|bytes| Signature::from_slice(&bytes).ok())
                    .is_some_and(|s| key.verify_strict(message.as_bytes(), &s).is_ok())
            });
            if !valid {
                faults.push(SignatureFault::Invalid(office.clone()));
            }
        }
        faults
    }
}
