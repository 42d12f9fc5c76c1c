//! Asking memory for what is looked at later, so that it is there then: of a million names hardly anything a
//! search needs is at hand, and waiting for it takes longer than all that is done with it.

/// Bytes that memory gives at once.
const LINE: usize = 64;

/// Asks for the line of memory in which something begins.
pub(crate) fn ask<T>(place: &T) {
    line(std::ptr::from_ref(place).cast());
}

/// Asks for all of something that lies in one piece.
pub(crate) fn ask_all<T>(piece: &[T]) {
    let start: *const u8 = piece.as_ptr().cast();
    for at in (0..size_of_val(piece)).step_by(LINE) {
        line(start.wrapping_add(at));
    }
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
    fn whatever_is_asked_for_stays_as_it_is() {
        let some: Vec<u32> = (0..1000).collect();
        ask_all(&some);
        ask_all(&some[..0]);
        ask_all(&[(); 3]);
        ask(&some[999]);
        line(std::ptr::null());
        assert_eq!(some.iter().sum::<u32>(), 499_500);
    }
}
