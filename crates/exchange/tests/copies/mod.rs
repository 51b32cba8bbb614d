//! What the tests of copies share: the letter, its dice, and how often innocents may be accused.

use exchange::marked::Template;

pub const INVITATION: &str = include_str!("../articles/invitation.txt");
pub const DELEGATIONS: usize = 35;

pub fn invitation() -> Template {
    Template::parse(INVITATION).expect("it reads")
}

/// Repeatable randomness (SplitMix64).
pub struct Dice(pub u64);

impl Dice {
    pub fn throw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}

/// Lets `trial` look for the source of what is nobody's copy, as often as is said, and checks that at
/// none of these rates more are accused than it allows. A trial gives the least rate at which it would
/// accuse anybody.
pub fn accuses_no_more_than(rates: [f64; 3], trials: u32, mut trial: impl FnMut() -> f64) {
    let mut accused = [0_u32; 3];
    for _ in 0..trials {
        let least = trial();
        for (count, _) in accused.iter_mut().zip(rates).filter(|(_, rate)| least <= *rate) {
            *count += 1;
        }
    }
    println!("at {rates:?}, {accused:?} of {trials} are accused");
    for (count, rate) in accused.into_iter().zip(rates) {
        // Four standard deviations above the mean.
        let mean = f64::from(trials) * rate;
        let most = mean + 4.0 * (mean * (1.0 - rate)).sqrt();
        assert!(f64::from(count) <= most, "{count} of {trials} accused at a rate of {rate}");
    }
}
