//! The house killed in the middle of uploads: every version that it acknowledged is read whole, with
//! its hash; nothing half is to be seen; and nothing is left lying about.
//!
//! `ENTENTE_KILLS` says how often it is killed; without it, 12 times.

mod running;

use running::sending::{Reopened, files, survives};
use running::{CLERK, DELEGATE, Line, Running, Scratch};
use std::net::SocketAddr;
use std::path::PathBuf;

/// A demonstration whose contents lie in its own folder.
struct Demonstration(PathBuf);

impl Reopened for Demonstration {
    fn start(&self) -> Running {
        Running::start(&self.0)
    }

    fn line(&self, address: SocketAddr, sender: usize) -> std::io::Result<Line> {
        let mut line = Line::open(address)?;
        line.sign_in([CLERK, DELEGATE][sender])?;
        Ok(line)
    }

    fn sealed(&self) -> usize {
        files(&self.0.join("contents/sealed"))
    }

    fn incoming(&self) -> PathBuf {
        self.0.join("contents/incoming")
    }
}

#[test]
fn a_house_killed_in_the_middle_of_uploads_keeps_every_version_that_it_acknowledged() {
    let scratch = Scratch::new();
    let asked = std::env::var("ENTENTE_KILLS").ok();
    let kills = asked.map_or(12, |asked| asked.parse().expect("ENTENTE_KILLS is a number"));
    survives(&Demonstration(scratch.path("data")), kills, 20_260_110);
}
