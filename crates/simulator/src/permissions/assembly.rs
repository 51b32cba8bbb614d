//! A world made by hand, in which everybody sits who can sit, and everything lies there that can be
//! done something to: by whom it was made, whom it is about and where it belongs, each by itself.
//!
//! Everybody comes as the head of a lead, so that each makes everything that there is; then everybody
//! is given the seat and every party the standing that it is looked at with. So there is also what
//! somebody made when he still could.

pub(super) mod left;
pub(super) mod rooms;

pub(super) use rooms::Room;

use crate::world::World;
use coalition::act::Change;
use coalition::content::{Role, Seat, Standing};
use coalition::decide::{Command, decide};
use coalition::text::Text;
use coalition::{Content, Id, Kind, Label, Marking, Refusal, View, Viewer};
use headquarters::first_link;
use jiff::ToSpan;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// A delegation: its party, and who sits for it.
pub(super) struct Delegation {
    pub(super) party: Id,
    /// What it is called on the page: its standing, or "guest".
    pub(super) word: &'static str,
    /// What it is in the end.
    standing: Standing,
    /// Who sits first, and lets the others in. Nobody asks what he may do.
    pub(super) elder: Id,
    /// Somebody who has never been in.
    pub(super) novice: Id,
    /// Who is asked, one of each role.
    pub(super) people: Vec<(Role, Id)>,
    /// An invitation that it has not answered.
    pub(super) unanswered: Option<Id>,
}

/// The world, and where everything is.
pub(super) struct Assembly {
    pub(super) world: World,
    /// The founder, whose party is a lead: what he makes is nobody's own who is asked.
    scribe: Id,
    pub(super) chancery: Id,
    pub(super) delegations: Vec<Delegation>,
    /// Whoever has lost his seat, by what happened.
    pub(super) gone: Vec<(&'static str, Id)>,
    /// The things that something is done to.
    pub(super) things: Vec<Id>,
    /// A party that nobody sits for.
    pub(super) newcomers: Id,
    /// A party that is invited nowhere.
    pub(super) uninvited: Id,
    /// Somebody without a seat, and one of the chancery who is expected everywhere.
    pub(super) stranger: Id,
    pub(super) envoy: Id,
    pub(super) base: Base,
    pub(super) rooms: Vec<Room>,
    /// A link for each person, by its address.
    pub(super) links: BTreeMap<Id, String>,
    /// Papers that differ in their label and in where they were given, and by whom; the row each is
    /// looked at for.
    pub(super) papers: Vec<(String, Id, Id)>,
    /// Sessions whose rooms are closed where other things are taken back.
    doors: BTreeSet<Id>,
    /// Sessions whose rooms are always closed; to the first, the delegations come.
    shut: Vec<Id>,
    /// Who is there, and for whom: never taken back.
    kept: BTreeSet<Id>,
}

/// What much else rests on, made by the scribe.
#[derive(Clone)]
pub(super) struct Base {
    pub(super) source: Id,
    pub(super) resource: Id,
    pub(super) circumstance: Id,
    pub(super) guarantee: Id,
    pub(super) document: Id,
    pub(super) version: Id,
    /// A meeting at which everybody has undertaken to tell nobody, and one where nobody has yet.
    pub(super) sworn: Id,
    pub(super) oath: Id,
}

/// Whether what can be taken back was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum After {
    /// Everything stands, and every room is open.
    Made,
    /// Everything is taken back that can be, and the rooms are closed.
    TakenBack,
}

fn green() -> Marking {
    Marking::plain(Label::Green)
}

impl Assembly {
    pub(super) fn of(after: After) -> Assembly {
        let mut assembly = Assembly::founded();
        for (word, standing, roles) in [
            ("lead", Standing::Lead, &Role::ALL[..]),
            ("member", Standing::Member, &Role::ALL),
            ("beneficiary", Standing::Beneficiary, &Role::ALL),
            ("observer", Standing::Observer, &Role::ALL),
            ("guest", Standing::Observer, &[Role::Head, Role::Clerk]),
        ] {
            let delegation = assembly.delegation(word, standing, roles);
            assembly.delegations.push(delegation);
        }
        assembly.keys();
        assembly.rooms();
        assembly.left_by_the_scribe();
        assembly.left_by_everybody();
        assembly.labelled();
        if after == After::TakenBack {
            assembly.taken_back();
        }
        assembly.seats_end();
        assembly.seated_for_good();
        assembly
    }

    fn founded() -> Assembly {
        let mut world = World::found(1);
        let scribe = world.people[0].clone();
        let everything = View::of(&world.state, Viewer::of_person(&world.state, &scribe));
        let founded: Vec<Id> = world.acts.iter().map(|act| act.subject.clone()).collect();
        let chancery = everything.of_kind(Kind::Party).next().expect("the founder's").id.clone();
        let nothing = Id::parse("nothing").expect("a word");
        let base = Base {
            source: nothing.clone(),
            resource: nothing.clone(),
            circumstance: nothing.clone(),
            guarantee: nothing.clone(),
            document: nothing.clone(),
            version: nothing.clone(),
            sworn: nothing.clone(),
            oath: nothing.clone(),
        };
        // Soon before the house is asked, so that links have not expired.
        world.now = crate::two_worlds::start() - 6.hours();
        let mut assembly = Assembly {
            world,
            scribe: scribe.clone(),
            chancery: chancery.clone(),
            delegations: Vec::new(),
            gone: Vec::new(),
            things: founded.clone(),
            newcomers: nothing.clone(),
            uninvited: nothing.clone(),
            stranger: nothing.clone(),
            envoy: nothing,
            base,
            rooms: Vec::new(),
            links: BTreeMap::new(),
            papers: Vec::new(),
            doors: BTreeSet::new(),
            shut: Vec::new(),
            kept: founded.iter().cloned().collect(),
        };
        let by = &scribe;
        assembly.does(by, Some(by), Change::Relabel { marking: green() });
        assembly.newcomers = assembly.makes(by, party("Newcomers"));
        assembly.uninvited = assembly.makes(by, party("Uninvited"));
        assembly.stranger = assembly.makes(by, person("A stranger"));
        assembly.envoy = assembly.makes(by, person("An envoy"));
        let envoy = assembly.envoy.clone();
        assembly.makes(by, seat(&envoy, &chancery, Role::Clerk));
        assembly.base = assembly.ground_floor();
        assembly
    }

    fn ground_floor(&mut self) -> Base {
        let by = self.scribe.clone();
        let source = self.makes(&by, json!({ "source": { "title": "The Gazette" } }));
        let resource = json!({ "resource": { "name": "stones", "unit": "pieces" } });
        let resource = self.makes(&by, resource);
        let truce = json!({ "circumstance": { "name": "truce", "holds": "unknown" } });
        let circumstance = self.makes(&by, truce);
        let guarantee = json!({ "guarantee": { "name": "Wall", "trigger": circumstance,
            "requires": "all", "needs": [window(&resource)] } });
        let guarantee = self.makes(&by, guarantee);
        let document = json!({ "document": { "title": "Plan", "reading": "download" } });
        let document = self.makes(&by, document);
        let version = self.attach(&by, &document);
        let sworn = json!({ "meeting": { "title": "Sworn round", "level": "leaders",
            "form": "in_person", "zone": "UTC", "starts": "2026-05-04T09:00",
            "rules": { "devices": "kept", "undertaking": true, "attribution": "on_record" } } });
        let [sworn, oath] = [sworn.clone(), sworn].map(|round| self.makes(&by, round));
        Base { source, resource, circumstance, guarantee, document, version, sworn, oath }
    }

    /// A party, which is a lead for now, and its people, who are all heads for now.
    fn delegation(&mut self, word: &'static str, standing: Standing, roles: &[Role]) -> Delegation {
        let scribe = self.scribe.clone();
        let party = self.makes(&scribe, party(word));
        let elder = self.makes(&scribe, person(&format!("Elder of the {word}")));
        let first = self.makes(&scribe, seat(&elder, &party, Role::Head));
        let mut sits = |name: &str| {
            let who = self.makes(&elder, person(&format!("The {word}'s {name}")));
            let seat = self.makes(&elder, seat(&who, &party, Role::Head));
            self.things.extend([who.clone(), seat.clone()]);
            self.kept.extend([who.clone(), seat]);
            who
        };
        let people = roles.iter().map(|role| (*role, sits(role.word()))).collect();
        let novice = sits("novice");
        self.things.extend([party.clone(), first.clone()]);
        self.kept.extend([party.clone(), first]);
        Delegation { party, word, standing, elder, novice, people, unanswered: None }
    }

    /// Everybody who is asked: with his delegation's place.
    pub(super) fn everybody(&self) -> Vec<(usize, Role, Id)> {
        let all = self.delegations.iter().enumerate();
        all.flat_map(|(place, of)| {
            of.people.iter().map(move |(role, person)| (place, *role, person.clone()))
        })
        .collect()
    }

    /// Everybody who is asked, and what he is called in his column.
    pub(super) fn everybody_by_name(&self) -> Vec<(usize, String, Id)> {
        let named = |(place, role, person): (usize, Role, Id)| {
            let word = self.delegations[place].word;
            let name = match (word, role.advises()) {
                ("guest", _) => "guest".to_owned(),
                (word, false) => format!("{word}'s"),
                _ => role.word().to_owned(),
            };
            (place, name, person)
        };
        self.everybody().into_iter().map(named).collect()
    }

    /// Everybody comes in by a link and has a passkey and an account; and there is a link for him that
    /// was not used yet.
    fn keys(&mut self) {
        let scribe = self.scribe.clone();
        let expires = self.world.now + 160.hours();
        for (number, (_, _, person)) in self.everybody().into_iter().enumerate() {
            let drawn = u8::try_from(number).expect("few");
            let link = |house: &mut Assembly, salt: u8| {
                let (address, hash) =
                    first_link(&person, [drawn, salt].repeat(16).try_into().expect("32 bytes"));
                let said = json!({ "enrolment_link": { "person": person, "secret_hash": hash,
                    "expires": expires } });
                (address, house.makes(&scribe, said), hash)
            };
            let (_, first, hash) = link(self, 1);
            let spent = json!({ "enrolment_link": { "person": person, "secret_hash": hash,
                "expires": expires, "spent": true } });
            self.does(&person, Some(&first), amend(spent));
            let (address, second, _) = link(self, 2);
            self.links.insert(person.clone(), address);
            let key = json!({ "passkey": { "person": person, "name": "Key",
                "credential": format!("credential{number}"), "public_key": "key", "link": first } });
            let key = self.makes(&person, key);
            let account = self.makes(&person, account(&person, &format!("account{number}")));
            self.things.extend([second, key, account]);
        }
    }

    fn attach(&mut self, by: &Id, document: &Id) -> Id {
        let version = Id::from_entropy(self.world.dice.entropy());
        let said = attached(&version);
        self.does(by, Some(document), said);
        version
    }

    /// Parties leave and are suspended, and a seat ends.
    fn seats_end(&mut self) {
        let scribe = self.scribe.clone();
        let mut sits = |word: &'static str| {
            let party = self.makes(&scribe, party(word));
            let person = self.makes(&scribe, person(&format!("Head of the {word}")));
            let seat = self.makes(&scribe, seat(&person, &party, Role::Head));
            self.gone.push((word, person));
            (party, seat)
        };
        let ((suspended, _), (left, _), (_, unseated)) =
            (sits("suspended party"), sits("party that left"), sits("seat that ended"));
        let why = || Text::parse("it is over").expect("a short text");
        self.does(&scribe, Some(&suspended), Change::Suspend { reason: why() });
        self.does(&scribe, Some(&left), Change::Withdraw { reason: why() });
        let head = self.gone[2].1.clone();
        self.does(&head, Some(&unseated), Change::Withdraw { reason: why() });
    }

    /// Everybody is given the seat that he is asked in, and each party its standing.
    fn seated_for_good(&mut self) {
        for place in 0..self.delegations.len() {
            let Delegation { party, word, standing, elder, people, .. } = &self.delegations[place];
            let (party, word, standing, elder) =
                (party.clone(), *word, standing.word(), elder.clone());
            let people = people.clone();
            for (role, person) in people {
                let view =
                    View::through(&self.world.state, Viewer::of_person(&self.world.state, &elder));
                let mut seats = view.standing::<Seat>();
                let held = seats.find(|(_, said)| said.person == person).expect("he sits");
                let thing = held.0.id.clone();
                self.does(&elder, Some(&thing), amend(seat(&person, &party, role)));
            }
            let scribe = self.scribe.clone();
            let named = json!({ "party": { "name": word, "standing": standing } });
            self.does(&scribe, Some(&party), amend(named));
        }
    }

    pub(super) fn view(&self, person: &Id) -> View {
        View::of(&self.world.state, Viewer::of_person(&self.world.state, person))
    }

    /// Somebody does something. Gives the thing that it is about.
    fn tries(&mut self, actor: &Id, subject: Option<&Id>, change: Change) -> Result<Id, Refusal> {
        self.world.now += 1.seconds();
        let state = &self.world.state;
        let view = View::through(state, Viewer::of_person(state, actor));
        let command = Command { subject: subject.cloned(), revision: None, key: None, change };
        let entropy = [self.world.dice.entropy(), self.world.dice.entropy()];
        let act = decide(&view, command, self.world.now, entropy)?;
        let subject = act.subject.clone();
        self.world.take_in(act);
        Ok(subject)
    }

    /// Somebody does something, which the rules allow.
    fn does(&mut self, actor: &Id, subject: Option<&Id>, change: Change) -> Id {
        let told = format!("{change:?}");
        self.tries(actor, subject, change)
            .unwrap_or_else(|refusal| panic!("{actor} is refused {told}: {refusal}"))
    }

    /// Somebody makes something that everybody sees who sits, if its kind leaves that open.
    fn makes(&mut self, actor: &Id, content: Value) -> Id {
        self.makes_marked(actor, content, green())
    }

    fn makes_marked(&mut self, actor: &Id, content: Value, marking: Marking) -> Id {
        self.does(actor, None, Change::Create { content: said(content), marking })
    }

    /// Somebody makes something that something will be done to.
    fn leaves(&mut self, actor: &Id, content: Value) -> Id {
        let thing = self.makes(actor, content);
        self.things.push(thing.clone());
        thing
    }
}

/// What a thing says, as an act spells it.
pub(super) fn said(content: Value) -> Content {
    let told = content.to_string();
    serde_json::from_value(content).unwrap_or_else(|error| panic!("{told}: {error}"))
}

pub(super) fn amend(content: Value) -> Change {
    Change::Amend { content: said(content) }
}

/// A version added; every document of this world holds the same.
pub(super) fn attached(version: &Id) -> Change {
    let bytes = crate::world::papers::content_of(version).len();
    let version = json!({ "id": version, "hash": "hash", "bytes": bytes, "media": "text/plain",
        "name": "plan.txt" });
    serde_json::from_value(json!({ "attach": { "version": version } })).expect("a version")
}

pub(super) fn party(name: &str) -> Value {
    json!({ "party": { "name": name, "standing": "lead" } })
}

pub(super) fn person(name: &str) -> Value {
    json!({ "person": { "name": name } })
}

pub(super) fn seat(person: &Id, party: &Id, role: Role) -> Value {
    json!({ "seat": { "person": person, "party": party, "role": role } })
}

pub(super) fn account(person: &Id, subject: &str) -> Value {
    json!({ "directory_account": { "person": person, "name": "Account",
        "issuer": "http://127.0.0.1:9", "subject": subject } })
}

/// So much of a resource, for so long.
pub(super) fn window(resource: &Id) -> Value {
    json!({ "resource": resource, "amount": "9", "from": "trigger+1d", "until": "trigger+9d" })
}

/// The same, with more said of it.
pub(super) fn promised(resource: &Id, party: &Id, more: &Value) -> Value {
    let mut said = window(resource);
    let fields = said.as_object_mut().expect("fields");
    fields.insert("party".into(), json!(party));
    fields.extend(more.as_object().expect("fields").clone());
    said
}
