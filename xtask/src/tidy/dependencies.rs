//! Which crate may need which: the table in `xtask/dependencies.txt` against the manifests.

use super::Finding;
use crate::house::{House, Need, Package};
use std::collections::{BTreeMap, BTreeSet};

const RULE: &str = "dependencies";
/// Where the table is.
const TABLE: &str = "xtask/dependencies.txt";
/// Its tests are its purpose: what depended on it would ship a test.
const DEVELOPMENT_ONLY: [&str; 2] = ["simulator", "xtask"];

/// A line of the table: `verb name: reason`, below its crate's `[heading]`.
struct Entry<'a> {
    line: usize,
    verb: &'a str,
    name: &'a str,
}

/// Every declared dependency has a line in the table, and every line a dependency that it allows.
pub fn check(house: &House) -> Vec<Finding> {
    let Some(table) = house.file(TABLE) else {
        return vec![Finding::new(RULE, TABLE, 1, "the table of allowed dependencies is missing")];
    };
    let (entries, mut findings) = parse(&table.text);
    let ours: BTreeSet<&str> = house.packages.iter().map(|package| package.name.as_str()).collect();
    for name in entries.keys().filter(|name| !ours.contains(*name)) {
        findings.push(Finding::new(
            RULE,
            TABLE,
            1,
            format!("[{name}] is no crate of ours: remove it"),
        ));
    }
    for package in &house.packages {
        let allowed = entries.get(package.name.as_str()).map_or(&[][..], Vec::as_slice);
        findings.extend(unknown(house, package, allowed, &ours));
        findings.extend(unused(package, allowed));
    }
    findings
}

/// The table by crate, and what is wrong with its form.
fn parse(text: &str) -> (BTreeMap<&str, Vec<Entry<'_>>>, Vec<Finding>) {
    let mut entries: BTreeMap<&str, Vec<Entry<'_>>> = BTreeMap::new();
    let mut findings = Vec::new();
    let mut heading = None;
    for (index, line) in text.lines().enumerate() {
        let line_number = index + 1;
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            entries.entry(name).or_default();
            heading = Some(name);
            continue;
        }
        let parts = line.split_once(": ").and_then(|(head, reason)| {
            let (verb, name) = head.split_once(' ')?;
            (["may", "uses", "tests", "builds"].contains(&verb) && !reason.trim().is_empty())
                .then_some((verb, name))
        });
        match (heading, parts) {
            (Some(heading), Some((verb, name))) => {
                entries.entry(heading).or_default().push(Entry { line: line_number, verb, name });
            }
            _ => findings.push(Finding::new(
                RULE,
                TABLE,
                line_number,
                "a line reads `may|uses|tests|builds NAME: why`, below the [crate] it speaks of",
            )),
        }
    }
    (entries, findings)
}

/// The verb by which the table allows this need.
fn verb(need: Need, of_ours: bool) -> &'static str {
    match (need, of_ours) {
        (Need::Run, true) => "may",
        (Need::Run, false) => "uses",
        (Need::Test, _) => "tests",
        (Need::Build, _) => "builds",
    }
}

fn unknown(
    house: &House,
    package: &Package,
    allowed: &[Entry<'_>],
    ours: &BTreeSet<&str>,
) -> Vec<Finding> {
    let manifest = format!("{}/Cargo.toml", package.directory);
    let line_of = |name: &str| {
        let lines =
            house.file(&manifest).map(|file| file.text.as_str()).unwrap_or_default().lines();
        let names = |line: &str| {
            line.strip_prefix(name).is_some_and(|rest| rest.starts_with(['.', ' ', '=']))
        };
        lines.enumerate().find(|(_, line)| names(line)).map_or(1, |(index, _)| index + 1)
    };
    let mut findings = Vec::new();
    for (need, name) in &package.needs {
        if DEVELOPMENT_ONLY.contains(&name.as_str()) {
            let what = format!(
                "nothing depends on {name}, which is for development only: turn the edge round"
            );
            findings.push(Finding::new(RULE, &manifest, line_of(name), what));
            continue;
        }
        let verb = verb(*need, ours.contains(name.as_str()));
        // What a crate may use to run, its tests may use too.
        let fits = |entry: &Entry<'_>| {
            entry.name == name && (entry.verb == verb || (verb == "tests" && entry.verb == "may"))
        };
        if !allowed.iter().any(fits) {
            let what = format!(
                "{} may not need {name}: do without, or write `{verb} {name}: why` below [{}] in {TABLE}",
                package.name, package.name
            );
            findings.push(Finding::new(RULE, &manifest, line_of(name), what));
        }
    }
    findings
}

/// `may` says what is permitted between our crates; every other line says what is, and must be true.
fn unused(package: &Package, allowed: &[Entry<'_>]) -> Vec<Finding> {
    let need = |entry: &Entry<'_>| match entry.verb {
        "uses" => Need::Run,
        "builds" => Need::Build,
        _ => Need::Test,
    };
    let stale = allowed.iter().filter(|entry| {
        entry.verb != "may" && !package.needs.contains(&(need(entry), entry.name.to_owned()))
    });
    stale
        .map(|entry| {
            let what = format!("{} does not need {} so: remove the line", package.name, entry.name);
            Finding::new(RULE, TABLE, entry.line, what)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_needs(table: &str, needs: &[(Need, &str)]) -> Vec<String> {
        let manifest = "[package]\nname = \"coalition\"\n[dependencies]\njiff.workspace = true\n";
        let mut house = House::of(&[(TABLE, table), ("crates/coalition/Cargo.toml", manifest)]);
        let package = |name: &str, needs: &[(Need, &str)]| Package {
            name: name.into(),
            directory: format!("crates/{name}"),
            needs: needs.iter().map(|(need, name)| (*need, (*name).to_owned())).collect(),
            targets: BTreeSet::new(),
        };
        house.packages =
            vec![package("assurance", &[]), package("coalition", needs), package("simulator", &[])];
        check(&house).iter().map(|finding| format!("{}:{}", finding.path, finding.line)).collect()
    }

    #[test]
    fn what_the_table_allows_is_allowed_and_nothing_else() {
        let table = "[coalition]\nmay assurance: it asks\nuses jiff: clocks\n";
        let manifest = |line: usize| format!("crates/coalition/Cargo.toml:{line}");
        for (needs, expected) in [
            (vec![(Need::Run, "assurance"), (Need::Run, "jiff")], vec![]),
            (vec![(Need::Run, "jiff")], vec![]),
            (vec![(Need::Run, "jiff"), (Need::Test, "assurance")], vec![]),
            (vec![(Need::Run, "jiff"), (Need::Run, "tokio")], vec![manifest(1)]),
            (vec![(Need::Run, "jiff"), (Need::Test, "jiff")], vec![manifest(4)]),
            (vec![(Need::Run, "assurance")], vec![format!("{TABLE}:3")]),
            (vec![(Need::Test, "jiff")], vec![manifest(4), format!("{TABLE}:3")]),
        ] {
            assert_eq!(check_needs(table, &needs), expected, "{needs:?}");
        }
    }

    #[test]
    fn nothing_depends_on_the_simulator_whatever_the_table_says() {
        let table = "[coalition]\ntests simulator: convenient\n";
        let found = check_needs(table, &[(Need::Test, "simulator")]);
        assert_eq!(found, ["crates/coalition/Cargo.toml:1"]);
    }

    #[test]
    fn a_line_without_a_reason_or_a_crate_is_refused() {
        for (table, line) in [
            ("[coalition]\nuses jiff\n", 2),
            ("[coalition]\nuses jiff: \n", 2),
            ("[coalition]\nlikes jiff: clocks\n", 2),
            ("may assurance: it asks\n", 1),
            ("[nowhere]\n", 1),
        ] {
            assert_eq!(check_needs(table, &[]), [format!("{TABLE}:{line}")], "{table}");
        }
    }
}
