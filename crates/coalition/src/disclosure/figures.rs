//! Days, times of day and numbers, as an article writes them.

use super::article::{Passage, Word};
use super::found::Grade;
use jiff::civil::{Date, Time, Weekday};

/// A day that a passage names, as far as it does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Named {
    /// The day and the month, in whatever year.
    Day { day: i8, month: i8, year: Option<i16> },
    /// A month of a year.
    Month { month: i8, year: i16 },
    /// A day counted from the day of publication: "tomorrow", "on Tuesday".
    Relative(Date),
}

/// How a passage's day stands to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meets {
    /// It is that day.
    Exactly,
    /// It is that day if the passage is read from its day of publication, or in the nearest year.
    Closely,
}

impl Named {
    /// Whether this is `date`.
    pub fn meets(self, date: Date, published: Option<Date>) -> Option<Meets> {
        match self {
            Named::Day { day, month, year } => {
                let same = day == date.day() && month == date.month();
                match year {
                    Some(year) => (same && year == date.year()).then_some(Meets::Exactly),
                    // Without a year it is one near the day of publication.
                    None => {
                        let near = published.is_none_or(|at| {
                            at.until(date).is_ok_and(|span| span.get_days().abs() < 330)
                        });
                        (same && near).then_some(Meets::Exactly)
                    }
                }
            }
            Named::Relative(day) => (day == date).then_some(Meets::Closely),
            Named::Month { .. } => None,
        }
    }

    /// Whether this is a month, or a day of it.
    pub fn is_in(self, wanted: Date) -> bool {
        match self {
            Named::Month { month, year } => month == wanted.month() && year == wanted.year(),
            Named::Day { month, year, .. } => {
                month == wanted.month() && year.is_some_and(|year| year == wanted.year())
            }
            Named::Relative(day) => day.month() == wanted.month() && day.year() == wanted.year(),
        }
    }
}

/// Beginnings of the months' names in English, Spanish, French, German, Italian, and Ukrainian and
/// Russian in Latin letters.
const MONTHS: [&[&str]; 12] = [
    &["january", "jan", "enero", "janvier", "januar", "gennaio", "sichn", "ianvar"],
    &["february", "feb", "febrero", "fevrier", "februar", "febbraio", "liut", "fevral"],
    &["march", "marzo", "mars", "marz", "maerz", "berezn", "marta"],
    &["april", "apr", "abril", "avril", "aprile", "kvitn", "apreli"],
    &["may", "mayo", "mai", "maggio", "travn", "maia"],
    &["june", "jun", "junio", "juin", "juni", "giugno", "chervn", "iiun"],
    &["july", "jul", "julio", "juillet", "juli", "luglio", "lipn", "iiul"],
    &["august", "aug", "agosto", "aout", "serpn", "avgust"],
    &["september", "sept", "sep", "septiembre", "septembre", "settembre", "veresn", "sentiabr"],
    &["october", "oct", "octubre", "octobre", "oktober", "ottobre", "zhovtn", "oktiabr"],
    &["november", "nov", "noviembre", "novembre", "listopad", "noiabr"],
    &["december", "dec", "diciembre", "decembre", "dezember", "dicembre", "grudn", "dekabr"],
];

const WEEKDAYS: [(&[&str], Weekday); 7] = [
    (&["monday", "lunes", "lundi", "montag", "lunedi"], Weekday::Monday),
    (&["tuesday", "martes", "mardi", "dienstag", "martedi"], Weekday::Tuesday),
    (&["wednesday", "miercoles", "mercredi", "mittwoch", "mercoledi"], Weekday::Wednesday),
    (&["thursday", "jueves", "jeudi", "donnerstag", "giovedi"], Weekday::Thursday),
    (&["friday", "viernes", "vendredi", "freitag", "venerdi"], Weekday::Friday),
    (&["saturday", "sabado", "samedi", "samstag", "sabato"], Weekday::Saturday),
    (&["sunday", "domingo", "dimanche", "sonntag", "domenica"], Weekday::Sunday),
];

fn month(word: &Word) -> Option<i8> {
    // "may" and "march" are words, too: as months they have a capital.
    if matches!(word.plain.as_str(), "may" | "march" | "mars" | "mar") && !word.capital {
        return None;
    }
    let named = |names: &&[&str]| {
        names.iter().any(|name| {
            // Slavic names change their endings; they are given as beginnings, which are no words.
            word.plain == *name
                || (name.len() >= 4
                    && word.plain.starts_with(name)
                    && word.plain.len() <= name.len() + 3
                    && !word.plain.starts_with("march")
                    && !word.plain.starts_with("mayo"))
        })
    };
    let at = MONTHS.iter().position(named)?;
    i8::try_from(at + 1).ok()
}

fn day_of_month(word: &Word) -> Option<i8> {
    word.plain.parse().ok().filter(|day| (1..=31).contains(day))
}

fn year(word: &Word) -> Option<i16> {
    word.plain.parse().ok().filter(|year| (1900..2200).contains(year))
}

/// The days that a passage names.
pub(super) fn days(passage: &Passage, published: Option<Date>) -> Vec<Named> {
    let words = &passage.words;
    let mut days = Vec::new();
    for (at, word) in words.iter().enumerate() {
        if let Some(named) = in_figures(&word.plain) {
            days.push(named);
        }
        if let Some(month) = month(word) {
            beside_month(words, at, month, &mut days);
        }
        if let Some(published) = published {
            relative(words, at, published, &mut days);
        }
    }
    days
}

/// `2025-11-04`, `04.11.2025`, `4/11/2025`; of day and month the first is the day where either may
/// be.
fn in_figures(plain: &str) -> Option<Named> {
    let parts: Vec<&str> = plain.split(['-', '.', '/']).collect();
    let [first, second, third] = parts.as_slice() else { return None };
    let (day, month, year) =
        if first.len() == 4 { (third, second, first) } else { (first, second, third) };
    let (mut day, mut month) = (day.parse::<i8>().ok()?, month.parse::<i8>().ok()?);
    if month > 12 {
        (day, month) = (month, day);
    }
    let year: i16 = year.parse().ok().filter(|year| *year >= 1900)?;
    Date::new(year, month, day).ok()?;
    Some(Named::Day { day, month, year: Some(year) })
}

/// "4 November 2025", "4 de noviembre", "4th of November", "Nov. 4, 2025", "March 2025".
fn beside_month(words: &[Word], at: usize, month: i8, days: &mut Vec<Named>) {
    let word = |at: usize| words.get(at);
    let joins =
        |word: &Word| matches!(word.plain.as_str(), "of" | "de" | "th" | "st" | "nd" | "rd");
    let mut before = at;
    while before > 0 && joins(&words[before - 1]) {
        before -= 1;
    }
    let day = before.checked_sub(1).and_then(|at| day_of_month(&words[at]));
    let mut after = at + 1;
    if let Some(day) = day {
        after += usize::from(word(after).is_some_and(|word| word.plain == "de"));
        let year = word(after).and_then(year);
        days.push(Named::Day { day, month, year });
        return;
    }
    if let Some(day) = word(after).and_then(day_of_month) {
        after += 1;
        while word(after).is_some_and(joins) {
            after += 1;
        }
        days.push(Named::Day { day, month, year: word(after).and_then(year) });
    } else if let Some(year) = word(after).and_then(year) {
        days.push(Named::Month { month, year });
    }
}

/// "today", "tomorrow", "on Tuesday", "next week, on Thursday", "last Friday".
fn relative(words: &[Word], at: usize, published: Date, days: &mut Vec<Named>) {
    let from = |number: i64| published.checked_add(jiff::Span::new().days(number)).ok();
    let counted = match words[at].plain.as_str() {
        "today" | "hoy" | "heute" | "oggi" => Some(0),
        "tomorrow" | "manana" | "demain" | "morgen" | "domani" => Some(1),
        "yesterday" | "ayer" | "hier" | "gestern" | "ieri" => Some(-1),
        _ => None,
    };
    if let Some(number) = counted {
        days.extend(from(number).map(Named::Relative));
        return;
    }
    let named = WEEKDAYS.iter().find(|(names, _)| names.contains(&words[at].plain.as_str()));
    let Some((_, weekday)) = named else { return };
    // "on Tuesday" may be the last or the next; "next week, on Thursday" is one of the week after.
    let next = i64::from(published.weekday().to_monday_zero_offset());
    let monday_first = i64::from(weekday.to_monday_zero_offset());
    for week in -1..=2 {
        let number = week * 7 + monday_first - next;
        if (-7..=13).contains(&number) {
            days.extend(from(number).map(Named::Relative));
        }
    }
}

/// How clearly a passage names this time of day: `15:30`, "3:30 p.m.", "9 a.m.", "noon"; "half past
/// three" is one of two.
pub(super) fn names_time(passage: &Passage, time: Time) -> Option<Grade> {
    let words = &passage.words;
    let told = (0..words.len()).flat_map(|at| {
        let exactly = time_at(words, at).map(|time| (time, Grade::Stated));
        exactly.into_iter().chain(in_words(words, at).map(|time| (time, Grade::Close)))
    });
    told.filter(|(told, _)| *told == time).map(|(_, grade)| grade).max()
}

/// "half past three", "nine o'clock": of the morning and of the afternoon.
fn in_words(words: &[Word], at: usize) -> impl Iterator<Item = Time> {
    let plain = |at: usize| words.get(at).map(|word| word.plain.as_str());
    let hour = |at: usize| {
        let word = plain(at)?;
        let spelt = ONES.iter().position(|of| *of == word).and_then(|hour| i8::try_from(hour).ok());
        spelt.or_else(|| word.parse().ok()).filter(|hour| (1..=12).contains(hour))
    };
    let half = plain(at) == Some("half") && plain(at + 1) == Some("past");
    let told = if half {
        hour(at + 2).map(|hour| (hour, 30))
    } else {
        hour(at)
            .filter(|_| plain(at + 1) == Some("o") && plain(at + 2) == Some("clock"))
            .map(|hour| (hour, 0))
    };
    let both =
        move |(hour, minute): (i8, i8)| [hour % 12, hour % 12 + 12].map(|hour| (hour, minute));
    told.map(both)
        .into_iter()
        .flatten()
        .filter_map(|(hour, minute)| Time::new(hour, minute, 0, 0).ok())
}

/// The time that a word and those after it name.
fn time_at(words: &[Word], at: usize) -> Option<Time> {
    let plain = |at: usize| words.get(at).map(|word| word.plain.as_str());
    let word = plain(at)?;
    if matches!(word, "noon" | "mediodia" | "midi" | "mittag") {
        return Time::new(12, 0, 0, 0).ok();
    }
    let (hours, minutes, after) = match (word.split_once([':', '.']), plain(at + 1), plain(at + 2))
    {
        (Some((hours, minutes)), ..) => (hours, minutes, at + 1),
        // "15h30", "9 h", "9 Uhr"
        (None, Some("h"), Some(minutes)) if minutes.parse::<u8>().is_ok() => {
            (word, minutes, at + 3)
        }
        (None, Some("h" | "uhr"), _) => (word, "00", at + 2),
        (None, ..) => (word, "", at + 1),
    };
    // "from 9 to 11 a.m."
    let half = match plain(after) {
        Some("to" | "until" | "and") if minutes.is_empty() => plain(after + 2),
        half => half,
    };
    let number = |text: &str| text.parse::<i8>().ok().filter(|_| text.len() <= 2);
    let (hours, told) = (number(hours)?, number(if minutes.is_empty() { "0" } else { minutes })?);
    let hours = match half {
        Some("am") => hours % 12,
        Some("pm") => hours % 12 + 12,
        Some("h" | "horas" | "uhr" | "heures" | "hours") if !minutes.is_empty() => hours,
        // A point may part an amount: a time is sure with a colon alone, or with its unit.
        _ if minutes.is_empty() || word.contains('.') => return None,
        _ => hours,
    };
    Time::new(hours, told, 0, 0).ok()
}

const ONES: [&str; 20] = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
];
const TENS: [&str; 8] =
    ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];

/// The numbers of a passage, each with the place of the word after it: "thirty-five", `6,000`,
/// "1.5 billion". In thousandths, so that a decimal is exact.
pub(super) fn numbers(passage: &Passage) -> Vec<(u128, usize)> {
    let words = &passage.words;
    let mut numbers = Vec::new();
    let mut at = 0;
    while at < words.len() {
        let Some((mut value, mut after)) = number_at(words, at) else {
            at += 1;
            continue;
        };
        while let Some(times) = words.get(after).and_then(|word| times(&word.plain)) {
            value = value.saturating_mul(times);
            after += 1;
        }
        numbers.push((value, after));
        at = after;
    }
    numbers
}

fn times(word: &str) -> Option<u128> {
    match word {
        "hundred" => Some(100),
        "thousand" | "thousands" | "mil" | "mille" | "tausend" | "k" => Some(1_000),
        "million" | "millions" | "millones" | "millionen" | "mln" | "m" => Some(1_000_000),
        "billion" | "billions" | "milliards" | "milliarden" | "bn" => Some(1_000_000_000),
        _ => None,
    }
}

fn number_at(words: &[Word], at: usize) -> Option<(u128, usize)> {
    let word = words[at].plain.as_str();
    if word.starts_with(|of: char| of.is_ascii_digit()) {
        return thousandths(word).map(|value| (value, at + 1));
    }
    let place = |list: &[&str], word: &str| list.iter().position(|of| *of == word);
    if let Some(ten) = place(&TENS, word) {
        let one = words.get(at + 1).and_then(|word| place(&ONES[..10], &word.plain));
        let value = (ten as u128 + 2) * 10 + one.unwrap_or(0) as u128;
        return Some((value * 1_000, at + 1 + usize::from(one.is_some())));
    }
    place(&ONES, word).map(|value| (value as u128 * 1_000, at + 1))
}

/// `35`, `6,000`, `6.000`, `1.5` in thousandths: three digits after a mark are thousands.
fn thousandths(figure: &str) -> Option<u128> {
    let parts: Vec<&str> = figure.split(['.', ',']).collect();
    let digits = |part: &&str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    if !parts.iter().all(digits) {
        return None;
    }
    let (last, before) = parts.split_last()?;
    if before.is_empty() || (last.len() == 3 && before.iter().skip(1).all(|of| of.len() == 3)) {
        return parts.concat().parse::<u128>().ok()?.checked_mul(1_000);
    }
    if before.len() > 1 && figure.contains('.') && !figure.contains(',') {
        // A date, or a version: no number.
        return None;
    }
    let whole: u128 = before.concat().parse().ok()?;
    let padded = format!("{last:0<3}");
    whole.checked_mul(1_000)?.checked_add(padded.get(..3)?.parse().ok()?)
}
