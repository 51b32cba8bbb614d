//! Mutates texts: a fuzzer small enough for every test run, on stable Rust.
//!
//! A target is a test that includes this file (`#[path]`), asks for [`Mutator::from_environment`],
//! and asserts what must hold of every input. `ENTENTE_FUZZ_ITERATIONS` makes it run longer and
//! `ENTENTE_FUZZ_SEED` makes it run otherwise; the same two give the same inputs.

/// What mutations are made of.
pub struct Material<'a> {
    /// Valid inputs; at least one.
    pub corpus: &'a [&'a [u8]],
    /// Pieces that mean something in the language; at least one.
    pub dictionary: &'a [&'a [u8]],
    /// What opens one more level, and what closes it.
    pub nesting: (&'a [u8], &'a [u8]),
}

/// Makes inputs from a [`Material`], the same ones from the same seed.
pub struct Mutator {
    state: u64,
    /// How many inputs the target shall try.
    pub iterations: u64,
    /// To be printed with a failing input.
    pub seed: u64,
}

/// The longest input made, in bytes: mutations compound, and must not swamp the target.
const INPUT_BYTES_MAX: usize = 65_536;

impl Mutator {
    /// As the environment says, or else `iterations` inputs from seed 1.
    pub fn from_environment(iterations: u64) -> Mutator {
        let number = |name: &str| {
            let text = std::env::var(name).ok()?;
            Some(text.parse().unwrap_or_else(|_| panic!("{name} is {text:?}, not a whole number")))
        };
        let seed = number("ENTENTE_FUZZ_SEED").unwrap_or(1);
        let iterations = number("ENTENTE_FUZZ_ITERATIONS").unwrap_or(iterations);
        Mutator { state: seed, iterations, seed }
    }

    /// Gives the target its inputs, and says with which seed and which input it panicked. Returns
    /// how many there were.
    pub fn try_each(mut self, material: &Material<'_>, mut target: impl FnMut(&[u8])) -> u64 {
        for iteration in 0..self.iterations {
            let input = self.next_input(material);
            let attempt = std::panic::AssertUnwindSafe(|| target(&input));
            std::panic::catch_unwind(attempt).unwrap_or_else(|_| {
                let (seed, shown) = (self.seed, input.escape_ascii());
                panic!("seed {seed}, iteration {iteration}, input:\n{shown}")
            });
        }
        self.iterations
    }

    /// The next input: one of the corpus after one mutation or several.
    fn next_input(&mut self, material: &Material<'_>) -> Vec<u8> {
        let mut input = self.one_of(material.corpus).to_vec();
        // Mostly few: an input that is almost right reaches deeper than one that is all wrong.
        loop {
            self.mutate(&mut input, material);
            input.truncate(INPUT_BYTES_MAX);
            if self.below(2) == 0 {
                break;
            }
        }
        input
    }

    fn mutate(&mut self, input: &mut Vec<u8>, material: &Material<'_>) {
        let at = self.place(input);
        match self.below(11) {
            0 => {
                if let Some(byte) = input.get_mut(at) {
                    *byte ^= 1 << self.below(8);
                }
            }
            1 => {
                let byte = self.byte();
                input.insert(at, byte);
            }
            2 => drop(input.drain(at..self.end_of_piece(at, input))),
            3 => {
                let piece = input[at..self.end_of_piece(at, input)].to_vec();
                let to = self.place(input);
                input.splice(to..to, piece);
            }
            4 => {
                let other = self.one_of(material.corpus);
                let from = self.place(other);
                input.truncate(at);
                input.extend_from_slice(&other[from..]);
            }
            5 => {
                // Words apart, so that it stays near the language more often.
                let piece = self.one_of(material.dictionary);
                let spaced = [b" ", piece, b" "].concat();
                input.splice(at..at, spaced);
            }
            6 => input.truncate(at),
            7 => {
                let depth = if self.below(4) == 0 { self.below(4_096) } else { self.below(8) };
                let (open, close) = material.nesting;
                let to = self.end_of_piece(at, input);
                let inner = input[at..to].to_vec();
                let nested = [open.repeat(depth), inner, close.repeat(depth)].concat();
                input.splice(at..to, nested);
            }
            _ => {
                // Some words by another: often still valid, and then something new.
                let from = self.place(input);
                let to = self.end_of_piece(from, input);
                let piece = self.one_of(material.dictionary);
                input.splice(from..to, piece.iter().copied());
            }
        }
    }

    /// Somewhere in the input: as often as not at the start of a word.
    fn place(&mut self, input: &[u8]) -> usize {
        let at = self.below(input.len() + 1);
        if self.below(2) == 0 {
            return at;
        }
        input[..at].iter().rposition(u8::is_ascii_whitespace).map_or(0, |space| space + 1)
    }

    /// The end of a piece from `at`: as often as not that of a word, and seldom far away.
    fn end_of_piece(&mut self, at: usize, input: &[u8]) -> usize {
        let rest = &input[at..];
        let longest = if self.below(4) == 0 { rest.len() } else { rest.len().min(12) };
        let length = self.below(longest + 1);
        if self.below(2) == 0 {
            return at + length;
        }
        let to_space = rest[length..].iter().position(u8::is_ascii_whitespace);
        at + to_space.map_or(rest.len(), |more| length + more)
    }

    fn one_of<'a>(&mut self, list: &[&'a [u8]]) -> &'a [u8] {
        list[self.below(list.len())]
    }

    fn byte(&mut self) -> u8 {
        self.next().to_le_bytes()[0]
    }

    /// A number from 0 to `bound` - 1.
    fn below(&mut self, bound: usize) -> usize {
        let bound = u64::try_from(bound).expect("a length fits 64 bits");
        usize::try_from(self.next() % bound).expect("what is below a length is one")
    }

    /// SplitMix64 (Steele, Lea, Flood 2014): every seed is as good as any other.
    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}
