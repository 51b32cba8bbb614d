//! `entente draw-page` and `entente survey-pages`: what the house runs in processes of their own. The
//! PDF comes on standard input. Not for people, and so not in the help.

use crate::failure::Failure;
use clap::Args;
use exchange::found::Found;
use hayro::hayro_interpret::InterpreterSettings;
use hayro::hayro_syntax::page::Page;
use hayro::hayro_syntax::{LoadPdfError, Pdf};
use hayro::vello_cpu::color::palette::css::WHITE;
use hayro::{PixmapSettings, RenderCache, RenderSettings, render};
use headquarters::DRAWN_BYTES_MAX;
use serde_json::{Value, json};
use std::io::{Read, Write};

/// How much higher than wide a picture may be: what is longer is drawn smaller.
const TALL: f32 = 4.0;
/// The widest picture that is drawn, in pixels.
const WIDTH_MAX: i64 = 4_000;
/// How much of a page's words is told, in characters.
const CHARACTERS_MAX: usize = 20_000;

/// Draw a page of the PDF on standard input as a PNG.
#[derive(Args)]
pub(crate) struct DrawPage {
    /// Which page, counted from 1.
    page: usize,
    /// How wide, in pixels.
    #[arg(value_parser = clap::value_parser!(u16).range(1..=WIDTH_MAX))]
    width: u16,
}

/// Say how many pages the PDF on standard input has, and the sizes and words of some.
#[derive(Args)]
pub(crate) struct SurveyPages {
    /// From which page on, counted from 1.
    first: usize,
    /// Up to which.
    last: usize,
    /// How wide each would be drawn, in pixels.
    #[arg(value_parser = clap::value_parser!(u16).range(1..=WIDTH_MAX))]
    width: u16,
}

fn standard_input() -> Result<Vec<u8>, Failure> {
    let mut file = Vec::new();
    let read = std::io::stdin().lock().take(DRAWN_BYTES_MAX + 1).read_to_end(&mut file);
    read.map_err(|error| Failure::input(error, ""))?;
    if file.len() as u64 > DRAWN_BYTES_MAX {
        return Err(Failure::input("this PDF is too long", ""));
    }
    Ok(file)
}

/// How large a page is drawn that is to be so wide, in pixels.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "at most some thousand pixels, and above zero"
)]
fn size(page: &Page<'_>, width: u16) -> Option<(u16, u16)> {
    let (across, down) = page.render_dimensions();
    let measured = across.is_finite() && down.is_finite() && across > 0.0 && down > 0.0;
    let wide = f32::from(width);
    let scale = (wide / across).min(TALL * wide / down);
    if !measured || !scale.is_finite() || scale <= 0.0 {
        return None;
    }
    let pixels = |length: f32| ((length * scale).round() as u16).max(1);
    Some((pixels(across), pixels(down)))
}

impl DrawPage {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let unfit = |what: &str| Failure::input(what, "");
        let pdf = Pdf::new(standard_input()?).map_err(|_| unfit("this is no PDF to be drawn"))?;
        let page = self.page.checked_sub(1).and_then(|place| pdf.pages().get(place));
        let page = page.ok_or_else(|| unfit("there is no such page"))?;
        let (wide, high) = size(page, self.width).ok_or_else(|| unfit("this page has no size"))?;
        let (across, down) = page.render_dimensions();
        // A part of a pixel is cut off: so there is one too many.
        let scale = |pixels: u16, length: f32| (f32::from(pixels) + 0.1) / length;
        let settings = PixmapSettings {
            x_scale: scale(wide, across),
            y_scale: scale(high, down),
            bg_color: WHITE,
        };
        let drawn = render(
            page,
            &RenderCache::new(),
            &InterpreterSettings::default(),
            &RenderSettings::default(),
            &settings,
        );
        let png = drawn.into_png().map_err(|error| Failure::input(error, ""))?;
        let mut out = std::io::stdout().lock();
        out.write_all(&png).and_then(|()| out.flush()).map_err(|error| Failure::input(error, ""))
    }
}

impl SurveyPages {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let file = standard_input()?;
        let pdf = match Pdf::new(file.clone()) {
            Ok(pdf) => pdf,
            Err(LoadPdfError::Decryption(_)) => return say(&json!({ "locked": true })),
            Err(LoadPdfError::Invalid) => return Err(Failure::input("this is no PDF", "")),
        };
        let first = self.first.saturating_sub(1);
        let pages: Vec<&Page<'_>> = pdf.pages().iter().take(self.last).skip(first).collect();
        // Where the two readers do not count the same pages, the words may be those of another.
        let words = match Found::of_pages(&file, first..first + pages.len()) {
            Ok((count, found)) if count == pdf.pages().len() => found,
            _ => Vec::new(),
        };
        let told = pages.iter().enumerate().map(|(place, page)| {
            let (width, height) = size(page, self.width)?;
            let words = words.get(place).map(Found::text).filter(|words| !words.is_empty());
            let words = words.map(|words| words.chars().take(CHARACTERS_MAX).collect::<String>());
            Some(json!({ "width": width, "height": height, "words": words }))
        });
        let told: Option<Vec<Value>> = told.collect();
        let told = told.ok_or_else(|| Failure::input("a page has no size", ""))?;
        say(&json!({ "count": pdf.pages().len(), "pages": told }))
    }
}

fn say(value: &Value) -> Result<(), Failure> {
    crate::say(&format!("{value}\n"))
}
