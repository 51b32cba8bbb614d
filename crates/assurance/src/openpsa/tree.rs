use super::misread::{Misread, listed, quoted};
use super::model::Model;
use super::names::Kind;
use super::reader::Token;
use super::references::References;
use super::words::Connective;
use crate::builder::SystemBuilder;
use crate::components::{Components, components};
use crate::system::{Node, Reading, System};

/// One gate of a model, with all that it depends on, as a system whose variables are basic
/// events: true is "has occurred".
#[derive(Debug)]
pub struct FaultTree {
    /// The system; its variables have the names of basic events.
    pub system: System,
    /// The top event.
    pub top: Node,
    /// The name of the top gate.
    pub name: String,
    /// How gates in a circle are read; of no matter if none are.
    pub reading: Reading,
    /// Gates that the top depends on, itself included.
    pub gate_count: usize,
    /// The definition of each variable.
    events: Vec<u32>,
}

impl Model<'_> {
    /// Names of the gates that no gate refers to, in order of the files.
    pub fn tops(&self) -> Vec<String> {
        self.top_gates().into_iter().map(|gate| self.name(gate)).collect()
    }

    /// The tree of the gate of that name; of the one that no other refers to if none is named.
    /// Gates may refer to each other in a circle if a reading says what that means.
    ///
    /// # Errors
    /// A [`Misread`] if there is no such gate, or several; or for gates in a circle without a
    /// reading, or through a negation.
    pub fn fault_tree(
        &self,
        top: Option<&str>,
        reading: Option<Reading>,
    ) -> Result<FaultTree, Misread> {
        let gates = self.references(Kind::Gate);
        let child = |gate: u32, at: usize| gates.nth(gate, at);
        let count = self.definitions.len();
        if reading.is_none() {
            self.refuse_circles(&components(count, self.all(Kind::Gate), child), &gates)?;
        }
        let top = self.top(top)?;
        let cone = components(count, std::iter::once(top), child);
        Building::new(self, &gates).build(top, &cone, reading.unwrap_or(Reading::Least))
    }

    /// The chance of each of the tree's variables.
    ///
    /// # Errors
    /// A [`Misread`] for an event that says no probability, or one that depends on a mission
    /// time that was not given.
    pub fn chances(&self, tree: &FaultTree) -> Result<Vec<f64>, Misread> {
        let chance = |&event: &u32| {
            self.chance(event).ok_or_else(|| {
                let name = quoted(&self.name(event));
                let (what, help) = match self.has_expression(event) {
                    true => ("depends on the mission time, which is not given", "Give it."),
                    false => ("has no probability", "Add one, <float value=\"0.001\"/> say."),
                };
                let at = self.defined(event).at;
                self.refuse(at, format!("the basic event {name} {what}"), help)
            })
        };
        tree.events.iter().map(chance).collect()
    }

    fn top_gates(&self) -> Vec<u32> {
        let mut referred = vec![false; self.definitions.len()];
        for gate in self.all(Kind::Gate) {
            for token in self.formula(gate) {
                if let Token::Event(event) = token {
                    referred[*event as usize] = true;
                }
            }
        }
        self.all(Kind::Gate).filter(|gate| !referred[*gate as usize]).collect()
    }

    fn top(&self, named: Option<&str>) -> Result<u32, Misread> {
        if let Some(name) = named {
            let meant = |gate: &u32| self.name(*gate) == name;
            let help =
                || format!("Those that no gate refers to: {}.", self.told(&self.top_gates()));
            return self.all(Kind::Gate).find(meant).ok_or_else(|| {
                self.refuse(0, format!("there is no gate {}", quoted(name)), help())
            });
        }
        let tops = self.top_gates();
        match tops[..] {
            [top] => Ok(top),
            [] => {
                let (what, help) = match self.all(Kind::Gate).next() {
                    None => (
                        "the model has no gate",
                        "If it is spread over several files, give them all.",
                    ),
                    Some(_) => (
                        "every gate is referred to by another, so none is the top",
                        "Name the top gate.",
                    ),
                };
                Err(self.refuse(0, what, help))
            }
            [_, second, ..] => {
                let what = format!("several gates could be the top: {}", self.told(&tops));
                Err(self.refuse(self.defined(second).at, what, "Name the one that is meant."))
            }
        }
    }

    fn told(&self, gates: &[u32]) -> String {
        let names: Vec<String> = gates.iter().map(|&gate| self.name(gate)).collect();
        listed(names.iter().map(String::as_str), ", ")
    }

    fn refuse_circles(&self, found: &Components, gates: &References) -> Result<(), Misread> {
        let Some(component) = found.iter().find(|component| gates.is_circle(component)) else {
            return Ok(());
        };
        let path = gates.shortest_circle(component);
        let what = format!("gates refer to each other in a circle: {}", self.path(&path));
        let help = "A fault tree has no circles: cut it, or ask for a reading.";
        Err(self.refuse(self.defined(path[0]).at, what, help))
    }
}

/// Fills a builder, gate by gate.
struct Building<'a> {
    model: &'a Model<'a>,
    gates: &'a References,
    builder: SystemBuilder,
    /// By definition: the node that stands for it.
    nodes: Vec<Option<Node>>,
    events: Vec<u32>,
}

impl<'a> Building<'a> {
    fn new(model: &'a Model<'a>, gates: &'a References) -> Self {
        let nodes = vec![None; model.definitions.len()];
        Self { model, gates, builder: SystemBuilder::new(), nodes, events: Vec::new() }
    }

    /// Gates in a circle become definitions; all others become what their formulas say.
    fn build(
        mut self,
        top: u32,
        cone: &Components,
        reading: Reading,
    ) -> Result<FaultTree, Misread> {
        let refused = |refusal: &dyn std::fmt::Display| {
            let help = "Simplify what it depends on.";
            self.model.refuse(self.model.defined(top).at, refusal.to_string(), help)
        };
        for component in cone.iter() {
            if !self.gates.is_circle(component) {
                self.nodes[component[0] as usize] = Some(self.formula(component[0]));
                continue;
            }
            let declared: Vec<_> = component
                .iter()
                .map(|&gate| (gate, self.builder.definition(&self.model.name(gate))))
                .collect();
            for &(gate, definition) in &declared {
                self.nodes[gate as usize] = Some(self.builder.reference(definition));
            }
            for (gate, definition) in declared {
                let body = self.formula(gate);
                self.builder.define(definition, body).map_err(|refusal| refused(&refusal))?;
            }
        }
        let node = self.nodes[top as usize].expect("the top is in its own cone");
        let system = self.builder.finish().map_err(|refusal| refused(&refusal))?;
        Ok(FaultTree {
            system,
            top: node,
            name: self.model.name(top),
            reading,
            gate_count: cone.order.len(),
            events: self.events,
        })
    }

    fn formula(&mut self, gate: u32) -> Node {
        let model = self.model;
        let mut stack: Vec<Node> = Vec::new();
        for token in model.formula(gate) {
            let node = match *token {
                Token::Constant(value) => self.builder.constant(value),
                Token::Event(event) => self.event(event),
                Token::Join(connective, count) => {
                    let inputs = stack.split_off(stack.len() - count as usize);
                    self.join(connective, &inputs)
                }
                Token::Named { .. } => unreachable!("names were followed when the model was read"),
            };
            stack.push(node);
        }
        stack.pop().expect("a gate has a formula")
    }

    fn event(&mut self, event: u32) -> Node {
        if let Some(known) = self.nodes[event as usize] {
            return known;
        }
        let node = match self.model.defined(event).kind {
            Kind::HouseEvent => {
                // One that says nothing has not occurred.
                let occurs = matches!(self.model.formula(event), [Token::Constant(true)]);
                self.builder.constant(occurs)
            }
            _ => {
                let variable = self.builder.variable(&self.model.name(event));
                self.events.push(event);
                self.builder.literal(variable)
            }
        };
        self.nodes[event as usize] = Some(node);
        node
    }

    fn join(&mut self, connective: Connective, inputs: &[Node]) -> Node {
        let builder = &mut self.builder;
        match connective {
            Connective::And => builder.and(inputs),
            Connective::Or => builder.or(inputs),
            Connective::Not => builder.not(inputs[0]),
            Connective::Nand => {
                let all = builder.and(inputs);
                builder.not(all)
            }
            Connective::Nor => {
                let any = builder.or(inputs);
                builder.not(any)
            }
            Connective::Xor => self.parity(inputs),
            Connective::Iff => {
                let odd = self.parity(inputs);
                self.builder.not(odd)
            }
            Connective::Imply => {
                let without = builder.not(inputs[0]);
                builder.or(&[without, inputs[1]])
            }
            Connective::AtLeast(least) => builder.at_least(least as usize, inputs),
            Connective::Cardinality(least, most) => {
                let enough = builder.at_least(least as usize, inputs);
                let more = builder.at_least(most as usize + 1, inputs);
                let not_more = builder.not(more);
                builder.and(&[enough, not_more])
            }
        }
    }

    /// An odd number of the inputs: one input after the other, so that each adds three nodes and
    /// their negations.
    fn parity(&mut self, inputs: &[Node]) -> Node {
        let builder = &mut self.builder;
        let mut odd = inputs[0];
        for &input in &inputs[1..] {
            let (without, even) = (builder.not(input), builder.not(odd));
            let stays = builder.and(&[odd, without]);
            let turns = builder.and(&[even, input]);
            odd = builder.or(&[stays, turns]);
        }
        odd
    }
}
