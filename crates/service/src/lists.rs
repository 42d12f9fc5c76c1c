//! Lists: versions, consent, receipts, roll-back.
