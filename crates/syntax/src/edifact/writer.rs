//! Writing segments that read back the same.

use super::advice::Separators;
use super::charset::Charset;

/// Writes segments with released separators, and counts them.
///
/// Elements and components are given as text; empty ones at the end of a segment are left out.
#[derive(Debug)]
pub struct Writer {
    separators: Separators,
    charset: Charset,
    bytes: Vec<u8>,
    segments: u32,
}

impl Writer {
    /// A writer with nothing in it.
    pub fn new(separators: Separators, charset: Charset) -> Self {
        Self {
            separators,
            charset,
            bytes: Vec::new(),
            segments: 0,
        }
    }

    /// Writes the service string advice.
    pub fn advice(&mut self) {
        let s = self.separators;
        self.bytes.extend_from_slice(b"UNA");
        let (release, repetition) = (s.release.unwrap_or(b' '), s.repetition.unwrap_or(b' '));
        self.bytes.extend([
            s.component,
            s.element,
            s.decimal,
            release,
            repetition,
            s.terminator,
        ]);
    }

    /// Writes one segment: its tag and its elements, each a list of components.
    ///
    /// Characters that the character set does not have are written as the nearest it has: letters
    /// in capitals, everything else as a space.
    pub fn segment(&mut self, tag: &str, elements: &[&[&str]]) {
        self.bytes.extend_from_slice(tag.as_bytes());
        let last = elements
            .iter()
            .rposition(|e| e.iter().any(|c| !c.is_empty()));
        for element in elements.iter().take(last.map_or(0, |i| i + 1)) {
            self.bytes.push(self.separators.element);
            let last = element.iter().rposition(|c| !c.is_empty());
            for (i, component) in element.iter().take(last.map_or(0, |i| i + 1)).enumerate() {
                if i > 0 {
                    self.bytes.push(self.separators.component);
                }
                self.text(component);
            }
        }
        self.bytes.push(self.separators.terminator);
        self.segments += 1;
    }

    /// How many segments were written, or since the last [`Writer::restart_count`].
    pub fn segment_count(&self) -> u32 {
        self.segments
    }

    /// Counts from 0 again: at the beginning of a message.
    pub fn restart_count(&mut self) {
        self.segments = 0;
    }

    /// What was written.
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    fn text(&mut self, text: &str) {
        if let Some(bytes) = self.charset.encode(text) {
            return self.escaped(&bytes);
        }
        let mut buffer = [0; 4];
        for c in text.chars() {
            let upper: String = c.to_uppercase().collect();
            match self.charset.encode(c.encode_utf8(&mut buffer)) {
                Some(bytes) => self.escaped(&bytes),
                None => match self.charset.encode(&upper) {
                    Some(bytes) => self.escaped(&bytes),
                    None => self.bytes.push(b' '),
                },
            }
        }
    }

    fn escaped(&mut self, bytes: &[u8]) {
        let s = self.separators;
        for &byte in bytes {
            let special = [s.component, s.element, s.terminator].contains(&byte)
                || Some(byte) == s.release
                || Some(byte) == s.repetition;
            match s.release {
                Some(release) if special => self.bytes.extend([release, byte]),
                // Without a release character a separator cannot be said.
                None if special => self.bytes.push(b' '),
                _ if byte < b' ' || byte == 0x7F => self.bytes.push(b' '),
                _ => self.bytes.push(byte),
            }
        }
    }
}

/// Writes a whole interchange: UNA, UNB, an optional group, messages, trailers with true counts.
#[derive(Debug)]
pub struct InterchangeWriter {
    writer: Writer,
    reference: String,
    group: Option<String>,
    messages: u32,
    message: String,
}

impl InterchangeWriter {
    /// Begins an interchange with UNA and the UNB given as elements; its control reference is
    /// element 5.
    pub fn new(separators: Separators, charset: Charset, unb: &[&[&str]]) -> Self {
        let mut writer = Writer::new(separators, charset);
        writer.advice();
        writer.segment("UNB", unb);
        let reference = unb
            .get(4)
            .and_then(|e| e.first())
            .unwrap_or(&"")
            .to_string();
        Self {
            writer,
            reference,
            group: None,
            messages: 0,
            message: String::new(),
        }
    }

    /// Begins a group with the UNG given as elements; its reference is element 5. Messages follow.
    pub fn group(&mut self, ung: &[&[&str]]) {
        self.writer.segment("UNG", ung);
        self.group = Some(
            ung.get(4)
                .and_then(|e| e.first())
                .unwrap_or(&"")
                .to_string(),
        );
    }

    /// Begins a message with the UNH given as elements; its reference is element 1.
    pub fn begin_message(&mut self, unh: &[&[&str]]) {
        self.writer.restart_count();
        self.writer.segment("UNH", unh);
        self.message = unh
            .first()
            .and_then(|e| e.first())
            .unwrap_or(&"")
            .to_string();
        self.messages += 1;
    }

    /// Writes a segment of the message.
    pub fn segment(&mut self, tag: &str, elements: &[&[&str]]) {
        self.writer.segment(tag, elements);
    }

    /// Closes the message with UNT.
    pub fn end_message(&mut self) {
        let count = (self.writer.segment_count() + 1).to_string();
        let reference = std::mem::take(&mut self.message);
        self.writer.segment("UNT", &[&[&count], &[&reference]]);
    }

    /// Closes group and interchange and gives the bytes.
    pub fn finish(mut self) -> Vec<u8> {
        let mut count = self.messages.to_string();
        if let Some(group) = &self.group {
            self.writer.segment("UNE", &[&[&count], &[group]]);
            count = "1".to_owned();
        }
        self.writer.segment("UNZ", &[&[&count], &[&self.reference]]);
        self.writer.into_bytes()
    }
}
