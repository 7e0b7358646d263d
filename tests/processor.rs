//! What the processor can do for checksums and for TLS is used: each library below chooses once per process how it
//! computes, by what it finds out about the processor.

#[cfg(target_arch = "aarch64")]
use std::arch::is_aarch64_feature_detected as able_to;
#[cfg(target_arch = "x86_64")]
use std::arch::is_x86_feature_detected as able_to;

#[cfg(target_arch = "aarch64")]
fn multiplies_without_carry() -> bool {
    able_to!("pmull")
}

#[cfg(target_arch = "x86_64")]
fn multiplies_without_carry() -> bool {
    able_to!("pclmulqdq")
}

/// By multiplication without carry, which takes a tenth of the time that tables take.
#[test]
fn of_crcs() {
    let way = if cfg!(target_arch = "aarch64") { "pmull" } else { "pclmulqdq" };
    let chosen = crc_fast::get_calculator_target(crc_fast::CrcAlgorithm::Crc64Nvme);
    assert_eq!(chosen.contains(way), able_to!("aes") && multiplies_without_carry(), "{chosen}");
}

/// AES-GCM needs both.
#[test]
fn of_encryption() {
    // SAFETY: only looks at what the library has found out.
    let chosen = unsafe { aws_lc_sys::EVP_has_aes_hardware() } != 0;
    assert_eq!(chosen, able_to!("aes") && multiplies_without_carry());
}
