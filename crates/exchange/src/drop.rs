//! Files in a folder. A file appears whole or not at all, and a repetition replaces the same one.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::Path;

use crate::{Delivery, DeliveryError, Taken};

pub(crate) fn put(folder: &Path, delivery: &Delivery<'_>) -> Result<Taken, DeliveryError> {
    let name_is_safe = delivery
        .id
        .bytes()
        .all(|b| b.is_ascii_alphanumeric() || b == b'-');
    if !name_is_safe || delivery.id.is_empty() {
        let error = io::Error::new(io::ErrorKind::InvalidInput, "no name for a file");
        return Err(DeliveryError::Folder(error));
    }
    write(folder, delivery).map_err(DeliveryError::Folder)?;
    Ok(Taken { answer: Vec::new() })
}

fn write(folder: &Path, delivery: &Delivery<'_>) -> io::Result<()> {
    // A dot in front: whoever collects files leaves it alone until it has its name.
    let unfinished = folder.join(format!(".{}.part", delivery.id));
    let finished = folder.join(format!("{}.edi", delivery.id));
    let mut file = File::create(&unfinished)?;
    file.write_all(delivery.bytes)?;
    file.sync_all()?;
    fs::rename(&unfinished, &finished)?;
    File::open(folder)?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_appears_whole_and_once() {
        let folder = tempfile::tempdir().unwrap();
        for bytes in [b"first".as_slice(), b"again"] {
            let delivery = Delivery {
                id: "0191-ab",
                media_type: "application/EDIFACT",
                bytes,
            };
            put(folder.path(), &delivery).unwrap();
        }
        let names: Vec<_> = fs::read_dir(folder.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        assert_eq!(names, ["0191-ab.edi"]);
        let text = fs::read(folder.path().join("0191-ab.edi")).unwrap();
        assert_eq!(text, b"again");
    }

    #[test]
    fn a_name_leads_nowhere_else() {
        let folder = tempfile::tempdir().unwrap();
        for id in ["../x", "a/b", "", "a.b"] {
            let delivery = Delivery {
                id,
                media_type: "",
                bytes: b"",
            };
            assert!(put(folder.path(), &delivery).is_err(), "{id}");
        }
    }

    #[test]
    fn a_folder_that_is_not_there_is_said_so() {
        let delivery = Delivery {
            id: "a",
            media_type: "",
            bytes: b"",
        };
        let error = put(Path::new("/nonexistent/outbox"), &delivery).unwrap_err();
        assert_eq!(error.code(), "folder");
    }
}
