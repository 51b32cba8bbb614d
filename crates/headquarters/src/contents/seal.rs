//! Contents sealed and opened piece by piece: ChaCha20-Poly1305 (RFC 8439) in the STREAM construction
//! (Hoang, Reyhanitabar, Rogaway and Vizár, 2015), so that pieces cannot be changed, exchanged, left
//! out or cut off unseen.

use aead_stream::{DecryptorBE32, EncryptorBE32};
use chacha20poly1305::ChaCha20Poly1305;
use std::io::{self, Read, Write};

/// How long a piece is before it is sealed, in bytes; the last one may be shorter.
pub(super) const PIECE_BYTES: usize = 64 << 10;
/// How much longer a piece is once it is sealed.
const TAG_BYTES: usize = 16;
/// Every key seals one content, so no nonce comes twice whatever it begins with.
const NONCE: [u8; 7] = [0; 7];

/// A key of one content.
pub(crate) type Key = [u8; 32];

fn failed(what: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}

/// Seals what is written, under a name that is part of the seal.
pub(crate) struct Sealer<W: Write> {
    stream: EncryptorBE32<ChaCha20Poly1305>,
    name: Vec<u8>,
    piece: Vec<u8>,
    out: W,
}

impl<W: Write> Sealer<W> {
    pub(crate) fn new(key: &Key, name: &[u8], out: W) -> Sealer<W> {
        let stream = EncryptorBE32::new(key.into(), (&NONCE).into());
        let piece = Vec::with_capacity(PIECE_BYTES + TAG_BYTES);
        Sealer { stream, name: name.to_owned(), piece, out }
    }

    /// Takes in what comes next.
    pub(crate) fn write(&mut self, mut bytes: &[u8]) -> io::Result<()> {
        while !bytes.is_empty() {
            // A full piece waits until it is known that it is not the last.
            if self.piece.len() == PIECE_BYTES {
                self.stream
                    .encrypt_next_in_place(&self.name, &mut self.piece)
                    .map_err(|_| failed("too long to be sealed"))?;
                self.out.write_all(&self.piece)?;
                self.piece.clear();
            }
            let (now, later) = bytes.split_at(bytes.len().min(PIECE_BYTES - self.piece.len()));
            self.piece.extend_from_slice(now);
            bytes = later;
        }
        Ok(())
    }

    /// Seals the last piece, and gives back where all were written.
    pub(crate) fn finish(mut self) -> io::Result<W> {
        self.stream
            .encrypt_last_in_place(&self.name, &mut self.piece)
            .map_err(|_| failed("too long to be sealed"))?;
        self.out.write_all(&self.piece)?;
        Ok(self.out)
    }
}

/// Opens what was sealed.
pub(crate) struct Opener<R: Read> {
    /// Gone once the last piece is opened.
    stream: Option<DecryptorBE32<ChaCha20Poly1305>>,
    name: Vec<u8>,
    /// The piece that comes next, still sealed.
    next: Vec<u8>,
    sealed: R,
}

impl<R: Read> Opener<R> {
    pub(crate) fn new(key: &Key, name: &[u8], mut sealed: R) -> io::Result<Opener<R>> {
        let stream = Some(DecryptorBE32::new(key.into(), (&NONCE).into()));
        let next = sealed_piece(&mut sealed)?;
        Ok(Opener { stream, name: name.to_owned(), next, sealed })
    }

    /// The next piece; `None` after the last. What was changed or cut off is an error, and nothing of
    /// the piece in question is given out.
    pub(crate) fn piece(&mut self) -> io::Result<Option<Vec<u8>>> {
        let Some(mut stream) = self.stream.take() else { return Ok(None) };
        let after = sealed_piece(&mut self.sealed)?;
        let mut piece = std::mem::replace(&mut self.next, after);
        let changed = |_| failed("the content was changed where it lies, or its key is another");
        if self.next.is_empty() {
            stream.decrypt_last_in_place(&self.name, &mut piece).map_err(changed)?;
        } else {
            stream.decrypt_next_in_place(&self.name, &mut piece).map_err(changed)?;
            self.stream = Some(stream);
        }
        Ok(Some(piece))
    }
}

fn sealed_piece(sealed: &mut impl Read) -> io::Result<Vec<u8>> {
    let mut piece = Vec::new();
    sealed.take((PIECE_BYTES + TAG_BYTES) as u64).read_to_end(&mut piece)?;
    Ok(piece)
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: Key = [3; 32];

    fn sealed(content: &[u8], steps: usize) -> Vec<u8> {
        let mut sealer = Sealer::new(&KEY, b"name", Vec::new());
        content.chunks(steps).for_each(|bytes| sealer.write(bytes).unwrap());
        sealer.finish().unwrap()
    }

    fn opened(sealed: &[u8], key: &Key, name: &[u8]) -> io::Result<Vec<u8>> {
        let mut opener = Opener::new(key, name, sealed)?;
        let mut content = Vec::new();
        while let Some(piece) = opener.piece()? {
            content.extend(piece);
        }
        Ok(content)
    }

    fn content(length: usize) -> Vec<u8> {
        (0..length).map(|at| (at % 251).to_le_bytes()[0]).collect()
    }

    #[test]
    fn what_was_sealed_comes_back_however_it_was_cut_into_writes() {
        for length in [0, 1, PIECE_BYTES - 1, PIECE_BYTES, PIECE_BYTES + 1, 3 * PIECE_BYTES] {
            let content = content(length);
            for steps in [1 + length / 7, PIECE_BYTES, 10_000_000] {
                let sealed = sealed(&content, steps);
                assert_eq!(opened(&sealed, &KEY, b"name").unwrap(), content, "{length} {steps}");
                assert!(length < 9 || !sealed.windows(9).any(|part| part == &content[..9]));
            }
        }
    }

    #[test]
    fn a_changed_a_cut_and_a_rearranged_content_is_not_opened() {
        let whole = sealed(&content(2 * PIECE_BYTES + 100), 999);
        let piece = PIECE_BYTES + TAG_BYTES;
        for at in [0, piece - 1, piece, 2 * piece + 5, whole.len() - 1] {
            let mut changed = whole.clone();
            changed[at] ^= 1;
            assert!(opened(&changed, &KEY, b"name").is_err(), "byte {at}");
        }
        for kept in [0, 1, piece, 2 * piece, whole.len() - 1] {
            assert!(opened(&whole[..kept], &KEY, b"name").is_err(), "the first {kept}");
        }
        let exchanged = [&whole[piece..2 * piece], &whole[..piece], &whole[2 * piece..]].concat();
        assert!(opened(&exchanged, &KEY, b"name").is_err());
        let longer = [&whole[..], b"more"].concat();
        assert!(opened(&longer, &KEY, b"name").is_err());
        assert!(opened(&whole, &[4; 32], b"name").is_err(), "another key");
        assert!(opened(&whole, &KEY, b"other").is_err(), "another name");
    }
}
