//! Chores of the workshop. `cargo run -p xtask -- tidy` checks the rules of the house, as code.

mod house;
mod rust;
mod tidy;

use house::House;
use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if arguments != ["tidy"] {
        eprintln!("usage: cargo run -p xtask -- tidy");
        return ExitCode::from(2);
    }
    let house = match House::open() {
        Ok(house) => house,
        Err(error) => {
            eprintln!("tidy cannot read the house: {error}");
            return ExitCode::from(2);
        }
    };
    let findings = tidy::check(&house);
    for finding in &findings {
        println!("{finding}");
    }
    if findings.is_empty() {
        println!("tidy: {} files keep the rules of the house", house.files.len());
        ExitCode::SUCCESS
    } else {
        println!("tidy: {} findings", findings.len());
        ExitCode::FAILURE
    }
}
