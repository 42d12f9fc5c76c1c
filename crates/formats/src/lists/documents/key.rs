//! The two forms in which document numbers are compared.

use tidewaiter_domain::{DocumentNumber, Text};

/// The number with capital letters and digits only: `ab 123-456` is `AB123456`.
///
/// An agreement of this form is an exact one. `None` when nothing is left, or when what is left is a
/// placeholder (only zeros, only nines, one character).
pub fn strict(written: &str) -> Option<DocumentNumber> {
    let number: Text = written
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_uppercase())
        .collect();
    let placeholder = number.len() < 2
        || number.bytes().all(|b| b == b'0')
        || number.bytes().all(|b| b == b'9')
        || matches!(number.as_str(), "NULL" | "NONE" | "UNKNOWN" | "NA");
    if placeholder {
        None
    } else {
        DocumentNumber::new(number)
    }
}

/// The number with letters that are mistaken for digits written as those digits: O, Q, D as 0; I, L
/// as 1; Z as 2; S as 5; G as 6; B as 8.
///
/// An agreement of this form alone is a weaker one and must be marked so.
pub fn folded(number: &DocumentNumber) -> Text {
    number
        .as_str()
        .chars()
        .map(|c| match c {
            'O' | 'Q' | 'D' => '0',
            'I' | 'L' => '1',
            'Z' => '2',
            'S' => '5',
            'G' => '6',
            'B' => '8',
            other => other,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn spaces_and_case_do_not_matter_and_lookalikes_fold() {
        assert_eq!(strict(" ab 123-45o ").unwrap().as_str(), "AB12345O");
        assert_eq!(
            folded(&strict("AO12I").unwrap()),
            folded(&strict("A0121").unwrap())
        );
        for text in ["", "---", "0000", "999999", "null", "X"] {
            assert_eq!(strict(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn normalising_twice_changes_nothing(text in "\\PC{0,20}") {
            if let Some(number) = strict(&text) {
                prop_assert_eq!(strict(number.as_str()), Some(number.clone()));
                prop_assert_eq!(folded(&number).len(), number.as_str().len());
            }
        }
    }
}
