//! libFuzzer's way to the target `expression`.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &[u8]| {
    formwork_fuzz::expression(text);
});
