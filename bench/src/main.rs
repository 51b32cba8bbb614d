//! The figures of `RESULTS.md`, each taken beside what bounds it, in the same run:
//! `cargo run --release -p bench -- page|acts|open|what-if|first|live|check-in|coalitions|copies|all`; and those of fault
//! trees beside other programs: `... bench -- fault-trees DIR --scram PATH`.

mod acts;
mod check_in;
mod coalitions;
mod copies;
mod fault_trees;
mod figures;
mod first;
mod live;
mod open;
mod page;
mod what_if;
mod world;

use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words[..] {
        ["page"] => page::run(),
        ["acts"] => acts::run(),
        ["open"] => open::run(),
        // A process of its own, so that its memory is that of one opening.
        ["open-one", directory] => open::one(directory),
        ["make-record", directory, size] => open::make_one(directory, size),
        ["what-if"] => what_if::run(),
        ["first"] => first::run(),
        ["live"] => live::run(),
        ["check-in"] => check_in::run(),
        ["coalitions"] => coalitions::run(),
        ["copies"] => copies::run(),
        ["fault-trees", directory, ref options @ ..] => {
            return fault_trees::run(directory, options);
        }
        ["fault-tree-one", file, question] => fault_trees::one(file, question),
        ["all"] => {
            page::run();
            acts::run();
            open::run();
            what_if::run();
            first::run();
            live::run();
            check_in::run();
            coalitions::run();
        }
        _ => {
            eprintln!(
                "Usage: cargo run --release -p bench -- page|acts|open|what-if|first|live|check-in|coalitions|copies|all"
            );
            eprintln!("       {}", fault_trees::USAGE);
            return ExitCode::from(2);
        }
    }
    ExitCode::SUCCESS
}
