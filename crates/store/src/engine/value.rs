//! The three kinds of value that both engines store alike: whole numbers, text, bytes.

use std::borrow::Cow;

use jiff::Timestamp;

use crate::{Result, StoreError};

/// A value on its way into or out of an engine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Value<'a> {
    Null,
    Int(i64),
    Text(Cow<'a, str>),
    Blob(Cow<'a, [u8]>),
}

impl Value<'_> {
    /// Refuses what one of the engines would refuse or change.
    pub(crate) fn check(&self) -> Result<()> {
        match self {
            Self::Text(text) if text.as_bytes().contains(&0) => {
                Err(StoreError::Value("text holds a NUL"))
            }
            _ => Ok(()),
        }
    }
}

impl From<i64> for Value<'_> {
    fn from(value: i64) -> Self {
        Self::Int(value)
    }
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(value: &'a str) -> Self {
        Self::Text(Cow::Borrowed(value))
    }
}

impl From<String> for Value<'_> {
    fn from(value: String) -> Self {
        Self::Text(Cow::Owned(value))
    }
}

impl<'a> From<&'a [u8]> for Value<'a> {
    fn from(value: &'a [u8]) -> Self {
        Self::Blob(Cow::Borrowed(value))
    }
}

impl<'a, const N: usize> From<&'a [u8; N]> for Value<'a> {
    fn from(value: &'a [u8; N]) -> Self {
        Self::Blob(Cow::Borrowed(value))
    }
}

impl From<Vec<u8>> for Value<'_> {
    fn from(value: Vec<u8>) -> Self {
        Self::Blob(Cow::Owned(value))
    }
}

/// Microseconds since 1970: what both engines keep exactly.
impl From<Timestamp> for Value<'_> {
    fn from(value: Timestamp) -> Self {
        Self::Int(value.as_microsecond())
    }
}

impl<'a, T: Into<Value<'a>>> From<Option<T>> for Value<'a> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Value::Null, Into::into)
    }
}

/// A row that was read.
#[derive(Clone, Debug)]
pub(crate) struct Row(pub(crate) Vec<Value<'static>>);

/// A value that a row can give.
pub(crate) trait Get: Sized {
    fn get(value: &Value<'static>) -> Option<Self>;
}

impl Get for i64 {
    fn get(value: &Value<'static>) -> Option<Self> {
        match value {
            Value::Int(value) => Some(*value),
            _ => None,
        }
    }
}

impl Get for String {
    fn get(value: &Value<'static>) -> Option<Self> {
        match value {
            Value::Text(value) => Some(value.clone().into_owned()),
            _ => None,
        }
    }
}

impl Get for Vec<u8> {
    fn get(value: &Value<'static>) -> Option<Self> {
        match value {
            Value::Blob(value) => Some(value.clone().into_owned()),
            _ => None,
        }
    }
}

impl<const N: usize> Get for [u8; N] {
    fn get(value: &Value<'static>) -> Option<Self> {
        match value {
            Value::Blob(value) => value.as_ref().try_into().ok(),
            _ => None,
        }
    }
}

impl Get for Timestamp {
    fn get(value: &Value<'static>) -> Option<Self> {
        i64::get(value).and_then(|us| Self::from_microsecond(us).ok())
    }
}

impl Get for bool {
    fn get(value: &Value<'static>) -> Option<Self> {
        i64::get(value).map(|value| value != 0)
    }
}

impl<T: Get> Get for Option<T> {
    fn get(value: &Value<'static>) -> Option<Self> {
        match value {
            Value::Null => Some(None),
            value => T::get(value).map(Some),
        }
    }
}

impl Row {
    /// The value of a column.
    pub(crate) fn get<T: Get>(&self, column: usize) -> Result<T> {
        self.0
            .get(column)
            .and_then(T::get)
            .ok_or_else(|| StoreError::Corrupt(format!("column {column} is not of its type")))
    }
}
