//! Segment tags that are known to exist in the messages of this field.
//!
//! Used only to tell a forgotten terminator from a fold: what stands at the start of a line, is a
//! known tag and is followed by a separator, is a segment.

/// Tags of PAXLST, CUSRES, CONTRL, PNRGOV, ACKRES, GOVREQ, CUSCAR and their envelopes, sorted.
const KNOWN: &[[u8; 3]] = &[
    *b"ABI", *b"ADD", *b"APD", *b"ATT", *b"AUT", *b"BGM", *b"CNI", *b"CNT", *b"COM", *b"CPI",
    *b"CTA", *b"DAT", *b"DGS", *b"DOC", *b"DTM", *b"EBD", *b"EMP", *b"EQD", *b"EQN", *b"ERC",
    *b"ERP", *b"FAR", *b"FOP", *b"FTI", *b"FTX", *b"GDS", *b"GEI", *b"GID", *b"GIS", *b"IFT",
    *b"LOC", *b"LTS", *b"MEA", *b"MON", *b"MSG", *b"NAD", *b"NAT", *b"ORG", *b"PDT", *b"PTK",
    *b"QTY", *b"RCI", *b"REF", *b"RFF", *b"RPI", *b"SAC", *b"SRC", *b"SSD", *b"SSR", *b"TBD",
    *b"TDT", *b"TIF", *b"TKT", *b"TRA", *b"TRI", *b"TVL", *b"TXD", *b"UCF", *b"UCI", *b"UCM",
    *b"UCS", *b"UNB", *b"UNE", *b"UNG", *b"UNH", *b"UNS", *b"UNT", *b"UNZ",
];

/// Whether `tag` is one of them.
pub(super) fn is_known(tag: &[u8]) -> bool {
    KNOWN
        .binary_search_by(|known| known.as_slice().cmp(tag))
        .is_ok()
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_table_is_sorted() {
        assert!(super::KNOWN.is_sorted());
        assert!(super::is_known(b"NAD"));
        assert!(!super::is_known(b"XYZ"));
        assert!(!super::is_known(b"NA"));
    }
}
