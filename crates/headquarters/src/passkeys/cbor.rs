//! As much of CBOR (RFC 8949) as authenticators speak: definite lengths, no tags, no floats, in the
//! shortest form (CTAP2 canonical), without nesting that outgrows the stack.

/// The deepest nesting that is read.
const DEPTH_MAX: usize = 8;

/// A value; what nobody here asks for is only skipped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Value<'a> {
    /// A whole number.
    Number(i64),
    /// A byte string.
    Bytes(&'a [u8]),
    /// A text.
    Text(&'a str),
    /// An array, a map, or a plain value.
    Other,
}

/// Reads from the front of bytes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reader<'a>(pub(super) &'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(taken)
    }

    /// The major type and the argument of the next head.
    fn head(&mut self) -> Option<(u8, u64)> {
        let first = self.take(1)?[0];
        let argument = match first & 0x1f {
            short @ 0..=23 => u64::from(short),
            size @ 24..=27 => {
                let length = 1_usize << (size - 24);
                let bytes = self.take(length)?;
                let value = bytes.iter().fold(0, |value, byte| value << 8 | u64::from(*byte));
                // A longer form than needed is another spelling of the same: refused.
                let least = if length == 1 { 24 } else { 1_u64 << (4 * length) };
                (value >= least).then_some(value)?
            }
            _ => return None,
        };
        Some((first >> 5, argument))
    }

    /// The next value whole.
    pub(super) fn value(&mut self) -> Option<Value<'a>> {
        self.nested(0)
    }

    fn nested(&mut self, depth: usize) -> Option<Value<'a>> {
        if depth > DEPTH_MAX {
            return None;
        }
        let (major, argument) = self.head()?;
        Some(match major {
            0 => Value::Number(i64::try_from(argument).ok()?),
            1 => Value::Number(-1 - i64::try_from(argument).ok()?),
            2 => Value::Bytes(self.take(usize::try_from(argument).ok()?)?),
            3 => {
                let bytes = self.take(usize::try_from(argument).ok()?)?;
                Value::Text(std::str::from_utf8(bytes).ok()?)
            }
            4 | 5 => {
                let values = argument.checked_mul(u64::from(major) - 3)?;
                // Each value takes a byte at least, so this ends with the bytes.
                for _ in 0..values {
                    self.nested(depth + 1)?;
                }
                Value::Other
            }
            7 if matches!(argument, 20..=22) => Value::Other,
            _ => return None,
        })
    }

    /// How many pairs the map has that comes next.
    pub(super) fn map(&mut self) -> Option<u64> {
        match self.head()? {
            (5, pairs) => Some(pairs),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> Option<(Value<'_>, usize)> {
        let mut reader = Reader(bytes);
        reader.value().map(|value| (value, reader.0.len()))
    }

    #[test]
    fn what_authenticators_say_reads_to_its_end() {
        for (bytes, value) in [
            (&[0x17][..], Value::Number(23)),
            (&[0x18, 0x18], Value::Number(24)),
            (&[0x26], Value::Number(-7)),
            (&[0x39, 0x01, 0x00], Value::Number(-257)),
            (&[0x42, 1, 2], Value::Bytes(&[1, 2])),
            (&[0x63, b'f', b'm', b't'], Value::Text("fmt")),
            (&[0xa1, 0x01, 0x82, 0x01, 0xf5], Value::Other),
        ] {
            assert_eq!(read(bytes), Some((value, 0)), "{bytes:x?}");
        }
    }

    #[test]
    fn what_is_cut_short_longer_than_need_be_or_endless_does_not_read() {
        for bytes in [
            &[][..],
            &[0x18],
            &[0x18, 0x17],
            &[0x19, 0x00, 0xff],
            &[0x1a, 0x00, 0x00, 0xff, 0xff],
            &[0x42, 1],
            &[0x62, 0xff, 0xff],
            &[0x5f, 0xff],
            &[0xbf, 0xff],
            &[0xc0, 0x00],
            &[0xf9, 0, 0],
            &[0xbb, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
            &[0x9b, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
            &[0x81; 40],
        ] {
            assert_eq!(read(bytes), None, "{bytes:x?}");
        }
    }
}
