//! Values as they stand in the old files, where a number may be quoted and a text may be a number.

use std::fmt;

use serde::de::{self, Deserialize, Deserializer, Visitor};

/// The most points or minutes that are believed.
const MOST: u32 = 1_000_000;

/// A text, or what YAML takes for a number or a truth (`command: true`).
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Text(pub(super) String);

/// A text that says something.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Filled(pub(super) String);

/// A whole number, quoted or not; `None` for an empty text.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Whole(pub(super) Option<u32>);

/// A moment.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Moment(pub(super) jiff::Timestamp);

/// How an output was compared.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Comparison(pub(super) String);

struct Scalar;

impl Visitor<'_> for Scalar {
    type Value = String;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text or a number")
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Result<String, E> {
        Ok(value.to_owned())
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<String, E> {
        Ok(value.to_string())
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<String, E> {
        Ok(value.to_string())
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<String, E> {
        Ok(value.to_string())
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<String, E> {
        Ok(value.to_string())
    }
}

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Text, D::Error> {
        from.deserialize_any(Scalar).map(Text)
    }
}

impl<'de> Deserialize<'de> for Filled {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Filled, D::Error> {
        let text = from.deserialize_any(Scalar)?;
        match text.trim().is_empty() {
            true => Err(de::Error::custom("an empty text where one is needed")),
            false => Ok(Filled(text)),
        }
    }
}

impl<'de> Deserialize<'de> for Whole {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Whole, D::Error> {
        let text = from.deserialize_any(Scalar)?;
        whole(&text).map(Whole).map_err(de::Error::custom)
    }
}

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Moment, D::Error> {
        let text = from.deserialize_any(Scalar)?;
        let moment = text.trim().parse().map_err(|_| {
            de::Error::custom(format!(
                "`{text}` is no moment, as 2026-09-14T23:59:00Z is one"
            ))
        });
        moment.map(Moment)
    }
}

impl<'de> Deserialize<'de> for Comparison {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Comparison, D::Error> {
        let text = from.deserialize_any(Scalar)?;
        match text.as_str() {
            "" | "exact" | "included" | "regex" => Ok(Comparison(text)),
            _ => Err(de::Error::custom(format!(
                "the comparison `{text}` is none of exact, included, regex"
            ))),
        }
    }
}

/// A whole number of a text, `None` of an empty one. `10.0` is whole.
pub(super) fn whole(text: &str) -> Result<Option<u32>, String> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let digits = match text.split_once('.') {
        Some((digits, rest)) if rest.chars().all(|digit| digit == '0') => digits,
        _ => text,
    };
    match digits.parse() {
        Ok(number) if number <= MOST => Ok(Some(number)),
        _ => Err(format!(
            "`{text}` is no whole number from 0 to {MOST}, and only those can be kept"
        )),
    }
}
