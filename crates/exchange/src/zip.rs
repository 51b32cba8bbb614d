//! Several files as one: a ZIP archive whose files are stored as they are (PKWARE APPNOTE 6.3.10,
//! sections 4.3 and 4.4), dated to the first day that the format knows.

/// One file of an archive.
pub struct Entry {
    /// Its name: no path, no slash.
    pub name: String,
    /// What it holds.
    pub bytes: Vec<u8>,
}

/// Names are UTF-8.
const FLAGS: u16 = 1 << 11;
/// 1 January 1980.
const DATE: u16 = 0x0021;

/// The archive.
///
/// # Panics
/// If it would be longer than 4 GB or hold more than 65,535 files: callers bound both.
pub fn archive(entries: &[Entry]) -> Vec<u8> {
    let mut archive = Vec::new();
    let mut directory = Vec::new();
    for entry in entries {
        let offset = number(archive.len());
        let head = head(entry);
        archive.extend(b"PK\x03\x04");
        archive.extend(&head);
        archive.extend(entry.name.as_bytes());
        archive.extend(&entry.bytes);
        // Made by version 2.0; then the same head, with what a directory has beside it.
        directory.extend(b"PK\x01\x02\x14\x00");
        directory.extend(&head);
        // No comment, first disk, no attributes.
        directory.extend([0; 10]);
        directory.extend(offset.to_le_bytes());
        directory.extend(entry.name.as_bytes());
    }
    let start = number(archive.len());
    let count = u16::try_from(entries.len()).expect("callers give few files").to_le_bytes();
    archive.extend(&directory);
    archive.extend(b"PK\x05\x06\x00\x00\x00\x00");
    archive.extend([count, count].concat());
    archive.extend(number(directory.len()).to_le_bytes());
    archive.extend(start.to_le_bytes());
    archive.extend([0; 2]);
    archive
}

/// What stands in both places before a file's name.
fn head(entry: &Entry) -> Vec<u8> {
    let length = number(entry.bytes.len()).to_le_bytes();
    let name = u16::try_from(entry.name.len()).expect("callers give short names");
    let mut head = Vec::new();
    // Needs version 2.0; stored.
    for short in [20, FLAGS, 0, 0, DATE] {
        head.extend(short.to_le_bytes());
    }
    head.extend(checksum(&entry.bytes).to_le_bytes());
    head.extend([length, length].concat());
    head.extend(name.to_le_bytes());
    head.extend([0; 2]);
    head
}

fn number(of: usize) -> u32 {
    u32::try_from(of).expect("callers give less than 4 GB")
}

/// CRC-32 as ZIP has it, bit by bit: a file is some ten thousand bytes.
fn checksum(bytes: &[u8]) -> u32 {
    let mut sum = u32::MAX;
    for byte in bytes {
        sum ^= u32::from(*byte);
        for _ in 0..8 {
            sum = if sum & 1 == 1 { sum >> 1 ^ 0xedb8_8320 } else { sum >> 1 };
        }
    }
    !sum
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_archive_has_its_files_where_its_directory_says() {
        let entries = [("Ελλάδα.pdf", "one"), ("b.json", "")];
        let entries = entries.map(|(name, text)| Entry { name: name.into(), bytes: text.into() });
        let archive = archive(&entries);
        assert_eq!(checksum(b"123456789"), 0xcbf4_3926);
        let end = &archive[archive.len() - 22..];
        assert_eq!(&end[..4], b"PK\x05\x06");
        let start = u32::from_le_bytes(end[16..20].try_into().expect("four"));
        let mut at = usize::try_from(start).expect("small");
        for entry in &entries {
            assert_eq!(&archive[at..at + 4], b"PK\x01\x02");
            let offset = u32::from_le_bytes(archive[at + 42..at + 46].try_into().expect("four"));
            let from = usize::try_from(offset).expect("small");
            assert_eq!(&archive[from..from + 4], b"PK\x03\x04");
            let name = from + 30;
            let bytes = name + entry.name.len();
            assert_eq!(&archive[name..bytes], entry.name.as_bytes());
            assert_eq!(&archive[bytes..bytes + entry.bytes.len()], &entry.bytes);
            at += 46 + entry.name.len();
        }
        assert_eq!(at, archive.len() - 22);
    }
}
