//! The target `yaml` for libFuzzer.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &[u8]| {
    formwork_fuzz::template(text);
});
