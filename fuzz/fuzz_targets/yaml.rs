//! libFuzzer's way to the target `yaml`.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &[u8]| {
    formwork_fuzz::template(text);
});
