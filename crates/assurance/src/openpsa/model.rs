use super::expression::apply;
use super::misread::{Misread, listed, quoted};
use super::names::{Defined, Kind, Names};
use super::reader::{Content, Step, Token, content};
use super::references::References;
use super::sources::{File, Sources};
use crate::components::components;

/// What a model does not say of itself.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Settings {
    /// The time for which the system runs, in the model's unit of time (as a rule hours):
    /// `system-mission-time`. Without it, events that depend on it have no chance.
    pub mission_time: Option<f64>,
}

/// A model that was read whole: every name in it means something, every number is one.
///
/// Memory is bounded by the size of its files: some hundred bytes for a gate or an event, and no
/// entity is ever expanded. Neither gates nor elements that lie in each other to any depth use the call
/// stack.
pub struct Model<'a> {
    sources: Sources<'a>,
    pub(super) names: Names,
    pub(super) definitions: Vec<Defined>,
    pub(super) tokens: Vec<Token>,
    steps: Vec<Step>,
    /// By definition; `None` for what is no basic event, or says no probability.
    chances: Vec<Option<f64>>,
}

impl<'a> Model<'a> {
    /// Reads an XML document in UTF-8: a model in one file.
    ///
    /// # Errors
    /// As for [`Model::of_files`].
    pub fn read(bytes: &'a [u8], settings: Settings) -> Result<Self, Misread> {
        Self::of_files(&[File { name: "", bytes }], settings)
    }

    /// Reads a model that is spread over several files: names mean the same in all of them,
    /// whichever comes first.
    ///
    /// # Errors
    /// A [`Misread`] for the first thing that is wrong or not read: markup that is not
    /// well-formed, a document type, what belongs to no fault tree, names that are missing,
    /// doubled or undefined, files that are included and not given, too few operands, parameters in a circle, probabilities outside
    /// 0 to 1.
    pub fn of_files(files: &[File<'a>], settings: Settings) -> Result<Self, Misread> {
        let sources = Sources::of(files)?;
        let Content { names, definitions, tokens, steps } = content(&sources)?;
        let chances = vec![None; definitions.len()];
        let mut model = Self { sources, names, definitions, tokens, steps, chances };
        model.follow_names()?;
        model.compute_chances(settings)?;
        Ok(model)
    }

    /// Gates in the model.
    pub fn gate_count(&self) -> usize {
        self.count(Kind::Gate)
    }

    /// Basic events in the model, whether gates refer to them or not.
    pub fn basic_event_count(&self) -> usize {
        self.count(Kind::BasicEvent)
    }

    /// House events in the model.
    pub fn house_event_count(&self) -> usize {
        self.count(Kind::HouseEvent)
    }

    fn count(&self, kind: Kind) -> usize {
        self.definitions.iter().filter(|defined| defined.kind == kind).count()
    }

    /// Definitions of a kind, by number.
    pub(super) fn all(&self, kind: Kind) -> impl Iterator<Item = u32> {
        let numbered = (0u32..).zip(&self.definitions);
        numbered.filter(move |(_, defined)| defined.kind == kind).map(|(number, _)| number)
    }

    pub(super) fn defined(&self, number: u32) -> &Defined {
        &self.definitions[number as usize]
    }

    pub(super) fn name(&self, number: u32) -> String {
        self.names.full(self.defined(number))
    }

    pub(super) fn chance(&self, number: u32) -> Option<f64> {
        self.chances[number as usize]
    }

    /// Whether an event has an expression for its probability.
    pub(super) fn has_expression(&self, number: u32) -> bool {
        !self.defined(number).body.is_empty()
    }

    /// The formula of a gate; a house event's constant.
    pub(super) fn formula(&self, number: u32) -> &[Token] {
        let body = &self.defined(number).body;
        &self.tokens[body.start as usize..body.end as usize]
    }

    fn expression(&self, number: u32) -> &[Step] {
        let body = &self.defined(number).body;
        &self.steps[body.start as usize..body.end as usize]
    }

    pub(super) fn refuse(
        &self,
        at: u32,
        what: impl Into<String>,
        help: impl Into<String>,
    ) -> Misread {
        self.sources.refuse(at, what, help)
    }

    /// Puts the definition that is meant in the place of each name.
    fn follow_names(&mut self) -> Result<(), Misread> {
        for number in 0..self.definitions.len() {
            let Defined { kind, container, ref body, .. } = self.definitions[number];
            for at in body.start as usize..body.end as usize {
                match kind {
                    Kind::Gate | Kind::HouseEvent => {
                        if let Token::Named { name, kind, at: place } = self.tokens[at] {
                            let event = self.meant(name, container, kind, place)?;
                            self.tokens[at] = Token::Event(event);
                        }
                    }
                    Kind::BasicEvent | Kind::Parameter => {
                        if let Step::Named { name, at: place } = self.steps[at] {
                            let kind = Some(Kind::Parameter);
                            let parameter = self.meant(name, container, kind, place)?;
                            self.steps[at] = Step::Parameter(parameter);
                        }
                    }
                }
            }
        }
        Ok(())
    }

    fn meant(
        &self,
        name: u32,
        container: u32,
        kind: Option<Kind>,
        at: u32,
    ) -> Result<u32, Misread> {
        let is_event = kind != Some(Kind::Parameter);
        let told = quoted(self.names.text(name));
        let Some(found) = self.names.meant(name, container, is_event) else {
            let kind = kind.map_or("event", Kind::told);
            let help = "Define it, give the file that does beside this one, or correct the name; a \
                        private one needs its path.";
            return Err(self.refuse(at, format!("the {kind} {told} is not defined"), help));
        };
        let is = self.defined(found).kind;
        match kind.filter(|wanted| *wanted != is) {
            None => Ok(found),
            Some(wanted) => {
                let what = format!("{told} is a {}, not a {}", is.told(), wanted.told());
                Err(self.refuse(at, what, "Refer to it as what it is, or as <event>."))
            }
        }
    }

    fn compute_chances(&mut self, settings: Settings) -> Result<(), Misread> {
        let count = self.definitions.len();
        let mut values = vec![None; count];
        let lists = self.references(Kind::Parameter);
        let order = components(count, self.all(Kind::Parameter), |of, at| lists.nth(of, at));
        for component in order.iter() {
            let first = component[0];
            if lists.is_circle(component) {
                let path = lists.shortest_circle(component);
                let what =
                    format!("parameters refer to each other in a circle: {}", self.path(&path));
                return Err(self.refuse(self.defined(first).at, what, "Give one of them a value."));
            }
            values[first as usize] = self.value(first, &values, settings)?;
        }
        for event in self.all(Kind::BasicEvent) {
            let value = self.value(event, &values, settings)?;
            if let Some(chance) = value.filter(|chance| !(0.0..=1.0).contains(chance)) {
                let name = quoted(&self.name(event));
                let what = format!("the probability of {name} is {chance}, not from 0 to 1");
                return Err(self.refuse(self.defined(event).at, what, "Correct its expression."));
            }
            values[event as usize] = value;
        }
        for parameter in self.all(Kind::Parameter) {
            values[parameter as usize] = None;
        }
        self.chances = values;
        Ok(())
    }

    /// The gates that each gate refers to, or the parameters that each parameter refers to.
    pub(super) fn references(&self, kind: Kind) -> References {
        let mut lists = References { to: Vec::new(), ends: Vec::new() };
        for number in (0..).take(self.definitions.len()) {
            match self.defined(number).kind {
                is if is != kind => {}
                Kind::Gate => {
                    let events = self.formula(number).iter().filter_map(|token| match token {
                        Token::Event(event) => Some(*event),
                        _ => None,
                    });
                    lists.to.extend(events.filter(|&event| self.defined(event).kind == kind));
                }
                _ => {
                    lists.to.extend(self.expression(number).iter().filter_map(|step| match step {
                        Step::Parameter(parameter) => Some(*parameter),
                        _ => None,
                    }));
                }
            }
            lists.ends.push(lists.to.len());
        }
        lists
    }

    /// Names along a way.
    pub(super) fn path(&self, numbers: &[u32]) -> String {
        let names: Vec<String> = numbers.iter().map(|&number| self.name(number)).collect();
        listed(names.iter().map(String::as_str), " -> ")
    }

    /// The value of an expression; `None` if it has none, or hangs on a mission time that is not
    /// given.
    fn value(
        &self,
        number: u32,
        values: &[Option<f64>],
        settings: Settings,
    ) -> Result<Option<f64>, Misread> {
        let mut stack: Vec<Option<f64>> = Vec::new();
        for step in self.expression(number) {
            let value = match *step {
                Step::Number(value) => Some(value),
                Step::MissionTime => settings.mission_time,
                Step::Parameter(parameter) => values[parameter as usize],
                Step::Named { .. } => None,
                Step::Apply(function, count, at) => {
                    let operands = stack.split_off(stack.len() - count as usize);
                    let known: Option<Vec<f64>> = operands.into_iter().collect();
                    let result = known.map(|operands| apply(function, &operands)).transpose();
                    result.map_err(|what| {
                        let what = format!("this has no value: {what}");
                        self.refuse(at, what, "Correct what it is given.")
                    })?
                }
            };
            stack.push(value);
        }
        Ok(stack.pop().flatten())
    }
}
