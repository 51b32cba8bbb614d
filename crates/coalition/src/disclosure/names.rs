//! What an article calls a party: its name, the adjective, and usual short forms.

use super::article::{Word, words};
use super::words::{telling, tells};

/// How a party may be named.
#[derive(Clone, Debug)]
pub(super) struct PartyNames {
    name: Vec<Word>,
    others: Vec<&'static str>,
}

/// Names by which a state or an organisation is told, as plain words; a capital is wanted, so that
/// "us" is nobody and "turkey" no bird. The first is what its record's name is compared with.
const OTHERS: [&[&str]; 48] = [
    &["albania", "albanian"],
    &["australia", "australian", "canberra"],
    &["austria", "austrian", "vienna"],
    &["belgium", "belgian"],
    &["bulgaria", "bulgarian", "sofia"],
    &["canada", "canadian", "ottawa"],
    &["croatia", "croatian", "zagreb"],
    &["cyprus", "cypriot", "nicosia"],
    &["czechia", "czech", "prague"],
    &["czech republic", "czech", "czechia", "prague"],
    &["denmark", "danish", "copenhagen"],
    &["estonia", "estonian", "tallinn"],
    &["european union", "eu"],
    &["finland", "finnish", "helsinki"],
    &["france", "french", "elysee"],
    &["germany", "german", "berlin"],
    &["greece", "greek", "athens"],
    &["hungary", "hungarian", "budapest"],
    &["iceland", "icelandic", "reykjavik"],
    &["ireland", "irish", "dublin"],
    &["italy", "italian"],
    &["japan", "japanese", "tokyo"],
    &["latvia", "latvian", "riga"],
    &["lithuania", "lithuanian", "vilnius"],
    &["luxembourg", "luxembourgish"],
    &["malta", "maltese", "valletta"],
    &["moldova", "moldovan", "chisinau"],
    &["montenegro", "montenegrin"],
    &["nato", "north atlantic treaty organization"],
    &["netherlands", "dutch", "hague"],
    &["new zealand", "wellington"],
    &["north macedonia", "macedonian", "skopje"],
    &["norway", "norwegian", "oslo"],
    &["poland", "polish", "warsaw"],
    &["portugal", "portuguese", "lisbon"],
    &["romania", "romanian", "bucharest"],
    &["russia", "russian", "moscow", "kremlin"],
    &["slovakia", "slovak", "bratislava"],
    &["slovenia", "slovenian", "ljubljana"],
    &["south korea", "korean", "seoul"],
    &["spain", "spanish", "espana", "espanol"],
    &["sweden", "swedish", "stockholm"],
    &["switzerland", "swiss"],
    &["turkey", "turkish", "turkiye", "ankara"],
    &["turkiye", "turkish", "turkey", "ankara"],
    &["ukraine", "ukrainian", "kyiv"],
    &["united kingdom", "uk", "britain", "british", "great britain"],
    &["united states", "us", "usa", "american", "america", "washington", "white house"],
];

impl PartyNames {
    /// The names of the party of this name.
    pub fn of(name: &str) -> PartyNames {
        let said: Vec<String> = words(name).into_iter().map(|word| word.plain).collect();
        let said = said.join(" ");
        let bare = said.strip_prefix("the ").unwrap_or(&said);
        let others = OTHERS.iter().find(|names| names[0] == bare);
        let others = others.map(|names| names.to_vec()).unwrap_or_default();
        PartyNames { name: telling(name), others }
    }

    /// Whether words tell the party by one of its other names, in a form that `is` takes for it.
    pub fn told_in(&self, words: &[Word], is: impl Fn(&str, &str) -> bool) -> bool {
        self.others.iter().any(|name| {
            let parts: Vec<&str> = name.split(' ').collect();
            words.windows(parts.len()).any(|here| {
                here.iter().zip(&parts).all(|(word, part)| word.capital && is(&word.plain, part))
            })
        })
    }

    /// Whether words name the party.
    pub fn named_in(&self, words: &[Word]) -> bool {
        // The name itself, its telling words one after the other.
        let told: Vec<&Word> = words.iter().filter(|word| tells(&word.plain)).collect();
        let own = !self.name.is_empty()
            && told.windows(self.name.len()).any(|here| {
                here.iter().zip(&self.name).all(|(word, of)| word.plain == of.plain)
                    && here.iter().any(|word| word.capital)
            });
        let other = |name: &&str| {
            let parts: Vec<&str> = name.split(' ').collect();
            words.windows(parts.len()).any(|here| {
                here.iter().zip(&parts).all(|(word, part)| word.plain == *part && word.capital)
            })
        };
        own || self.others.iter().any(other)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::disclosure::article::Article;

    #[test]
    fn a_party_is_known_by_its_names_and_not_by_common_words() {
        let named = |name: &str, text: &str| {
            PartyNames::of(name).named_in(&Article::of(text, None).passages[0].words)
        };
        for (name, text) in [
            ("United States", "The U.S. sent an envoy"),
            ("United Kingdom", "British officials came"),
            ("The Netherlands", "the Dutch delegation"),
            ("Türkiye", "Turkish troops"),
            ("City of Lviv", "the City of Lviv sent a bus"),
        ] {
            assert!(named(name, text), "{name}: {text}");
        }
        for (name, text) in [
            ("United States", "they told us so"),
            ("Türkiye", "a turkey was served"),
            ("Ireland", "Northern lights"),
        ] {
            assert!(!named(name, text), "{name}: {text}");
        }
    }
}
