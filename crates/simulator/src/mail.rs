//! Mail in two worlds: while two records grow that differ only in what somebody may not see, the same
//! messages come to him, byte for byte, in the same order and at the same times.

use crate::twin::Twins;
use crate::two_worlds::{Clock, ORIGIN, doors, house_of, start};
use coalition::Id;
use exchange::mail::MailAddress;
use headquarters::{Mail, Mailed, Settings};
use record::{Desk, SigningKey, SqliteStore, first_checkpoint};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

/// In how many steps a record grows.
const STEPS: usize = 10;

/// A desk of its own directory, which is gone when this is dropped.
struct Scratch {
    path: PathBuf,
    desk: Arc<Desk>,
    _store: SqliteStore,
}

impl Scratch {
    fn new() -> Scratch {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("entente-mail-{}-{number}", std::process::id());
        let path = std::env::temp_dir().join(name);
        let _ = std::fs::remove_dir_all(&path);
        let key = SigningKey::new("two.worlds/record", [7; 32]).expect("a key");
        let store = SqliteStore::create(&path, &first_checkpoint(&key)).expect("an empty place");
        let desk = Arc::new(Desk::open(&path).expect("a desk"));
        Scratch { path, desk, _store: store }
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.path);
    }
}

/// How the mail of the twins' person differs; `None` if it does not.
pub fn mail_differs(twins: &Twins) -> Option<String> {
    let person = twins.person.as_ref()?;
    let steps = steps(twins);
    let [first, second] = [0, 1].map(|which| mail_of(twins, which, person, &steps));
    if first.len() != second.len() {
        return Some(format!("{} messages and {}", first.len(), second.len()));
    }
    let differs = first.iter().zip(&second).find(|(one, other)| one != other);
    differs.map(|(one, other)| format!("one message\n{one:?}\nand the other\n{other:?}"))
}

/// How many messages came to the twins' person in the first world.
pub fn mail_count(twins: &Twins) -> usize {
    let Some(person) = twins.person.as_ref() else { return 0 };
    mail_of(twins, 0, person, &steps(twins)).len()
}

/// How many acts the first record holds at each step of its growth: as long as what is hidden from the
/// person in the end was hidden from him then, too. What he once could see he may have been told of.
fn steps(twins: &Twins) -> Vec<usize> {
    let last = twins.first.len() - 1;
    let all = (0..=STEPS).map(|step| last * step / STEPS + 1);
    all.take_while(|size| twins.hidden_at(*size)).collect()
}

/// The mail that came to somebody while one of the records grew. The house is opened anew for every
/// step, as after a restart: the post goes on from what lies on its desk.
fn mail_of(twins: &Twins, which: usize, person: &Id, steps: &[usize]) -> Vec<Mailed> {
    let scratch = Scratch::new();
    let address = |text: &str| MailAddress::parse(text).expect("an address");
    let mut mails = Vec::new();
    for size in steps {
        let acts = twins.grown_to(*size)[which];
        let seconds = twins.first[size - 1].at.as_second() - start().as_second();
        let settings = Settings {
            desk: Some(Arc::clone(&scratch.desk)),
            mail: Some(Mail { from: address("house@two.example"), pages: ORIGIN.into() }),
            ..Settings::with(doors(&twins.first))
        };
        let house = house_of(acts, settings, &Clock::new(seconds.into()));
        house.begin_post(0).expect("writable");
        house.takes_mail(person, address("person@two.example")).expect("writable");
        house.post_round().expect("writable");
        mails = house.mails_of(person);
    }
    mails
}
