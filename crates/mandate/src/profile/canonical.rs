//! The canonical form of a profile and its hash.
//!
//! The form is the profile as JSON with keys in order of their bytes and without white space: the
//! same whatever the order, the comments and the spacing of the TOML file.

use std::fmt;
use std::fmt::Write as _;

use serde_json::Value;
use sha2::{Digest, Sha256};

use super::Profile;

/// SHA-256 of a profile's canonical form.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ProfileHash(pub [u8; 32]);

impl fmt::Display for ProfileHash {
    /// 64 hexadecimal digits.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for ProfileHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Profile {
    /// The canonical form.
    pub fn canonical(&self) -> String {
        let mut out = String::with_capacity(8192);
        // A profile has string keys only, so this cannot fail; were it ever to, the empty form
        // has no valid signature.
        if let Ok(value) = serde_json::to_value(self) {
            write_canonical(&value, &mut out);
        }
        out
    }

    /// Reads a canonical form back; `None` when it is none, so that what is read has the same hash.
    pub fn from_canonical(text: &str) -> Option<Self> {
        let value: Value = serde_json::from_str(text).ok()?;
        let written = toml::to_string(&written(value, "")?).ok()?;
        let profile = super::read(&written).value?;
        (profile.canonical() == text).then_some(profile)
    }

    /// The hash of the canonical form.
    pub fn hash(&self) -> ProfileHash {
        ProfileHash(Sha256::digest(self.canonical()).into())
    }
}

/// A value of the canonical form as it is written in a profile: days without quotes, and nothing for
/// what is not said.
fn written(value: Value, key: &str) -> Option<toml::Value> {
    Some(match value {
        Value::Null => return None,
        Value::Bool(flag) => flag.into(),
        Value::Number(number) => match number.as_i64() {
            Some(whole) => whole.into(),
            None => number.as_f64()?.into(),
        },
        Value::String(text) if DAYS.contains(&key) => toml::Value::Datetime(text.parse().ok()?),
        Value::String(text) => text.into(),
        Value::Array(items) => items
            .into_iter()
            .map(|item| written(item, ""))
            .collect::<Option<Vec<_>>>()?
            .into(),
        Value::Object(fields) => {
            let mut table = toml::Table::new();
            for (key, value) in fields {
                if !value.is_null() {
                    let value = written(value, &key)?;
                    table.insert(key, value);
                }
            }
            table.into()
        }
    })
}

/// Fields that are days.
const DAYS: &[&str] = &["valid_from", "review_due"];

/// Writes `value` with sorted keys, whatever order its maps keep.
fn write_canonical(value: &Value, out: &mut String) {
    match value {
        Value::Object(map) => {
            let mut entries: Vec<_> = map.iter().collect();
            entries.sort_by(|a, b| a.0.cmp(b.0));
            out.push('{');
            for (i, (key, value)) in entries.into_iter().enumerate() {
                if i > 0 {
                    out.push(',');
                }
                let _ = write!(out, "{}:", Value::String(key.clone()));
                write_canonical(value, out);
            }
            out.push('}');
        }
        Value::Array(items) => {
            out.push('[');
            for (i, item) in items.iter().enumerate() {
                if i > 0 {
                    out.push(',');
                }
                write_canonical(item, out);
            }
            out.push(']');
        }
        scalar => {
            let _ = write!(out, "{scalar}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_profile_is_read_back_from_its_canonical_form() {
        for text in [
            include_str!("../../profiles/evaluation.toml"),
            include_str!("../../profiles/p1-customs-only.toml"),
            include_str!("../../profiles/p2-single-window.toml"),
            include_str!("../../profiles/p3-customs-fiu.toml"),
        ] {
            let profile = super::super::read(text).value.unwrap();
            let back = Profile::from_canonical(&profile.canonical()).unwrap();
            assert_eq!(back.hash(), profile.hash());
        }
        assert!(Profile::from_canonical("{}").is_none());
        assert!(Profile::from_canonical("").is_none());
    }
}
