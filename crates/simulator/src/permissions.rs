//! Who may do what, asked of the rules and of a running house over one world made by hand, as a table
//! that people read. Nothing of it is written by hand: `docs/permissions.md` is what came out, and was
//! reviewed. It changes when a rule changes or this world does, and at no other time; what random
//! worlds bring up is held against it.

mod acts;
mod assembly;
mod labels;
mod relation;
mod routes;

use assembly::{After, Assembly};
use coalition::Viewer;
use coalition::content::{Role, Standing};
use relation::{Found, WORDS};
pub use routes::nobody_comes_back;
use std::collections::BTreeMap;

/// Who asks, by what decides: what his role lets him do, and the standing of his party.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Who {
    /// Whoever acts for a party of this standing: head, alternate or clerk.
    Acts(Standing),
    /// An adviser or press officer of one.
    Advises(Standing),
    /// An interpreter, of whatever party.
    Interprets,
    /// The public: no session, or one that has expired or was ended, a seat that has ended, or a
    /// party that is suspended or gone.
    Nobody,
}

impl Who {
    /// All of them, as the columns stand.
    pub const ALL: [Who; 10] = [
        Who::Acts(Standing::Lead),
        Who::Acts(Standing::Member),
        Who::Acts(Standing::Beneficiary),
        Who::Acts(Standing::Observer),
        Who::Advises(Standing::Lead),
        Who::Advises(Standing::Member),
        Who::Advises(Standing::Beneficiary),
        Who::Advises(Standing::Observer),
        Who::Interprets,
        Who::Nobody,
    ];

    /// Who a viewer is.
    pub fn of(viewer: &Viewer) -> Who {
        viewer.seated().map_or(Who::Nobody, |seated| Who::seated(seated.role, seated.standing))
    }

    fn seated(role: Role, standing: Standing) -> Who {
        match (role.acts(), role.advises()) {
            (true, _) => Who::Acts(standing),
            (false, true) => Who::Advises(standing),
            (false, false) => Who::Interprets,
        }
    }

    fn word(self) -> String {
        match self {
            Who::Acts(standing) => standing.word().into(),
            Who::Advises(standing) => format!("{}'s adviser", standing.word()),
            Who::Interprets => "interpreter".into(),
            Who::Nobody => "public".into(),
        }
    }
}

/// What came of asking for one thing, by who asked: his column, and what he is called within it.
#[derive(Clone, Debug, Default)]
struct Asked {
    found: BTreeMap<(Who, String), Found>,
    /// Which refusal whoever may not gets; "no" where that is not told.
    refused: BTreeMap<(Who, String), String>,
}

impl Asked {
    fn found(&mut self, who: Who, member: &str) -> &mut Found {
        self.found.entry((who, member.to_owned())).or_default()
    }

    fn of(&self, who: Who) -> impl Iterator<Item = (&(Who, String), &Found)> {
        self.found.iter().filter(move |((known, _), _)| *known == who)
    }

    fn allows_somebody(&self) -> bool {
        self.found.values().any(Found::allows_something)
    }

    /// What stands in a column: one word if all in it are treated alike, else each one's.
    fn cell(&self, who: Who) -> String {
        let mut words: BTreeMap<String, Vec<&str>> = BTreeMap::new();
        for (member, found) in self.of(who) {
            let refused = self.refused.get(member).map_or("no", String::as_str);
            words.entry(found.cell(refused)).or_default().push(&member.1);
        }
        match words.len() {
            0 => "–".into(),
            1 => words.into_keys().collect(),
            _ => {
                let each = words.iter().map(|(word, of)| format!("{}: {word}", of.join(" and ")));
                each.collect::<Vec<_>>().join("; ")
            }
        }
    }

    fn cells(&self) -> Vec<String> {
        Who::ALL.iter().map(|who| self.cell(*who)).collect()
    }
}

/// One row of a table: what it is about, then a cell for each of [`Who::ALL`], then a remark.
struct Row {
    what: String,
    cells: Vec<String>,
    remark: &'static str,
}

/// Rows under a heading, as Markdown.
fn table(heading: &str, what: &str, rows: &[Row]) -> String {
    let columns: Vec<String> = Who::ALL.iter().map(|who| who.word()).collect();
    let mut text = format!("\n### {heading}\n\n| {what} | {} | |\n", columns.join(" | "));
    text.push_str(&format!("|---|{}---|\n", "---|".repeat(columns.len())));
    for row in rows {
        text.push_str(&format!("| {} | {} | {} |\n", row.what, row.cells.join(" | "), row.remark));
    }
    text
}

const HEAD: &str = "# Who may do what

Made by the program, from its own rules and from a house that ran, over one world made by hand
(`crates/simulator/src/permissions/assembly.rs`) in which everybody sits who can sit and everything lies there that can be done
something to: nobody writes here by hand. A test fails when a cell is not as it stands here, and says which. If it is
meant, `ENTENTE_WRITE=1 cargo test -p simulator --test permissions` writes the page anew, and whoever reviews the change
reads the difference. Another test holds what random worlds allow against it.

*Lead*, *member*, *beneficiary* and *observer* are those who act for a party of that standing: its head, alternate and
clerk. A guest is an observer (or anybody else) who was invited to a part. An *adviser* is an adviser or a press officer,
an *interpreter* one of whatever party. All of these are asked, each by himself; where they differ, the cell says how.
*Public* is everybody else, and the same for all of these, byte for byte, which the test asks as well: who never signed
in, who signed out, whose session has expired, whose token is made up, whose seat has ended, and whose party is suspended
or has left.

What somebody may not see is not there for him, whatever this says: these are the rules for what he sees.

A cell says the least that is enough. *yes*: whatever it is. *no*: refused. A dash: he sees none. Else, how he must
stand to it; what is joined by \"+\" must both hold, what is parted by a comma is enough by itself, and *not* says what is
too much:

";

/// The whole page.
pub fn page() -> String {
    let assembly = Assembly::of(After::Made);
    let words = WORDS.iter().map(|(_, word, meaning)| format!("- *{word}*: {meaning};\n"));
    format!(
        "{HEAD}{}\n## Labels\n\nWho sees a paper under each label.\n{}\n## Acts\n\n*Signed*: recorded only with a passkey's signature over that act.\n{}\n## Addresses\n\n*yes*: answered, or taken to the rules above; else the refusal's status. What is not for somebody is *404*, as if it\nwere not there; *401* is said only where nobody could be meant.\n{}",
        words.collect::<String>(),
        labels::table_of(&assembly),
        acts::Acts::of_the_assembly(&assembly).tables(),
        routes::tables(&assembly)
    )
}

/// What random worlds allow that the table does not.
pub fn beyond_the_table() -> Vec<String> {
    acts::Acts::of_the_assembly(&Assembly::of(After::Made)).beyond()
}

/// The cells of each row, by heading and what the row is about.
fn cells(page: &str) -> BTreeMap<(String, String), Vec<String>> {
    let mut heading = "";
    let mut cells = BTreeMap::new();
    for line in page.lines() {
        if let Some(next) = line.strip_prefix("### ") {
            heading = next;
        } else if let Some(row) = line.strip_prefix("| ") {
            let mut row = row.split('|').map(|cell| cell.trim().to_owned());
            let what = row.next().unwrap_or_default();
            cells.insert((heading.to_owned(), what), row.collect());
        }
    }
    cells
}

/// The cells that are not as they were reviewed, each in words; and rows that came or went.
pub fn differences(reviewed: &str, now: &str) -> Vec<String> {
    let (reviewed, now) = (cells(reviewed), cells(now));
    let mut told = Vec::new();
    for (row, known) in &reviewed {
        let (heading, what) = row;
        let Some(found) = now.get(row) else {
            told.push(format!("{heading}: {what}: there is no such row any more"));
            continue;
        };
        let columns = Who::ALL.iter().map(|who| who.word()).chain(["signed".into()]);
        for (place, column) in columns.enumerate() {
            let of = |row: &[String]| row.get(place).cloned().unwrap_or_default();
            if of(known) != of(found) {
                let (was, is) = (of(known), of(found));
                told.push(format!("{heading}: {what}, {column}: {is:?}, and not {was:?}"));
            }
        }
    }
    let new = now.keys().filter(|row| !reviewed.contains_key(*row));
    told.extend(new.map(|(heading, what)| format!("{heading}: {what} is not in the table")));
    told
}
