//! A store by other people that speaks S3 and checks every signature, started on loopback for one test.
#![allow(dead_code, reason = "each test program uses a part of it")]

mod python;

use python::Python;

/// Moto, where it is, and the account that may use its bucket `papers`.
pub(crate) struct Store {
    python: Python,
    pub(crate) url: String,
    pub(crate) account: String,
}

impl Store {
    /// Starts it, where `./test` has installed it.
    pub(crate) fn started() -> Option<Store> {
        let script =
            concat!(env!("CARGO_MANIFEST_DIR"), "/../headquarters/tests/store/moto_on_loopback.py");
        let mut python = Python::started("ENTENTE_MOTO", script, &[])?;
        let (url, account) = (python.line(), python.line());
        Some(Store { python, url, account })
    }

    /// How many objects lie in the bucket, and in how many of them these words stand as they are.
    pub(crate) fn objects(&mut self, words: &str) -> (usize, usize) {
        let told = self.python.asked(words);
        let (all, holding) = told.split_once(' ').expect("two numbers");
        (all.parse().expect("a number"), holding.parse().expect("a number"))
    }

    /// Ends it, and what it kept is gone.
    pub(crate) fn end(&mut self) {
        self.python.end();
    }
}
