//! One common name in the forms that messages and lists give it: any order, one field or two, the
//! article apart, glued or gone.

pub(crate) const TRAVELLER: [&str; 10] = [
    "MUHAMMAD AL-BAGHDADI",
    "AL-BAGHDADI MUHAMMAD",
    "AL-BAGHDADI/MUHAMMAD",
    "MUHAMMAD/AL-BAGHDADI",
    "ALBAGHDADI/MUHAMMAD",
    "MUHAMMAD/ALBAGHDADI",
    "AL BAGHDADI/MUHAMMAD MR",
    "ALBAGHDADI/MUHAMMADMR",
    "ALBAGHDADI<<MOHAMED",
    "BAGHDADI/MOHAMMED",
];

pub(crate) const LISTED: [&str; 6] = [
    "MOHAMMED AL BAGHDADI",
    "AL-BAGHDADI, Muhammad",
    "Muhammad al-Baghdadi",
    "AL BAGHDADI Mohamed",
    "BAGHDADI, Muhammad",
    "Mohamad Albaghdadi",
];
