//! Calendar links: secrets by which a program follows a person's calendar without a session. The
//! house keeps the hash of a secret, in memory and on the desk beside the record.
//!
//! Whoever has a link reads what it shows, so it shows only what a calendar kept by others may hold
//! (see [`exchange::calendar`]); and it ends with its person's seat.

use crate::house::House;
use crate::sign_in::{Hash, hash_of, name_of};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use coalition::text::Name;
use coalition::{Id, Refusal, View};
use jiff::{Timestamp, ToSpan};
use record::Desk;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

const DRAWER: &str = "feeds";
/// How many links one person may have.
const EACH_MAX: usize = 10;
/// How often it is written down that a link is in use.
const WRITTEN_EVERY_HOURS: i64 = 1;

/// One link.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Feed {
    /// Whose calendar it shows.
    pub(crate) person: Id,
    /// What its owner calls it.
    pub(crate) name: Name,
    /// Whether it shows the time of what is AMBER+STRICT or RED as taken.
    pub(crate) taken: bool,
    /// When it was made.
    pub(crate) made: Timestamp,
    /// When it was last followed, to the hour.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) used: Option<Timestamp>,
}

/// The links of a house.
#[derive(Default)]
pub(crate) struct Feeds {
    by_hash: Mutex<HashMap<Hash, Feed>>,
    desk: Option<Arc<Desk>>,
}

/// A desk that cannot be read or written costs a link, not a request; it is said.
fn said<T>(outcome: Result<T, record::StoreError>) -> Option<T> {
    outcome.inspect_err(|error| eprintln!("entente: calendar links are not kept: {error}")).ok()
}

impl Feeds {
    /// The links that lie on a desk, or none.
    pub(crate) fn open(desk: Option<Arc<Desk>>) -> Feeds {
        let kept = desk.as_ref().and_then(|desk| said(desk.all(DRAWER))).unwrap_or_default();
        let read = |(name, value): record::Lying| {
            Some((Hash::try_from(name).ok()?, serde_json::from_slice(&value).ok()?))
        };
        Feeds { by_hash: Mutex::new(kept.into_iter().filter_map(read).collect()), desk }
    }

    fn all(&self) -> MutexGuard<'_, HashMap<Hash, Feed>> {
        self.by_hash.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self, hash: &Hash, feed: &Feed) -> Option<()> {
        let Some(desk) = &self.desk else { return Some(()) };
        let value = serde_json::to_vec(feed).expect("a link holds only words and times");
        said(desk.put(DRAWER, hash, &value))
    }

    /// The links of a person, each with a name that opens nothing: the oldest first.
    pub(crate) fn of_person(&self, person: &Id) -> Vec<(String, Feed)> {
        let all = self.all();
        let own = all.iter().filter(|(_, feed)| feed.person == *person);
        let mut own: Vec<(String, Feed)> =
            own.map(|(hash, feed)| (name_of(hash), feed.clone())).collect();
        own.sort_by(|one, other| (one.1.made, &one.0).cmp(&(other.1.made, &other.0)));
        own
    }

    /// Ends those links of a person whose name is among `which`.
    pub(crate) fn end_those(&self, person: &Id, which: impl Fn(&str) -> bool) {
        let mut all = self.all();
        let ended = |(hash, feed): &(&Hash, &Feed)| feed.person == *person && which(&name_of(hash));
        let out: Vec<Hash> = all.iter().filter(ended).map(|(hash, _)| *hash).collect();
        for hash in out {
            all.remove(&hash);
            if let Some(desk) = &self.desk {
                said(desk.remove(DRAWER, &hash));
            }
        }
    }

    /// The link that a secret opens; it is in use now.
    fn of(&self, secret: &str, now: Timestamp) -> Option<Feed> {
        let hash = hash_of(secret);
        let mut all = self.all();
        let feed = all.get_mut(&hash)?;
        let due = feed.used.is_none_or(|used| {
            used.checked_add(WRITTEN_EVERY_HOURS.hours()).is_ok_and(|due| now >= due)
        });
        if due {
            feed.used = Some(now);
        }
        let found = feed.clone();
        drop(all);
        if due {
            self.write(&hash, &found);
        }
        Some(found)
    }
}

/// What a followed link shows.
pub(crate) struct Followed {
    pub(crate) view: Arc<View>,
    pub(crate) taken: bool,
}

impl House {
    /// The address of a house's pages as programs elsewhere reach them, where that is known.
    pub(crate) fn address(&self) -> Option<&str> {
        let of_mail = || self.mail().map(|mail| mail.pages.as_str());
        self.origin().map(crate::passkeys::Origin::as_str).or_else(of_mail)
    }

    /// Makes a link for a person, and gives its address within the house, to be shown once.
    ///
    /// # Errors
    /// [`Refusal`] where he has too many, or the link could not be kept.
    pub fn follow_calendar(&self, person: &Id, name: Name, taken: bool) -> Result<String, Refusal> {
        if self.feeds.of_person(person).len() >= EACH_MAX {
            return Err(Refusal::Conflict("ten links are enough: end one first".into()));
        }
        let secret = URL_SAFE_NO_PAD.encode(self.settings.random::<32>());
        let feed = Feed { person: person.clone(), name, taken, made: self.now(), used: None };
        let hash = hash_of(&secret);
        self.feeds.write(&hash, &feed).ok_or_else(|| {
            Refusal::Conflict("the link could not be kept: nothing was changed".into())
        })?;
        self.feeds.all().insert(hash, feed);
        Ok(format!("/feeds/{secret}/calendar.ics"))
    }

    /// What a secret shows: nothing if there is no such link, or its person has lost his seat, which
    /// ends all his links for good.
    pub(crate) fn followed(&self, secret: &str) -> Option<Followed> {
        let feed = self.feeds.of(secret, self.now())?;
        let view = self.view(Some(&feed.person));
        if view.viewer().seated().is_none() {
            self.feeds.end_those(&feed.person, |_| true);
            return None;
        }
        #[cfg(feature = "leaks")]
        let view = crate::leaks::followed_from(self, view);
        Some(Followed { view, taken: feed.taken })
    }
}

#[cfg(test)]
mod tests {
    use crate::sign_in::tests::{Holder, Real};
    use axum::body::Body;
    use coalition::Id;
    use coalition::content::Seat;
    use tower::ServiceExt;

    /// A house with Bruno in it, his session, and the address of a link of his.
    async fn bruno(real: &Real) -> (Id, String, String) {
        let holder = Holder::new("anna", 2);
        let anna = real.enrolled(&real.link, &holder).await;
        let (person, link) = real.invite((&anna, &holder), "Bruno", "clerk").await;
        let token = real.enrolled(&link, &Holder::new(&person, 3)).await;
        let address = link_of(real, &token).await;
        (Id::parse(&person).expect("an id"), token, address)
    }

    async fn link_of(real: &Real, token: &str) -> String {
        let page = real.post("/account/feeds", Some(token), "link=phone&taken=yes").await.body;
        let at = page.find("/feeds/").unwrap_or_else(|| panic!("no link on {page}"));
        page[at..].chars().take_while(|letter| *letter != '<').collect()
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_link_is_followed_without_a_session_and_shows_what_its_owner_may_see() {
        let real = Real::new();
        let (_, token, address) = bruno(&real).await;
        let followed = real.get(&address, None).await;
        assert_eq!(followed.status, 200);
        assert!(followed.body.contains("NAME:Four towns\r\n"), "{}", followed.body);
        let page = real.get("/account", Some(&token)).await.body;
        assert!(page.contains("phone") && !page.contains("not yet"), "{page}");
        let secret = address.split('/').nth(2).expect("a secret");
        assert!(!page.contains(secret), "it is shown once");
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn links_that_never_were_were_ended_or_ended_with_a_seat_are_answered_alike() {
        let real = Real::new();
        let (person, token, address) = bruno(&real).await;
        real.later(1);
        let ended = link_of(&real, &token).await;
        let page = real.get("/account", Some(&token)).await.body;
        let name = page.rsplit("name=\"feed\" value=\"").next().expect("the last one");
        let name: String = name.chars().take_while(|letter| *letter != '"').collect();
        let reply = real.post("/account/feeds/end", Some(&token), &format!("feed={name}")).await;
        assert_eq!(reply.status, 303);
        let seat = real.standing(person.as_str(), |seat: &Seat| seat.person == person);
        assert_eq!(real.get(&address, None).await.status, 200);
        let holder = Holder::new("anna", 2);
        let anna = real.sign_in(&holder).await.cookie.expect("she comes back");
        let change = async |verb: &str| {
            let at = format!("/change/{verb}/{seat}");
            assert_eq!(real.changing(&at, (&anna, &holder)).await.status, 303, "{verb}");
        };
        change("withdraw").await;
        let never = real.get("/feeds/never-was/calendar.ics", None).await;
        assert_eq!(never.status, 404);
        assert_eq!(real.get(&ended, None).await, never, "ended by its owner");
        assert_eq!(real.get(&address, None).await, never, "ended with the seat");
        change("resume").await;
        assert_eq!(real.get(&address, None).await, never, "what has ended stays ended");
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn nobody_tries_secrets_as_fast_as_he_likes_and_no_shared_cache_keeps_a_calendar() {
        let real = Real::new();
        let (_, _, address) = bruno(&real).await;
        let request = Real::request("GET", &address, None).body(Body::empty()).expect("a request");
        let response = real.router.clone().oneshot(request).await.expect("an answer");
        assert_eq!(response.headers()["cache-control"], "private, no-cache");
        let mut turned = 0;
        for attempt in 0..310 {
            let reply = real.get(&format!("/feeds/try-{attempt}/calendar.ics"), None).await;
            turned += usize::from(reply.status == 429);
        }
        assert!((10..=20).contains(&turned), "{turned} turned away");
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn one_person_has_ten_links_at_most() {
        let real = Real::new();
        let (_, token, _) = bruno(&real).await;
        for _ in 0..9 {
            link_of(&real, &token).await;
        }
        let reply = real.post("/account/feeds", Some(&token), "link=one+more").await;
        assert_eq!(reply.status, 409);
    }
}
