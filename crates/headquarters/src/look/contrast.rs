//! The stylesheet's colours, measured: WCAG 2.2 success criteria 1.4.3 and 1.4.11.

use std::collections::BTreeMap;

use super::assets::asset;

type Theme = BTreeMap<String, [u8; 3]>;

fn sheet() -> &'static str {
    std::str::from_utf8(asset("entente.css").expect("known").bytes).expect("UTF-8")
}

fn colour(text: &str) -> Option<[u8; 3]> {
    let digits = text.trim().strip_prefix('#').filter(|digits| digits.len() == 6)?;
    let number = u32::from_str_radix(digits, 16).ok()?;
    let [_, red, green, blue] = number.to_be_bytes();
    Some([red, green, blue])
}

/// The custom properties of the n-th `:root` block: 0 is light, 1 dark.
fn theme(index: usize) -> Theme {
    let block = sheet().split(":root {").nth(index + 1).expect("a block for the theme");
    let block = block.split('}').next().expect("a block ends");
    block
        .split(';')
        .filter_map(|line| line.split_once(':'))
        .filter_map(|(name, value)| {
            Some((name.trim().trim_start_matches("--").into(), colour(value)?))
        })
        .collect()
}

fn luminance(colour: [u8; 3]) -> f64 {
    let linear = |channel: u8| {
        let share = f64::from(channel) / 255.0;
        if share <= 0.04045 { share / 12.92 } else { ((share + 0.055) / 1.055).powf(2.4) }
    };
    let [red, green, blue] = colour.map(linear);
    0.2126 * red + 0.7152 * green + 0.0722 * blue
}

fn contrast(first: [u8; 3], second: [u8; 3]) -> f64 {
    let (one, two) = (luminance(first), luminance(second));
    (one.max(two) + 0.05) / (one.min(two) + 0.05)
}

#[test]
fn contrast_is_measured_as_the_standard_says() {
    assert!((contrast([0; 3], [255; 3]) - 21.0).abs() < 1e-9);
    assert!((contrast([0x77; 3], [255; 3]) - 4.48).abs() < 0.01);
}

#[test]
fn text_is_legible_in_both_themes() {
    let grounds = ["paper", "sheet"];
    let soft = ["accent", "good", "warn", "bad", "idle"];
    let mut pairs: Vec<(String, String)> = Vec::new();
    for ground in grounds {
        for text in ["ink", "ink-soft", "accent", "good", "warn", "bad", "idle"] {
            pairs.push((text.into(), ground.into()));
        }
    }
    for tone in soft {
        for text in [tone, "ink", "ink-soft"] {
            pairs.push((text.into(), format!("{tone}-soft")));
        }
    }
    pairs.push(("accent".into(), "idle-soft".into()));
    pairs.push(("accent-ink".into(), "accent".into()));
    at_least(4.5, &pairs);
}

#[test]
fn edges_focus_and_fills_stand_out_in_both_themes() {
    let mut pairs: Vec<(String, String)> = Vec::new();
    for ground in ["paper", "sheet"] {
        for edge in ["rule-strong", "focus", "firm", "bad"] {
            pairs.push((edge.into(), ground.into()));
        }
    }
    // The two fills of a coverage picture, and the line of the need upon them.
    pairs.push(("mutual".into(), "firm".into()));
    pairs.push(("bad".into(), "bad-soft".into()));
    at_least(2.9, &pairs);
}

fn at_least(least: f64, pairs: &[(String, String)]) {
    for (index, name) in ["light", "dark"].iter().enumerate() {
        let theme = theme(index);
        for (text, ground) in pairs {
            let ratio = contrast(theme[text], theme[ground]);
            assert!(ratio >= least, "{name}: {text} on {ground} is {ratio:.2}, least {least}");
        }
    }
}

#[test]
fn both_themes_define_the_same_colours() {
    let names = |index| theme(index).into_keys().collect::<Vec<_>>();
    assert_eq!(names(0), names(1));
    assert!(names(0).len() > 15, "the sheet was read");
}

#[test]
fn the_traffic_light_colours_are_those_of_the_standard_and_legible_on_black() {
    let official =
        [("red", "#ff2b2b"), ("amber", "#ffc000"), ("green", "#33ff00"), ("clear", "#ffffff")];
    for (name, value) in official {
        assert!(sheet().contains(&format!(".tlp-{name} {{ color: {value}; }}")), "{name}");
        assert!(contrast(colour(value).expect("a colour"), [0; 3]) >= 4.5, "{name}");
    }
}
