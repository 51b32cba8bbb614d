//! Print and scan: a page as a picture, made worse, and recognised by tesseract.

use super::Dice;
use exchange::found::Found;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

/// What recognition hands over.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Recognised {
    /// Text with its lines.
    Text,
    /// The pictures with a layer of words, as an office scanner makes it.
    Pdf,
}

/// A file, printed, scanned and recognised. At 200 dots to the inch the page lies askew by up to half a
/// degree and is a little noisy; at 150, by up to a degree, blurred and noisier.
pub(super) fn recognised(
    file: &[u8],
    dots: u32,
    to: Recognised,
    dice: &mut Dice,
) -> Result<Found, String> {
    let scratch = std::env::temp_dir().join(format!("entente-scan-{}", std::process::id()));
    let told = within(&scratch, file, dots, to, dice);
    // What cannot be removed is left to the system's temporary directory.
    drop(fs::remove_dir_all(&scratch));
    told
}

fn within(
    scratch: &Path,
    file: &[u8],
    dots: u32,
    to: Recognised,
    dice: &mut Dice,
) -> Result<Found, String> {
    let told = |error: std::io::Error| error.to_string();
    fs::create_dir_all(scratch).map_err(told)?;
    fs::write(scratch.join("copy.pdf"), file).map_err(told)?;
    let resolution = dots.to_string();
    run(scratch, "pdftoppm", &["-r", &resolution, "-gray", "copy.pdf", "page"])?;
    let entries = fs::read_dir(scratch).map_err(told)?;
    let mut pages: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
    pages.retain(|path| path.extension().is_some_and(|of| of == "pgm"));
    pages.sort();
    let mut words = Vec::new();
    for page in pages {
        let picture = Picture::read(&fs::read(&page).map_err(told)?).ok_or("no grey picture")?;
        let (askew, blurred, noise) =
            if dots < 200 { (1.0, true, 60.0) } else { (0.5, false, 30.0) };
        let worse = picture.scanned((dice.part() * 2.0 - 1.0) * askew, blurred, noise, dice);
        fs::write(&page, worse.written()).map_err(told)?;
        let name = page.to_string_lossy();
        let kind = if to == Recognised::Pdf { "pdf" } else { "txt" };
        run(scratch, "tesseract", &[&name, "out", "--dpi", &resolution, kind])?;
        let out = fs::read(scratch.join("out").with_extension(kind)).map_err(told)?;
        words.extend(Found::of_file(&out).map_err(|error| error.to_string())?.words);
    }
    Ok(Found { words })
}

fn run(scratch: &Path, program: &str, arguments: &[&str]) -> Result<(), String> {
    let status = Command::new(program)
        .args(arguments)
        .current_dir(scratch)
        .env("OMP_THREAD_LIMIT", "1")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .map_err(|error| format!("{program}: {error} (Debian: poppler-utils, tesseract-ocr)"))?;
    if status.success() { Ok(()) } else { Err(format!("{program} failed")) }
}

/// A picture in greys.
struct Picture {
    wide: usize,
    high: usize,
    greys: Vec<u8>,
}

impl Picture {
    /// Reads a PGM file (`P5`, 255 greys), as pdftoppm writes it.
    fn read(bytes: &[u8]) -> Option<Picture> {
        let mut rest = bytes;
        let mut head = Vec::new();
        while head.len() < 4 {
            let end = rest.iter().position(u8::is_ascii_whitespace)?;
            head.push(std::str::from_utf8(&rest[..end]).ok()?);
            rest = &rest[end + 1..];
        }
        let (wide, high) = (head[1].parse().ok()?, head[2].parse().ok()?);
        (head[0] == "P5" && rest.len() == wide * high).then(|| Picture {
            wide,
            high,
            greys: rest.to_vec(),
        })
    }

    fn written(&self) -> Vec<u8> {
        let mut bytes = format!("P5\n{} {}\n255\n", self.wide, self.high).into_bytes();
        bytes.extend(&self.greys);
        bytes
    }

    fn at(&self, x: f64, y: f64) -> f64 {
        let grey = |x: f64, y: f64| {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "negative places become 0, and those beyond are paper"
            )]
            let (x, y) = (x as usize, y as usize);
            if x < self.wide && y < self.high {
                f64::from(self.greys[y * self.wide + x])
            } else {
                255.0
            }
        };
        let (left, top) = (x.floor(), y.floor());
        let (across, down) = (x - left, y - top);
        grey(left, top) * (1.0 - across) * (1.0 - down)
            + grey(left + 1.0, top) * across * (1.0 - down)
            + grey(left, top + 1.0) * (1.0 - across) * down
            + grey(left + 1.0, top + 1.0) * across * down
    }

    /// As a scanner sees it: turned by some degrees, perhaps blurred over three dots, with noise of so
    /// many greys.
    fn scanned(&self, degrees: f64, blurred: bool, noise: f64, dice: &mut Dice) -> Picture {
        let (sine, cosine) = degrees.to_radians().sin_cos();
        #[expect(clippy::cast_precision_loss, reason = "the dots of a page")]
        let place = |of: usize| of as f64;
        let (middle_x, middle_y) = (place(self.wide) / 2.0, place(self.high) / 2.0);
        let mut greys = Vec::with_capacity(self.greys.len());
        for y in 0..self.high {
            for x in 0..self.wide {
                let (right, down) = (place(x) - middle_x, place(y) - middle_y);
                let from_x = middle_x + right * cosine - down * sine;
                let from_y = middle_y + right * sine + down * cosine;
                let grey = if blurred {
                    let around = [(-0.7, -0.7), (0.7, -0.7), (-0.7, 0.7), (0.7, 0.7)];
                    around.iter().map(|(x, y)| self.at(from_x + x, from_y + y)).sum::<f64>() / 4.0
                } else {
                    self.at(from_x, from_y)
                };
                let noisy = grey + (dice.part() + dice.part() - 1.0) * noise;
                #[expect(
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    reason = "clamped to a byte"
                )]
                let byte = noisy.clamp(0.0, 255.0) as u8;
                greys.push(byte);
            }
        }
        Picture { wide: self.wide, high: self.high, greys }
    }
}
