//! Bytes as people and addresses spell them.

/// Bytes as lower-case hexadecimal digits, two for each.
pub(crate) fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
