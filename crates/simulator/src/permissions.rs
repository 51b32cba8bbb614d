//! Who may do what, asked of the rules and of running houses over many worlds, as a table that people
//! read. Nothing of it is written by hand: `docs/permissions.md` is what came out, and was reviewed.

mod acts;
mod routes;

use coalition::Viewer;
use coalition::content::Standing;
pub use routes::nobody_comes_back;
use std::collections::BTreeMap;

/// Who asks, by what decides: the standing of his party and whether his role acts for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Who {
    /// Whoever acts for a lead: head, alternate or clerk.
    Lead,
    /// The same for a member.
    Member,
    /// The same for a beneficiary.
    Beneficiary,
    /// The same for an observer, and for guests, who are observers invited to a part.
    Observer,
    /// An adviser or press officer, of whatever party.
    Adviser,
    /// An interpreter, of whatever party.
    Interpreter,
    /// The public: no session, or one that has expired or was ended, a seat that has ended, or a
    /// party that is suspended or gone.
    Nobody,
}

impl Who {
    /// All of them, as the columns stand.
    pub const ALL: [Who; 7] = [
        Who::Lead,
        Who::Member,
        Who::Beneficiary,
        Who::Observer,
        Who::Adviser,
        Who::Interpreter,
        Who::Nobody,
    ];

    /// Who a viewer is.
    pub fn of(viewer: &Viewer) -> Who {
        let Some(seated) = viewer.seated() else { return Who::Nobody };
        match (seated.role.acts(), seated.role.advises(), seated.standing) {
            (false, true, _) => Who::Adviser,
            (false, false, _) => Who::Interpreter,
            (true, _, Standing::Lead) => Who::Lead,
            (true, _, Standing::Member) => Who::Member,
            (true, _, Standing::Beneficiary) => Who::Beneficiary,
            (true, _, Standing::Observer) => Who::Observer,
        }
    }

    fn word(self) -> &'static str {
        match self {
            Who::Lead => "lead",
            Who::Member => "member",
            Who::Beneficiary => "beneficiary",
            Who::Observer => "observer",
            Who::Adviser => "adviser",
            Who::Interpreter => "interpreter",
            Who::Nobody => "public",
        }
    }
}

/// One row of a table: what it is about, then a cell for each of [`Who::ALL`], then a remark.
struct Row {
    what: String,
    cells: [String; 7],
    remark: String,
}

/// Rows under a heading, as Markdown.
fn table(heading: &str, what: &str, rows: &[Row]) -> String {
    let columns: Vec<&str> = Who::ALL.iter().map(|who| who.word()).collect();
    let mut text = format!("\n### {heading}\n\n| {what} | {} | |\n", columns.join(" | "));
    text.push_str(&format!("|---|{}---|\n", "---|".repeat(columns.len())));
    for row in rows {
        text.push_str(&format!("| {} | {} | {} |\n", row.what, row.cells.join(" | "), row.remark));
    }
    text
}

const HEAD: &str = "# Who may do what

Made by the program, from its own rules and from houses that ran: nobody writes here by hand. A test fails when
somebody may do more than stands here, and when an act or an address is missing. If it is meant,
`ENTENTE_WRITE=1 cargo test -p simulator --test permissions` writes the page anew, and whoever reviews the change reads
the difference.

*Lead*, *member*, *beneficiary* and *observer* are those who act for a party of that standing: its head, alternates
and clerks. A guest is an observer (or anybody else) who was invited to a part. *Adviser* (and press officer) and
*interpreter* are of whatever party. *Public* is everybody else, and the same for all of these, byte for byte, which
the test asks as well: who never signed in, whose session has expired or was ended, whose token is made up, whose
seat has ended, and whose party is suspended or has left.

What somebody may not see is not there for him, whatever this says: these are the rules for what he sees.
";

/// How many worlds are asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Care {
    /// Enough to notice what is allowed that was not.
    Checked,
    /// So many that hardly anything is missed, to be written down.
    Written,
}

/// The whole page.
pub fn page(care: Care) -> String {
    format!(
        "{HEAD}\n## Acts\n\n*yes*: also where another delegation made it; *own*: only what his own delegation made, or is about it; *no*: refused.\nA dash: never came up, in some thousand attempts. *Signed*: recorded only with a passkey's signature over that act.\n{}\n## Addresses\n\n*yes*: answered, or taken to the rules above; else the refusal's status. What is not for somebody is *404*, as if it\nwere not there; *401* is said only where nobody could be meant.\n{}",
        acts::tables(care),
        routes::tables(care)
    )
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

/// How far a cell goes.
fn reach(cell: &str) -> u8 {
    match cell {
        "yes" => 2,
        "own" => 1,
        _ => 0,
    }
}

/// What `now` allows, or holds, that `reviewed` does not; and acts that are signed no more.
pub fn beyond(reviewed: &str, now: &str) -> Vec<String> {
    let (reviewed, now) = (cells(reviewed), cells(now));
    let mut beyond = Vec::new();
    for ((heading, what), row) in &now {
        let Some(known) = reviewed.get(&(heading.clone(), what.clone())) else {
            beyond.push(format!("{heading}: {what} is not in the table"));
            continue;
        };
        for (place, who) in Who::ALL.iter().enumerate() {
            if reach(&row[place]) > reach(&known[place]) {
                let (was, is) = (&known[place], &row[place]);
                beyond.push(format!("{heading}: {what}, {}: {is}, and not {was}", who.word()));
            }
        }
        let done = row.iter().take(Who::ALL.len()).any(|cell| reach(cell) > 0);
        if done && known.get(Who::ALL.len()) != row.get(Who::ALL.len()) {
            beyond.push(format!("{heading}: {what}: whether it is signed has changed"));
        }
    }
    beyond
}
