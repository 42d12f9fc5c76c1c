//! Asking memory for what is looked at later, so that it is there then: of a million names hardly anything a
//! search needs is at hand, and waiting for it takes longer than all that is done with it.

/// Bytes that memory gives at once.
const LINE: usize = 64;

/// Asks memory for something that lies in one piece.
pub(crate) fn ask<T: ?Sized>(piece: &T) {
    lines(piece).for_each(line);
}

/// A place in each line of memory in which some of it lies.
fn lines<T: ?Sized>(piece: &T) -> impl Iterator<Item = *const u8> {
    let start: *const u8 = std::ptr::from_ref(piece).cast();
    let before = start.addr() % LINE;
    let first = start.wrapping_sub(before);
    let all = (0..before + size_of_val(piece)).step_by(LINE);
    all.map(move |at| first.wrapping_add(at))
}

/// Does nothing where there is no such instruction: what is asked for is only there later.
#[cfg(target_arch = "x86_64")]
#[allow(unsafe_code, reason = "a measured hot path; see SAFETY")]
fn line(place: *const u8) {
    use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
    // SAFETY: The instruction reads nothing into the program and faults at no address, be it valid or not; and
    // every x86-64 processor has it. Measured (`cargo bench -p tidewaiter-matching --bench search`): reading in
    // place of asking brings nothing, for reading waits.
    unsafe { _mm_prefetch::<_MM_HINT_T0>(place.cast()) }
}

#[cfg(not(target_arch = "x86_64"))]
fn line(_: *const u8) {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_a_piece_is_asked_for_and_no_other() {
        let bytes = [0_u8; 400];
        for start in 0..LINE {
            for length in [1, 2, 63, 64, 65, 300] {
                let piece = &bytes[start..start + length];
                let number = |place: *const u8| place.addr() / LINE;
                let asked: Vec<usize> = lines(piece).map(number).collect();
                let first = piece.as_ptr();
                let meant = number(first)..=number(first.wrapping_add(length - 1));
                assert_eq!(asked, meant.collect::<Vec<_>>(), "{start} {length}");
            }
        }
        // No place is a wrong one to ask for.
        line(std::ptr::null());
    }
}
