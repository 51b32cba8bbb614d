//! Who is called what: interned names, containers, and the definition that a reference means.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

/// What a definition defines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Gate,
    BasicEvent,
    HouseEvent,
    Parameter,
}

impl Kind {
    /// As messages say it.
    pub fn told(self) -> &'static str {
        match self {
            Self::Gate => "gate",
            Self::BasicEvent => "basic event",
            Self::HouseEvent => "house event",
            Self::Parameter => "parameter",
        }
    }

    /// Events share their names; parameters have their own.
    fn is_event(self) -> bool {
        self != Self::Parameter
    }
}

/// Something with a name and, in one of the reader's lists, a body.
#[derive(Debug, Clone)]
pub(super) struct Defined {
    pub kind: Kind,
    pub name: u32,
    pub container: u32,
    /// Seen by its name alone from inside its container only.
    pub is_private: bool,
    /// Where its element begins.
    pub at: u32,
    pub body: Range<u32>,
}

/// A fault tree or a component; number 0 stands for the model.
#[derive(Debug)]
struct Container {
    name: u32,
    /// Where its element begins.
    at: u32,
    parent: u32,
    depth: u32,
    is_private: bool,
}

/// How deeply components may lie in each other.
pub(super) const DEPTH_MAX: u32 = 100;

/// All names of a model.
pub(super) struct Names {
    texts: Vec<Arc<str>>,
    numbers: HashMap<Arc<str>, u32>,
    containers: Vec<Container>,
    containers_by_name: HashMap<(u32, u32), u32>,
    /// By whether it is an event, container and name.
    local: HashMap<(bool, u32, u32), u32>,
    /// By whether it is an event and name.
    public: HashMap<(bool, u32), u32>,
}

impl Names {
    pub fn new() -> Self {
        let model = Container { name: 0, at: 0, parent: 0, depth: 0, is_private: false };
        Self {
            texts: vec![Arc::from("")],
            numbers: HashMap::new(),
            containers: vec![model],
            containers_by_name: HashMap::new(),
            local: HashMap::new(),
            public: HashMap::new(),
        }
    }

    /// The number of a name, the same for the same name.
    pub fn number(&mut self, name: &str) -> u32 {
        if let Some(&known) = self.numbers.get(name) {
            return known;
        }
        let number = u32::try_from(self.texts.len()).expect("fewer names than bytes of the file");
        let text: Arc<str> = Arc::from(name);
        self.texts.push(Arc::clone(&text));
        self.numbers.insert(text, number);
        number
    }

    pub fn text(&self, number: u32) -> &str {
        &self.texts[number as usize]
    }

    /// Opens a container in another, which begins at a place. Otherwise the place of the one that
    /// has its name; `None` if it lies too deep.
    pub fn contain(
        &mut self,
        name: u32,
        at: u32,
        parent: u32,
        is_private: Option<bool>,
    ) -> Result<u32, Option<u32>> {
        let number = u32::try_from(self.containers.len()).map_err(|_| None)?;
        let outer = &self.containers[parent as usize];
        let container = Container {
            name,
            at,
            parent,
            depth: outer.depth + 1,
            is_private: is_private.unwrap_or(outer.is_private),
        };
        if let Some(&other) = self.containers_by_name.get(&(parent, name)) {
            return Err(Some(self.containers[other as usize].at));
        }
        if container.depth > DEPTH_MAX {
            return Err(None);
        }
        self.containers.push(container);
        self.containers_by_name.insert((parent, name), number);
        Ok(number)
    }

    pub fn parent(&self, container: u32) -> u32 {
        self.containers[container as usize].parent
    }

    pub fn is_private(&self, container: u32) -> bool {
        self.containers[container as usize].is_private
    }

    /// Declares a definition by its number, or gives the number of the one that has its name.
    pub fn declare(&mut self, defined: &Defined, number: u32) -> Result<(), u32> {
        let event = defined.kind.is_event();
        let here = (event, defined.container, defined.name);
        let taken = self.local.get(&here).or_else(|| match defined.is_private {
            true => None,
            false => self.public.get(&(event, defined.name)),
        });
        if let Some(&other) = taken {
            return Err(other);
        }
        self.local.insert(here, number);
        if !defined.is_private {
            self.public.insert((event, defined.name), number);
        }
        Ok(())
    }

    /// The definition that a name means when said in a container: one of that container or of
    /// those around it, then a public one, then the one at the end of a path with dots.
    pub fn meant(&self, name: u32, container: u32, is_event: bool) -> Option<u32> {
        let around = || {
            std::iter::successors(Some(container), |&inner| {
                (inner != 0).then(|| self.parent(inner))
            })
        };
        let found = around().find_map(|scope| self.local.get(&(is_event, scope, name)));
        if let Some(&found) = found.or_else(|| self.public.get(&(is_event, name))) {
            return Some(found);
        }
        let (path, last) = self.text(name).rsplit_once('.')?;
        let last = *self.numbers.get(last)?;
        around().find_map(|scope| {
            let mut scope = scope;
            for part in path.split('.') {
                scope = *self.containers_by_name.get(&(scope, *self.numbers.get(part)?))?;
            }
            self.local.get(&(is_event, scope, last)).copied()
        })
    }

    /// A definition's name, with its path if it needs one to be told from others.
    pub fn full(&self, defined: &Defined) -> String {
        if !defined.is_private {
            return self.text(defined.name).to_owned();
        }
        let mut parts = vec![self.text(defined.name)];
        let mut container = defined.container;
        while container != 0 {
            parts.push(self.text(self.containers[container as usize].name));
            container = self.parent(container);
        }
        parts.reverse();
        parts.join(".")
    }
}
