//! A house to try things on, which must stand and have written nothing when they are done.

use super::{CLERK, Reply, Running, Scratch};
use record::{SqliteStore, Store};
use std::path::{Path, PathBuf};

/// A house, its record, and what the record held before.
pub struct Tried {
    pub house: Running,
    pub data: PathBuf,
    pub size: u64,
    _scratch: Scratch,
}

fn size(data: &Path) -> u64 {
    SqliteStore::open_read_only(data).and_then(|store| store.head()).expect("a record").size
}

impl Tried {
    pub fn new() -> Tried {
        let scratch = Scratch::new();
        let data = scratch.path("data");
        let house = Running::start(&data);
        let size = size(&data);
        Tried { house, data, size, _scratch: scratch }
    }

    /// Sends bytes on a line of their own, and gives the answer if one comes.
    pub fn send(&self, bytes: &[u8]) -> Option<Reply> {
        let mut line = self.house.line();
        // A server may answer and hang up before it has taken everything.
        let _ = line.send(bytes);
        line.reply(false).ok()
    }

    /// Sends a request for which only these answers are right.
    pub fn gets(&self, what: &str, bytes: &[u8], right: &[u16]) {
        match self.send(bytes) {
            Some(reply) => assert!(right.contains(&reply.status), "{what}: {}", reply.status),
            None => assert!(right.contains(&0), "{what}: the connection was closed without a word"),
        }
    }

    /// The house stands, said nothing, and wrote nothing.
    pub fn stood_still(mut self) {
        assert!(self.house.lives());
        let front = self.house.signed_in(CLERK).get("/").expect("it answers");
        assert_eq!(front.status, 200);
        assert_eq!(size(&self.data), self.size, "something was written");
        assert_eq!(self.house.kill(), "", "it complained");
    }
}

/// A request with its length.
pub fn request(method: &str, target: &str, headers: &str, body: &[u8]) -> Vec<u8> {
    let head = format!(
        "{method} {target} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: {}\r\n{headers}\r\n",
        body.len()
    );
    [head.as_bytes(), body].concat()
}
