//! Writing: fields into lines, with every check digit.

use super::Mrz;
use super::check_digit::check_digit;
use super::layout::Slot;
use super::repair::offsets;

/// Why content cannot be written as a zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WriteError {
    /// A field holds something other than `A`–`Z`, `0`–`9` and inner fillers; transliterate it.
    #[error("the {0} holds characters that a machine-readable zone cannot hold")]
    Characters(&'static str),
    /// A field is longer than its place.
    #[error("the {field} is longer than {limit} characters")]
    TooLong {
        /// Which field.
        field: &'static str,
        /// Characters it may have.
        limit: usize,
    },
    /// A date is not known to be one.
    #[error("the {0} is no date")]
    Date(&'static str),
    /// A visa's code begins with `V`, no other document's does.
    #[error("the document code does not belong to this layout")]
    DocumentCode,
    /// The holder has no name.
    #[error("there is no primary identifier")]
    NoName,
}

impl Mrz {
    /// The lines, each ended by a line feed except the last, with all check digits.
    ///
    /// Names longer than their field are shortened as Doc 9303 says; nothing else is. The check
    /// digit of empty optional data in TD3 is `<`.
    pub fn write(&self) -> Result<String, WriteError> {
        let layout = self.format.layout();
        if self.document_code.starts_with('V') != self.format.is_visa() {
            return Err(WriteError::DocumentCode);
        }
        let mut sheet = Sheet(vec![b'<'; self.format.size()]);
        sheet.put(layout.code, "document code", &self.document_code)?;
        sheet.put(layout.issuer, "issuing State", &self.issuer)?;
        sheet.put(layout.nationality, "nationality", &self.nationality)?;
        self.put_names(&mut sheet)?;
        self.put_number_and_optional(&mut sheet)?;

        let birth = self.birth.value.ok_or(WriteError::Date("date of birth"))?;
        sheet.fill(layout.birth, birth.write().as_bytes());
        sheet.check(&[layout.birth], layout.birth_check);
        let expiry = self
            .expiry
            .value
            .ok_or(WriteError::Date("date of expiry"))?;
        sheet.fill(layout.expiry, expiry.write().as_bytes());
        sheet.check(&[layout.expiry], layout.expiry_check);
        sheet.0[layout.sex] = self.sex.as_byte();

        match layout.second_optional {
            Some(slot) => sheet.put(slot, "second optional data", &self.second_optional)?,
            None if self.second_optional.is_empty() => {}
            None => {
                return Err(WriteError::TooLong {
                    field: "second optional data",
                    limit: 0,
                });
            }
        }
        if let Some((check, slots)) = layout.composite {
            sheet.check(slots, check);
        }
        Ok(sheet.lines(self.format.width()))
    }

    fn put_names(&self, sheet: &mut Sheet) -> Result<(), WriteError> {
        let names = &self.names.value;
        let letters = |c: &String| !c.is_empty() && c.bytes().all(|b| b.is_ascii_uppercase());
        if !names.primary.iter().chain(&names.secondary).all(letters) {
            return Err(WriteError::Characters("name"));
        }
        if names.primary.is_empty() {
            return Err(WriteError::NoName);
        }
        let slot = self.format.layout().names;
        sheet.put(slot, "name", names.write(slot.len()).trim_end_matches('<'))
    }

    fn put_number_and_optional(&self, sheet: &mut Sheet) -> Result<(), WriteError> {
        let layout = self.format.layout();
        let number = self.number.as_str();
        // A number whose first character is unknown could not be told from optional data.
        if number.starts_with('<') {
            return Err(WriteError::Characters("document number"));
        }
        let Some((head, tail)) = number.split_at_checked(layout.number.len()) else {
            sheet.put(layout.number, "document number", number)?;
            sheet.check(&[layout.number], layout.number_check);
            return self.put_optional(sheet, layout.optional);
        };
        if tail.is_empty() {
            sheet.put(layout.number, "document number", head)?;
            sheet.check(&[layout.number], layout.number_check);
            return self.put_optional(sheet, layout.optional);
        }
        // The check digit and the filler after it take two places.
        let room = layout.optional.len() - 2;
        if !layout.long_numbers || tail.len() > room {
            let more = if layout.long_numbers { room } else { 0 };
            let limit = layout.number.len() + more;
            return Err(WriteError::TooLong {
                field: "document number",
                limit,
            });
        }
        if tail.contains('<') {
            return Err(WriteError::Characters("document number"));
        }
        let start = layout.optional.start;
        let tail_slot = Slot {
            start,
            end: start + tail.len(),
        };
        sheet.fill(layout.number, head.as_bytes());
        sheet.put(tail_slot, "document number", tail)?;
        if !is_encodable(head) {
            return Err(WriteError::Characters("document number"));
        }
        sheet.check(&[layout.number, tail_slot], tail_slot.end);
        let rest = Slot {
            start: tail_slot.end + 2,
            end: layout.optional.end,
        };
        self.put_optional(sheet, rest)
    }

    fn put_optional(&self, sheet: &mut Sheet, slot: Slot) -> Result<(), WriteError> {
        sheet.put(slot, "optional data", &self.optional)?;
        if let Some(check) = self.format.layout().optional_check
            && !self.optional.is_empty()
        {
            sheet.check(&[slot], check);
        }
        Ok(())
    }
}

/// The characters of all lines, fillers to begin with.
struct Sheet(Vec<u8>);

impl Sheet {
    fn put(&mut self, slot: Slot, field: &'static str, text: &str) -> Result<(), WriteError> {
        if !is_encodable(text) || text.ends_with('<') {
            return Err(WriteError::Characters(field));
        }
        if text.len() > slot.len() {
            return Err(WriteError::TooLong {
                field,
                limit: slot.len(),
            });
        }
        self.fill(slot, text.as_bytes());
        Ok(())
    }

    fn fill(&mut self, slot: Slot, text: &[u8]) {
        for (cell, &c) in self.0[slot.range()].iter_mut().zip(text) {
            *cell = c;
        }
    }

    fn check(&mut self, slots: &[Slot], check: usize) {
        let digit = check_digit(offsets(slots).into_iter().map(|at| self.0[at]));
        self.0[check] = b'0' + digit;
    }

    fn lines(&self, width: usize) -> String {
        let mut text = String::with_capacity(self.0.len() + 2);
        for (at, &c) in self.0.iter().enumerate() {
            if at > 0 && at % width == 0 {
                text.push('\n');
            }
            text.push(char::from(c));
        }
        text
    }
}

fn is_encodable(text: &str) -> bool {
    text.bytes()
        .all(|c| matches!(c, b'A'..=b'Z' | b'0'..=b'9' | b'<'))
}
