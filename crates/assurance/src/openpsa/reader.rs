//! One pass over each document. Elements may lie in each other to any depth, so what is open is
//! kept on a stack of our own, and formulas and expressions are written down operands first.

use super::document::{Document, Item};
use super::misread::{Misread, quoted};
use super::names::{DEPTH_MAX, Defined, Kind, Names};
use super::sources::Sources;
use super::words::{Connective, Function};
use quick_xml::events::BytesStart;

/// One step of a formula, to be worked off with a stack.
#[derive(Debug, Clone, Copy)]
pub(super) enum Token {
    /// An event by its name, of this kind if it says so.
    Named {
        name: u32,
        kind: Option<Kind>,
        at: u32,
    },
    /// The definition that a name was found to mean.
    Event(u32),
    Constant(bool),
    /// Takes so many operands.
    Join(Connective, u32),
}

/// One step of an expression.
#[derive(Debug, Clone, Copy)]
pub(super) enum Step {
    Number(f64),
    Named {
        name: u32,
        at: u32,
    },
    Parameter(u32),
    MissionTime,
    /// Takes so many operands.
    Apply(Function, u32, u32),
}

/// What an element that is open may hold.
#[derive(Debug, Clone, Copy)]
enum Frame {
    Document,
    Model,
    Container(u32),
    Data,
    /// Whatever it holds is passed over.
    Ignored,
    /// Holds nothing.
    Leaf,
    /// Holds a formula, an expression or a constant.
    Body(Kind),
    Formula(Connective),
    Expression(Function),
}

#[derive(Debug, Clone, Copy)]
struct Open {
    frame: Frame,
    at: u32,
    /// Formulas or expressions that it holds so far.
    held: u32,
}

/// All that the documents of a model say, names not yet followed.
pub(super) struct Content {
    pub names: Names,
    pub definitions: Vec<Defined>,
    pub tokens: Vec<Token>,
    pub steps: Vec<Step>,
}

struct Reader<'a> {
    sources: &'a Sources<'a>,
    document: Document<'a>,
    content: Content,
    open: Vec<Open>,
}

/// Reads the documents to their ends, one after the other.
pub(super) fn content(sources: &Sources<'_>) -> Result<Content, Misread> {
    let nothing = Content {
        names: Names::new(),
        definitions: Vec::new(),
        tokens: Vec::new(),
        steps: Vec::new(),
    };
    (0..sources.count()).try_fold(nothing, |content, file| more(sources, file, content))
}

/// What was read before, and what one more file says.
fn more(sources: &Sources<'_>, file: usize, content: Content) -> Result<Content, Misread> {
    let document = Document::new(file, sources.text(file));
    let outside = Open { frame: Frame::Document, at: sources.begins(file), held: 0 };
    let mut reader = Reader { sources, document, content, open: vec![outside] };
    loop {
        match reader.document.next()? {
            Item::Open(start, closes) => {
                reader.opens(&start)?;
                if closes {
                    reader.closes()?;
                }
            }
            Item::Close => reader.closes()?,
            Item::Text => reader.text()?,
            Item::End => break,
        }
    }
    match reader.open[..] {
        [Open { held: 1, .. }] => Ok(reader.content),
        [_] => Err(reader.refuse("there is no model here", "A model begins with <opsa-mef>.")),
        [.., last] => {
            let what = format!("<{}> has no end", reader.element(last.at));
            Err(reader.refuse_at(last.at, what, "Is the file cut short?"))
        }
        [] => unreachable!("the document itself is closed by nothing"),
    }
}

impl Reader<'_> {
    fn refuse(&self, what: impl Into<String>, help: impl Into<String>) -> Misread {
        self.document.refusal(what, help)
    }

    fn refuse_at(&self, at: u32, what: impl Into<String>, help: impl Into<String>) -> Misread {
        self.sources.refuse(at, what, help)
    }

    /// The name of the element that begins there.
    fn element(&self, at: u32) -> &str {
        let from = at - self.sources.begins(self.document.file);
        let rest = self.document.text[from as usize..].trim_start_matches('<');
        let end = rest.find(|next: char| next.is_whitespace() || "/>".contains(next));
        &rest[..end.unwrap_or(rest.len())]
    }

    fn at(&self) -> u32 {
        let within = u32::try_from(self.document.at);
        let within = within.expect("a model of more than 4 GiB was refused");
        self.sources.begins(self.document.file) + within
    }

    fn innermost(&mut self) -> &mut Open {
        self.open.last_mut().expect("the document itself is closed by nothing")
    }

    fn opens(&mut self, start: &BytesStart<'_>) -> Result<(), Misread> {
        let element = start.name().into_inner();
        let within = *self.innermost();
        let frame = match (within.frame, element) {
            (Frame::Ignored, _) => Frame::Ignored,
            (Frame::Document, "opsa-mef") if within.held == 0 => {
                self.innermost().held = 1;
                Frame::Model
            }
            (Frame::Document, _) => {
                let help = "An Open-PSA model is one <opsa-mef> element.";
                let what = format!("{} is not the beginning of a model", quoted(element));
                return Err(self.refuse(what, help));
            }
            (Frame::Model | Frame::Container(_) | Frame::Data | Frame::Body(_), "label") => {
                Frame::Ignored
            }
            (Frame::Model | Frame::Container(_) | Frame::Data | Frame::Body(_), "attributes") => {
                Frame::Ignored
            }
            (Frame::Model, "model-data") => Frame::Data,
            (Frame::Model, "define-fault-tree") => self.container(start, 0)?,
            (Frame::Model, "include" | "xi:include") => self.include(start)?,
            (Frame::Container(outer), "define-component") => self.container(start, outer)?,
            (Frame::Container(container), "define-gate") => {
                self.definition(start, Kind::Gate, container)?
            }
            (Frame::Container(container), _) => self.datum(start, container)?,
            (Frame::Data, _) => self.datum(start, 0)?,
            (Frame::Body(Kind::Gate) | Frame::Formula(_), _) => self.formula(start)?,
            (Frame::Body(Kind::HouseEvent), "constant") => self.constant(start)?,
            (Frame::Body(Kind::BasicEvent | Kind::Parameter) | Frame::Expression(_), _) => {
                self.expression(start)?
            }
            (Frame::Model | Frame::Leaf | Frame::Body(Kind::HouseEvent), _) => {
                return Err(self.not_read(element));
            }
        };
        let at = self.at();
        self.open.push(Open { frame, at, held: 0 });
        Ok(())
    }

    fn not_read(&mut self, element: &str) -> Misread {
        let outer = self.innermost().at;
        let outer = self.element(outer);
        let element = quoted(element);
        let what = format!("{element} is not read in <{outer}>");
        let help = "Fault trees are read: gates, basic events, house events, parameters and \
                    components. Event trees, common causes, substitutions and phases are not.";
        self.refuse(what, help)
    }

    /// A name as an attribute gives it.
    fn name(&mut self, name: Option<String>) -> Result<u32, Misread> {
        let name = name.unwrap_or_default();
        let name = name.trim();
        if name.is_empty() {
            return Err(self.refuse("this needs a name", "Write name=\"...\"."));
        }
        if name.chars().any(char::is_control) {
            let help = "Use letters, digits, - and _.";
            return Err(self.refuse("this name has a character that does not print", help));
        }
        Ok(self.content.names.number(name))
    }

    /// The name of what is defined: without the dots that join the parts of a path.
    fn own_name(&mut self, name: Option<String>) -> Result<u32, Misread> {
        let number = self.name(name)?;
        if self.content.names.text(number).contains('.') {
            let what = format!("the name {} has a dot", quoted(self.content.names.text(number)));
            return Err(self.refuse(what, "Dots join containers and names: use - or _."));
        }
        Ok(number)
    }

    fn role(&self, role: Option<&str>) -> Result<Option<bool>, Misread> {
        match role {
            None => Ok(None),
            Some("private") => Ok(Some(true)),
            Some("public") => Ok(Some(false)),
            Some(other) => {
                let what = format!("the role {} is not known", quoted(other));
                Err(self.refuse(what, "It is \"public\" or \"private\"."))
            }
        }
    }

    fn container(&mut self, start: &BytesStart<'_>, outer: u32) -> Result<Frame, Misread> {
        let [name, role] = self.document.attributes(start, ["name", "role"])?;
        let name = self.own_name(name)?;
        let role = self.role(role.as_deref())?;
        let opened = self.content.names.contain(name, self.at(), outer, role);
        opened.map(Frame::Container).map_err(|other| {
            let name = quoted(self.content.names.text(name));
            match other {
                Some(other) => {
                    let line = self.sources.line(other, self.document.file);
                    let help = format!("Another begins in {line}: name one of them otherwise.");
                    self.refuse(format!("{name} is defined twice"), help)
                }
                None => {
                    let help = format!("Components lie in each other up to {DEPTH_MAX} deep.");
                    self.refuse(format!("{name} lies too deep"), help)
                }
            }
        })
    }

    /// Another file of the model. It must have been given: none is opened because a file says so.
    fn include(&mut self, start: &BytesStart<'_>) -> Result<Frame, Misread> {
        let names = ["file", "href", "parse", "xpointer"];
        let [file, href, _, _] = self.document.attributes(start, names)?;
        let named = file.or(href).unwrap_or_default();
        if self.sources.has(&named) {
            return Ok(Frame::Leaf);
        }
        let what = format!("the file {} belongs to the model and was not given", quoted(&named));
        Err(self
            .refuse(what, "Give it beside this one: no file is opened because another says so."))
    }

    /// A definition that may stand in a fault tree and in the model's data.
    fn datum(&mut self, start: &BytesStart<'_>, container: u32) -> Result<Frame, Misread> {
        let element = start.name().into_inner();
        match element {
            "define-basic-event" => self.definition(start, Kind::BasicEvent, container),
            "define-house-event" => self.definition(start, Kind::HouseEvent, container),
            "define-parameter" => self.definition(start, Kind::Parameter, container),
            _ => Err(self.not_read(element)),
        }
    }

    fn definition(
        &mut self,
        start: &BytesStart<'_>,
        kind: Kind,
        container: u32,
    ) -> Result<Frame, Misread> {
        let [name, role, _unit] = self.document.attributes(start, ["name", "role", "unit"])?;
        let name = self.own_name(name)?;
        let role = self.role(role.as_deref())?;
        let is_private = role.unwrap_or_else(|| self.content.names.is_private(container));
        let list = match kind {
            Kind::Gate | Kind::HouseEvent => self.content.tokens.len(),
            Kind::BasicEvent | Kind::Parameter => self.content.steps.len(),
        };
        let begins = self.count(list)?;
        let body = begins..begins;
        let defined = Defined { kind, name, container, is_private, at: self.at(), body };
        let number = self.count(self.content.definitions.len())?;
        if let Err(other) = self.content.names.declare(&defined, number) {
            let other = &self.content.definitions[other as usize];
            let line = self.sources.line(other.at, self.document.file);
            let what = format!("{} is defined twice", quoted(self.content.names.text(name)));
            let help = format!("It is a {} in {line}.", other.kind.told());
            return Err(self.refuse(what, help));
        }
        self.content.definitions.push(defined);
        Ok(Frame::Body(kind))
    }

    /// One of the elements of a formula.
    fn formula(&mut self, start: &BytesStart<'_>) -> Result<Frame, Misread> {
        let element = start.name().into_inner();
        let kind = match element {
            "constant" => return self.constant(start),
            "event" => None,
            "gate" => Some(Kind::Gate),
            "basic-event" => Some(Kind::BasicEvent),
            "house-event" => Some(Kind::HouseEvent),
            _ => return self.connective(start),
        };
        let [name, said] = self.document.attributes(start, ["name", "type"])?;
        let name = self.name(name)?;
        let kind = match said.as_deref() {
            None => kind,
            Some("gate") => Some(Kind::Gate),
            Some("basic-event") => Some(Kind::BasicEvent),
            Some("house-event") => Some(Kind::HouseEvent),
            Some(other) => {
                let what = format!("the type {} is not known", quoted(other));
                return Err(self.refuse(what, "It is gate, basic-event or house-event."));
            }
        };
        self.held()?;
        let at = self.at();
        self.content.tokens.push(Token::Named { name, kind, at });
        Ok(Frame::Leaf)
    }

    fn connective(&mut self, start: &BytesStart<'_>) -> Result<Frame, Misread> {
        let element = start.name().into_inner();
        let Some(connective) = Connective::named(element) else {
            return Err(self.not_read(element));
        };
        let connective = match connective {
            Connective::AtLeast(_) => {
                let [least] = self.document.attributes(start, ["min"])?;
                Connective::AtLeast(self.whole("min", least)?)
            }
            Connective::Cardinality(..) => {
                let [least, most] = self.document.attributes(start, ["min", "max"])?;
                let (least, most) = (self.whole("min", least)?, self.whole("max", most)?);
                if least > most {
                    let what = format!("at least {least} and at most {most} cannot both be");
                    return Err(self.refuse(what, "Exchange min and max, or correct them."));
                }
                Connective::Cardinality(least, most)
            }
            other => {
                let [] = self.document.attributes(start, [])?;
                other
            }
        };
        self.held()?;
        Ok(Frame::Formula(connective))
    }

    fn whole(&self, attribute: &str, value: Option<String>) -> Result<u32, Misread> {
        let value = value.unwrap_or_default();
        value.trim().parse().map_err(|_| {
            let what = format!("{attribute} is {}, not a whole number", quoted(&value));
            self.refuse(what, format!("Write {attribute}=\"2\", for instance."))
        })
    }

    fn constant(&mut self, start: &BytesStart<'_>) -> Result<Frame, Misread> {
        let [value] = self.document.attributes(start, ["value"])?;
        let value = self.truth(value.as_deref())?;
        self.held()?;
        self.content.tokens.push(Token::Constant(value));
        Ok(Frame::Leaf)
    }

    fn truth(&self, value: Option<&str>) -> Result<bool, Misread> {
        match value.map(str::trim) {
            Some("true" | "1") => Ok(true),
            Some("false" | "0") => Ok(false),
            other => {
                let what = format!("the value is {}", quoted(other.unwrap_or_default()));
                Err(self.refuse(what, "It is \"true\" or \"false\"."))
            }
        }
    }

    /// One of the elements of an expression.
    fn expression(&mut self, start: &BytesStart<'_>) -> Result<Frame, Misread> {
        let element = start.name().into_inner();
        let step = match element {
            "float" | "int" | "bool" => {
                let [value] = self.document.attributes(start, ["value"])?;
                Step::Number(self.number(element, value)?)
            }
            "parameter" => {
                let [name, _unit] = self.document.attributes(start, ["name", "unit"])?;
                Step::Named { name: self.name(name)?, at: self.at() }
            }
            "system-mission-time" => {
                let [_unit] = self.document.attributes(start, ["unit"])?;
                Step::MissionTime
            }
            _ => {
                let Some(function) = Function::named(element) else {
                    return Err(self.not_read(element));
                };
                let [] = self.document.attributes(start, [])?;
                self.held()?;
                return Ok(Frame::Expression(function));
            }
        };
        self.held()?;
        self.content.steps.push(step);
        Ok(Frame::Leaf)
    }

    fn number(&self, element: &str, value: Option<String>) -> Result<f64, Misread> {
        if element == "bool" {
            return Ok(f64::from(u8::from(self.truth(value.as_deref())?)));
        }
        let value = value.unwrap_or_default();
        let number = match element {
            "int" => value.trim().parse::<i32>().ok().map(f64::from),
            _ => value.trim().parse::<f64>().ok().filter(|number| number.is_finite()),
        };
        number.ok_or_else(|| {
            let what = format!("the value is {}, not a number", quoted(&value));
            self.refuse(what, "Write it as 0.001 or 1e-3; an int has no fraction.")
        })
    }

    /// Counts one more formula or expression in what is open.
    fn held(&mut self) -> Result<(), Misread> {
        let most = match self.innermost().frame {
            Frame::Body(_) => 1,
            Frame::Formula(connective) => connective.inputs().1,
            Frame::Expression(function) => function.arguments().1,
            _ => u32::MAX,
        };
        self.innermost().held += 1;
        let Open { held, at, .. } = *self.innermost();
        if held <= most {
            return Ok(());
        }
        let what = format!("<{}> takes no more than {most} of these", self.element(at));
        Err(self.refuse(what, "Remove what is too much, or join it with another element."))
    }

    fn closes(&mut self) -> Result<(), Misread> {
        let Open { frame, at, held } = *self.innermost();
        self.open.pop();
        let least = match frame {
            Frame::Body(Kind::Gate | Kind::Parameter) => 1,
            Frame::Formula(Connective::AtLeast(least) | Connective::Cardinality(least, _)) => {
                least.max(1)
            }
            Frame::Formula(connective) => connective.inputs().0,
            Frame::Expression(function) => function.arguments().0,
            _ => 0,
        };
        if held < least {
            let what = format!("<{}> wants {least} and holds {held}", self.element(at));
            return Err(self.refuse_at(at, what, "Add what is missing, or ask for less."));
        }
        match frame {
            Frame::Formula(connective) => self.content.tokens.push(Token::Join(connective, held)),
            Frame::Expression(function) => {
                self.content.steps.push(Step::Apply(function, held, at));
            }
            Frame::Body(kind) => {
                let list = match kind {
                    Kind::Gate | Kind::HouseEvent => self.content.tokens.len(),
                    Kind::BasicEvent | Kind::Parameter => self.content.steps.len(),
                };
                let end = self.count(list)?;
                let last = self.content.definitions.last_mut();
                last.expect("a body is one of a definition").body.end = end;
            }
            Frame::Container(_)
            | Frame::Document
            | Frame::Model
            | Frame::Data
            | Frame::Ignored
            | Frame::Leaf => {}
        }
        Ok(())
    }

    fn text(&mut self) -> Result<(), Misread> {
        if matches!(self.innermost().frame, Frame::Ignored) {
            return Ok(());
        }
        let help = "Text belongs into a <label>.";
        Err(self.refuse("there is text between the elements", help))
    }

    fn count(&self, length: usize) -> Result<u32, Misread> {
        u32::try_from(length).map_err(|_| {
            self.refuse("the model has more than 4,294,967,295 parts", "Split the model.")
        })
    }
}
