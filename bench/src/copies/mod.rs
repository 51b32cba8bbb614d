//! `bench copies`: what becomes of marked copies on their way out, channel by channel.
//!
//! Letters are put together from paragraphs of our own. Of each, 35 delegations get a copy as PDF; one
//! copy goes through a channel, and what comes out is traced. Somebody is *accused* where the stated
//! chance of a false accusation is at most one in a hundred.

mod channels;
mod scans;

use channels::Channel;
use exchange::found::Found;
use exchange::letter::Stationery;
use exchange::marked::{Marks, Template, trace};
use std::collections::BTreeSet;

const POOL: &str = include_str!("pool.txt");
const DELEGATIONS: usize = 35;
const ACCUSED: f64 = 0.01;
/// Letters, and those of them that are printed, scanned and recognised: that takes seconds each.
const LETTERS: usize = 200;
const SCANNED: usize = 40;

/// Repeatable randomness (SplitMix64).
pub(super) struct Dice(u64);

impl Dice {
    pub(super) fn throw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    pub(super) fn below(&mut self, count: usize) -> usize {
        usize::try_from(self.throw() % count as u64).expect("less than a usize")
    }

    /// True so many times in a hundred.
    pub(super) fn percent(&mut self, of: usize) -> bool {
        self.below(100) < of
    }

    /// Between 0 and 1.
    pub(super) fn part(&mut self) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "53 bits")]
        let part = (self.throw() >> 11) as f64 / (1_u64 << 53) as f64;
        part
    }
}

/// A letter in copies.
pub(super) struct Given {
    template: Template,
    copies: Vec<Marks>,
}

impl Given {
    /// Eight to twelve paragraphs in any order, under a title.
    fn drawn(dice: &mut Dice) -> Given {
        let mut pool: Vec<&str> = POOL.split("\n\n").map(str::trim).collect();
        let mut text = "# To all delegations\n\n[[Excellency | Dear colleague]],\n\n".to_owned();
        for _ in 0..8 + dice.below(5) {
            text.push_str(pool.swap_remove(dice.below(pool.len())));
            text.push_str("\n\n");
        }
        text.push_str(
            "[[With the assurance of my high regard | With my high consideration]],\\\nthe clerk of the host\n",
        );
        let template = Template::parse(&text).expect("the pool reads");
        let copies = (0..DELEGATIONS).map(|_| template.mark(|| dice.throw())).collect();
        Given { template, copies }
    }

    /// The file of one copy; of somebody who is not on the list, for a number beyond.
    pub(super) fn file(&self, copy: usize, dice: &mut Dice) -> Vec<u8> {
        let stationery = Stationery {
            from: "Coalition of the Willing",
            title: "To all delegations",
            label: "AMBER",
            visible: None,
        };
        match self.copies.get(copy) {
            Some(marks) => self.template.pdf(marks, &stationery),
            None => self.template.pdf(&self.template.mark(|| dice.throw()), &stationery),
        }
    }
}

/// What became of the letters of one channel.
#[derive(Default)]
struct Tally {
    letters: usize,
    first: usize,
    accused: usize,
    nobody: usize,
    innocent: usize,
    rates: Vec<f64>,
}

impl Tally {
    fn count(&mut self, given: &Given, culprits: &BTreeSet<usize>, found: &Found) {
        let told = trace(&given.template, &given.copies, found);
        let accused: BTreeSet<usize> = told
            .suspects
            .iter()
            .filter(|of| of.false_accusation <= ACCUSED)
            .map(|of| of.copy)
            .collect();
        let first = &told.suspects[0];
        let alone = first.likelihood > told.suspects[1].likelihood;
        self.letters += 1;
        self.first += usize::from(culprits.contains(&first.copy) && alone);
        self.accused += usize::from(accused.intersection(culprits).next().is_some());
        self.nobody += usize::from(accused.is_empty());
        self.innocent += usize::from(accused.difference(culprits).next().is_some());
        let rates = told.suspects.iter().filter(|of| culprits.contains(&of.copy));
        self.rates.extend(rates.map(|of| of.false_accusation).min_by(f64::total_cmp));
    }

    fn row(mut self, channel: &str) {
        self.rates.sort_by(f64::total_cmp);
        let median = self.rates.get(self.rates.len() / 2);
        let median = median.map_or_else(|| "–".to_owned(), |rate| format!("{rate:.0e}"));
        println!(
            "| {channel} | {} | {} | {} | {} | **{}** | {median} |",
            self.letters, self.first, self.accused, self.nobody, self.innocent
        );
    }
}

/// Prints the table of `RESULTS.md`.
pub(crate) fn run() {
    println!(
        "| channel | letters | right one first | right one accused | nobody accused | somebody innocent accused | median rate of the right one |\n|---|---|---|---|---|---|---|"
    );
    for channel in Channel::ALL {
        let mut dice = Dice(1);
        let mut tally = Tally::default();
        let letters = if channel.is_scanned() { SCANNED } else { LETTERS };
        for _ in 0..letters {
            let given = Given::drawn(&mut dice);
            let culprits = channel.culprits(&mut dice);
            match channel.out(&given, &culprits, &mut dice) {
                Ok(found) => {
                    let listed = culprits.into_iter().filter(|copy| *copy < DELEGATIONS);
                    tally.count(&given, &listed.collect(), &found);
                }
                Err(why) => {
                    eprintln!("{}: {why}", channel.name());
                    break;
                }
            }
        }
        if tally.letters > 0 {
            tally.row(channel.name());
        }
    }
}
