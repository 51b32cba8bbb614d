//! Who comes from a directory: from the state and the code that a browser brings to a session, or to an
//! account that is connected.

use super::{Directory, Errand, NotLetIn, Trip};
use crate::house::House;
use crate::sign_in::Token;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use coalition::Id;
use coalition::content::DirectoryAccount;
use coalition::text::Name;
use openidconnect::url::Url;
use std::sync::PoisonError;

/// What a browser brings back from a directory.
pub(crate) struct Brought<'a> {
    /// What it has kept.
    pub(crate) cookie: Option<&'a str>,
    pub(crate) state: Option<&'a str>,
    pub(crate) code: Option<&'a str>,
    /// Who says that he sent it (RFC 9207).
    pub(crate) issuer: Option<&'a str>,
}

impl House {
    /// Where a directory sends people back to: an address of its own, so that no other directory's
    /// answer is taken for its.
    fn way_back(&self, directory: &Directory) -> Option<String> {
        Some(format!("{}/directory/{}/back", self.origin()?.as_str(), directory.key))
    }

    /// The way to a directory, and the address there at which it begins.
    pub(crate) fn send_to(
        &self,
        directory: &Directory,
        errand: Errand,
    ) -> Result<(Trip, Url), NotLetIn> {
        let trip = Trip::new(errand, self.settings.random());
        let state = URL_SAFE_NO_PAD.encode(self.challenge(&trip.purpose(&directory.key)));
        let back = self.way_back(directory).ok_or(NotLetIn::Stale)?;
        let spoken = self.settings.directories.speaking(directory, back, self.now())?;
        let there = spoken.way_there(&trip, state)?;
        Ok((trip, there))
    }

    /// Who came back: his errand, and the account of the directory that is his. The way is walked
    /// up before anything is asked of the directory.
    pub(crate) fn came_back(
        &self,
        directory: &Directory,
        brought: &Brought<'_>,
    ) -> Result<(Errand, Name), NotLetIn> {
        let trip = brought.cookie.and_then(Trip::of).ok_or(NotLetIn::Stale)?;
        let state = brought.state.and_then(|state| URL_SAFE_NO_PAD.decode(state).ok());
        let purpose = trip.purpose(&directory.key);
        if !state.is_some_and(|state| self.challenges.take(&purpose, &state, self.now())) {
            return Err(NotLetIn::Stale);
        }
        if brought.issuer.is_some_and(|issuer| issuer != directory.issuer()) {
            return Err(NotLetIn::OtherIssuer);
        }
        let code = brought.code.ok_or(NotLetIn::NoCode)?;
        let back = self.way_back(directory).ok_or(NotLetIn::Stale)?;
        let spoken = self.settings.directories.speaking(directory, back, self.now())?;
        let subject = spoken.account(&trip, code.to_owned())?;
        Ok((trip.errand, subject))
    }

    /// Begins a session for the person whose account it is.
    pub(crate) fn let_in(&self, directory: &Directory, subject: &Name) -> Result<Token, NotLetIn> {
        // Two who connected one account at the same moment are nobody.
        let [(person, account)] = <[_; 1]>::try_from(self.holders_of(directory, subject))
            .map_err(|_| NotLetIn::Nobody)?;
        Ok(self.begin_session(person, Some(account)))
    }

    /// The account, as the record keeps it once it is this person's; `None` where it is somebody's
    /// already, or the person does not sit for the directory's party.
    pub(crate) fn account_of(
        &self,
        directory: &Directory,
        subject: Name,
        person: &Id,
        link: Option<Id>,
    ) -> Option<DirectoryAccount> {
        let holders = self.holders_of(directory, &subject);
        let free = holders.iter().all(|(holder, _)| holder == person);
        let issuer = Name::parse(directory.issuer()).ok()?;
        let (person, name) = (person.clone(), directory.title.clone());
        let account = DirectoryAccount { person, name, issuer, subject, link };
        (free && self.sits_for(&account.person, &directory.party)).then_some(account)
    }

    /// Whose account it is, among those who sit for the directory's party.
    fn holders_of(&self, directory: &Directory, subject: &Name) -> Vec<(Id, Id)> {
        let state = self.shared.state.read().unwrap_or_else(PoisonError::into_inner);
        let mut holders = state.holders_of(directory.issuer(), subject.as_str());
        drop(state);
        holders.retain(|(person, _)| self.sits_for(person, &directory.party));
        holders
    }

    /// Whether a person sits for a party now.
    pub(crate) fn sits_for(&self, person: &Id, party: &Id) -> bool {
        self.looking_as(person, |view| {
            view.viewer().seated().is_some_and(|seated| seated.party == *party)
        })
    }
}
