//! Who refers to whom, and the circles in it.

use std::collections::{HashMap, HashSet, VecDeque};

/// The definitions that each definition refers to.
pub(super) struct References {
    pub to: Vec<u32>,
    /// Where the list of each definition ends.
    pub ends: Vec<usize>,
}

impl References {
    fn of(&self, number: u32) -> &[u32] {
        let number = number as usize;
        let start = if number == 0 { 0 } else { self.ends[number - 1] };
        &self.to[start..self.ends[number]]
    }

    /// The definition that another refers to at one place; `None` past the last.
    pub fn nth(&self, number: u32, at: usize) -> Option<u32> {
        self.of(number).get(at).copied()
    }

    /// Whether what is strongly connected refers to itself.
    pub fn is_circle(&self, component: &[u32]) -> bool {
        component.len() > 1 || self.of(component[0]).contains(&component[0])
    }

    /// From the last of a component back to itself, by as few others as possible.
    pub fn shortest_circle(&self, component: &[u32]) -> Vec<u32> {
        let inside: HashSet<u32> = component.iter().copied().collect();
        let start = component[component.len() - 1];
        let mut reached_from: HashMap<u32, u32> = HashMap::new();
        let mut queue = VecDeque::from([start]);
        while let Some(number) = queue.pop_front() {
            for &below in self.of(number) {
                if inside.contains(&below) && !reached_from.contains_key(&below) {
                    reached_from.insert(below, number);
                    queue.push_back(below);
                }
            }
        }
        let mut path = vec![start];
        let mut number = reached_from.get(&start).copied().unwrap_or(start);
        while number != start {
            path.push(number);
            number = reached_from.get(&number).copied().unwrap_or(start);
        }
        path.push(start);
        path.reverse();
        path
    }
}
