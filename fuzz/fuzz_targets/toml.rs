//! libFuzzer's way to the target `toml`.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &[u8]| {
    formwork_fuzz::toml(text);
});
