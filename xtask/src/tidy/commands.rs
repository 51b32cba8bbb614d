//! A command that a document shows is a command that there is: program, subcommand, flags and files.

use super::Finding;
use crate::house::House;

const RULE: &str = "commands";
const README: &str = "README.md";

/// Every line in the code blocks of our documents that starts with `cargo`, `entente` or `./`.
pub fn check(house: &House) -> Vec<Finding> {
    let mut findings = Vec::new();
    if house.file(README).is_none() {
        findings.push(Finding::new(RULE, README, 1, "there is no README.md: write one"));
    }
    for document in house.files.iter().filter(|file| file.extension() == "md") {
        for (line, command) in commands(&document.text) {
            if let Some(what) = wrong(house, &command) {
                let what = format!("`{command}`: {what}");
                findings.push(Finding::new(RULE, &document.path, line, what));
            }
        }
    }
    findings
}

/// The commands in the code blocks of a Markdown text, with their lines; continued lines are joined.
fn commands(text: &str) -> Vec<(usize, String)> {
    let mut found: Vec<(usize, String)> = Vec::new();
    let mut in_block = false;
    let mut continued = false;
    for (index, line) in text.lines().enumerate() {
        if line.trim_start().starts_with("```") {
            in_block = !in_block;
            continued = false;
            continue;
        }
        if !in_block {
            continue;
        }
        let line = line.trim().trim_start_matches("$ ");
        let line = line.split(" #").next().unwrap_or(line).trim();
        let (part, goes_on) =
            line.strip_suffix('\\').map_or((line, false), |part| (part.trim(), true));
        match found.last_mut() {
            Some((_, command)) if continued => *command = format!("{command} {part}"),
            _ => found.push((index + 1, part.to_owned())),
        }
        continued = goes_on;
    }
    found
}

/// What is wrong with a command, if it is one of ours and something is.
fn wrong(house: &House, command: &str) -> Option<String> {
    let is_setting = |word: &&str| {
        word.split_once('=').is_some_and(|(name, _)| {
            name.chars().all(|letter| letter.is_ascii_uppercase() || letter == '_')
        })
    };
    let whole = words(command);
    let words: Vec<&str> = whole.iter().map(String::as_str).skip_while(is_setting).collect();
    match words.split_first()? {
        (&"cargo", arguments) => wrong_cargo(house, arguments),
        (program, arguments) if program.rsplit('/').next() == Some("entente") => {
            wrong_entente(house, arguments)
        }
        (program, arguments) => {
            let path = program.strip_prefix("./")?;
            match house.file(path) {
                None => Some(format!("there is no file {path}")),
                Some(script) => {
                    let unknown = flags(arguments).find(|flag| !script.text.contains(flag))?;
                    Some(format!("{path} knows no {unknown}"))
                }
            }
        }
    }
}

/// The words of a command up to a pipe or a redirection; quoted text is one word.
fn words(command: &str) -> Vec<String> {
    let mut words = Vec::new();
    for (index, part) in command.split(['\'', '"']).enumerate() {
        if index % 2 == 1 {
            words.push(part.to_owned());
        } else {
            words.extend(part.split_whitespace().map(str::to_owned));
        }
    }
    let end = words
        .iter()
        .position(|word| ["|", ">", ">>", "&", "&&", ";", "<"].contains(&word.as_str()));
    words.truncate(end.unwrap_or(words.len()));
    words
}

/// The long flags among `arguments`, without their values.
fn flags<'a>(arguments: &'a [&str]) -> impl Iterator<Item = &'a str> {
    let long = arguments.iter().filter(|argument| argument.starts_with("--") && argument.len() > 2);
    long.map(|flag| flag.split('=').next().unwrap_or(flag))
}

fn wrong_cargo(house: &House, arguments: &[&str]) -> Option<String> {
    let (subcommand, rest) = arguments.split_first()?;
    if !house.cargo_commands.contains(*subcommand) {
        return Some(format!("cargo knows no `{subcommand}`"));
    }
    let split = rest.iter().position(|word| *word == "--").unwrap_or(rest.len());
    let (for_cargo, for_program) = (&rest[..split], rest.get(split + 1..).unwrap_or_default());
    let after = |names: &[&str]| {
        let place = for_cargo.iter().position(|word| names.contains(word))?;
        for_cargo.get(place + 1).copied()
    };
    let package = after(&["-p", "--package"]);
    if let Some(name) = package.filter(|name| house.package(name).is_none()) {
        return Some(format!("there is no crate {name}"));
    }
    let target = after(&["--bin", "--bench", "--test", "--example"]);
    let is_target =
        |name: &str| house.packages.iter().any(|package| package.targets.contains(name));
    if let Some(name) = target.filter(|name| !is_target(name)) {
        return Some(format!("there is no target {name}"));
    }
    if let Some(path) = after(&["--path"]).filter(|path| !house.has_path(path)) {
        return Some(format!("there is nothing at {path}"));
    }
    match (*subcommand, package.unwrap_or("entente")) {
        ("run", "entente") => wrong_entente(house, for_program),
        ("run", "xtask") if for_program != ["tidy"] => Some("xtask knows `tidy` alone".into()),
        _ => None,
    }
}

/// Follows the subcommands down our program's own help, then looks for the flags there.
fn wrong_entente(house: &House, arguments: &[&str]) -> Option<String> {
    if let Some(path) =
        arguments.iter().find(|path| path.starts_with("examples/") && !house.has_path(path))
    {
        return Some(format!("there is nothing at {path}"));
    }
    let is_plain =
        |word: &&&str| word.chars().all(|letter| letter.is_ascii_lowercase() || letter == '-');
    let plain =
        arguments.iter().take_while(|word| !word.starts_with('-') && is_plain(word)).count();
    let mut help = match (house.help)(&[]) {
        Ok(help) => help,
        Err(error) => return Some(format!("`entente --help` fails: {error}")),
    };
    for depth in 1..=plain {
        let subcommands = &arguments[..depth];
        if !lists(&help, subcommands[depth - 1]) {
            // Past the last subcommand a plain word is an argument, such as the name of a file.
            if depth > 1 {
                break;
            }
            return Some(format!("`entente --help` lists no `{}`", subcommands[0]));
        }
        help = match (house.help)(subcommands) {
            Ok(help) => help,
            Err(error) => {
                return Some(format!("`entente {} --help` fails: {error}", subcommands.join(" ")));
            }
        };
    }
    let has_flag = |flag: &&str| {
        help.split(|letter: char| {
            letter.is_whitespace() || [',', '=', '[', ']', '`'].contains(&letter)
        })
        .any(|word| word == *flag)
    };
    let unknown = flags(arguments).find(|flag| !has_flag(flag))?;
    Some(format!("the help lists no {unknown}"))
}

/// Whether a help text lists `subcommand`: a line that it opens, indented, below "Commands:".
fn lists(help: &str, subcommand: &str) -> bool {
    let below = help.lines().skip_while(|line| !line.trim_end().ends_with("ommands:"));
    below
        .skip(1)
        .any(|line| line.starts_with("  ") && line.split_whitespace().next() == Some(subcommand))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::house::Package;

    fn house(command: &str) -> House {
        let readme =
            format!("# Entente\n\n```sh\n{command}\n```\n\ncargo prose is not looked at\n");
        let mut house = House::of(&[
            (README, &readme),
            ("test", "--quick) quick=yes ;;\n"),
            ("examples/four-towns/coalition.toml", ""),
        ]);
        house.cargo_commands = ["run", "test", "bench", "install"].map(str::to_owned).into();
        house.packages = vec![Package {
            name: "entente".into(),
            directory: "crates/entente".into(),
            needs: [].into(),
            targets: ["entente".to_owned(), "requests".to_owned()].into(),
        }];
        house.help = Box::new(|subcommands| match subcommands {
            [] => Ok(
                "Usage: entente\n\nCommands:\n  assess  Say whether it holds\n  record  Show it\n"
                    .into(),
            ),
            ["assess"] => {
                Ok("Usage: entente assess [OPTIONS] <FILE>\n\n      --guarantee <ID>  Which\n"
                    .into())
            }
            ["record"] => {
                Ok("Usage: entente record <COMMAND>\n\nCommands:\n  list  All acts\n".into())
            }
            ["record", "list"] => {
                Ok("Usage: entente record list\n\n      --json  For programs\n".into())
            }
            _ => Err("unrecognized subcommand".into()),
        });
        house
    }

    #[test]
    fn commands_that_exist_pass() {
        for command in [
            "cargo run --release -- assess a.toml --guarantee force",
            "cargo run -p entente -- record list --json",
            "cargo bench -p entente --bench requests",
            "entente assess examples/four-towns/coalition.toml --guarantee='the force' | less",
            "$ entente assess plain-name  # a remark --unknown",
            "entente assess \\\n  a.toml \\\n  --guarantee force",
            "CARGO_TARGET_DIR=/elsewhere ./test --quick",
            "./target/release/entente record list",
            "git clone anything && cd anything",
        ] {
            assert_eq!(check(&house(command)), [], "{command}");
        }
    }

    #[test]
    fn commands_that_do_not_exist_are_named() {
        for command in [
            "cargo demo",
            "cargo run --release -- demonstrate",
            "cargo run -p headquarter",
            "cargo bench --bench response",
            "cargo install --path crates/gone",
            "entente assess a.toml --garantee force",
            "entente record list --jsn",
            "entente assess examples/five-towns/coalition.toml",
            "entente assess \\\n  a.toml \\\n  --garantee force",
            "./tests",
            "./test --slow",
        ] {
            let found = check(&house(command));
            assert!(found.len() == 1 && found[0].line == 4, "{command}: {found:?}");
        }
    }

    #[test]
    fn every_document_is_looked_at() {
        let mut house = house("cargo run");
        let text = "```sh\ncargo demo\n```\n".to_owned();
        house.files.push(crate::house::File { path: "docs/tour.md".into(), text });
        let found = check(&house);
        assert!(found.len() == 1 && found[0].path == "docs/tour.md", "{found:?}");
    }

    #[test]
    fn a_house_without_a_readme_is_not_tidy() {
        assert_eq!(check(&House::of(&[])).len(), 1);
    }
}
