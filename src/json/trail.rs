//! The way to a value while a tree is walked. Nothing is copied until somebody asks for the pointer: most values of most
//! items are passed by without a finding.

use super::Pointer;

#[derive(Clone, Copy, Debug)]
enum Step<'a> {
    Key(&'a str),
    Index(usize),
}

/// Steps that need no memory of their own: `inputSchema`, `properties`, a name, `description`.
const FEW: usize = 4;

/// The keys and indices that lead to a value.
#[derive(Clone, Debug)]
pub struct Trail<'a> {
    /// The first steps.
    few: [Step<'a>; FEW],
    /// Those behind them.
    more: Vec<Step<'a>>,
    depth: usize,
}

impl Default for Trail<'_> {
    fn default() -> Self {
        Self { few: [Step::Index(0); FEW], more: Vec::new(), depth: 0 }
    }
}

impl<'a> Trail<'a> {
    fn push(&mut self, step: Step<'a>) {
        match self.few.get_mut(self.depth) {
            Some(place) => *place = step,
            None => self.more.push(step),
        }
        self.depth += 1;
    }

    fn step(&self, depth: usize) -> Option<&Step<'a>> {
        let behind = || self.more.get(depth - FEW);
        if depth < self.depth { self.few.get(depth).or_else(behind) } else { None }
    }

    /// Goes into a member.
    pub fn key(&mut self, key: &'a str) {
        self.push(Step::Key(key));
    }

    /// Goes into an element.
    pub fn index(&mut self, index: usize) {
        self.push(Step::Index(index));
    }

    /// Goes back.
    pub fn pop(&mut self) {
        self.more.pop();
        self.depth = self.depth.saturating_sub(1);
    }

    /// How deep it is.
    pub fn depth(&self) -> usize {
        self.depth
    }

    /// The key at a depth, from 0; nothing for an index.
    pub fn at(&self, depth: usize) -> &'a str {
        match self.step(depth) {
            Some(Step::Key(key)) => key,
            _ => "",
        }
    }

    /// The key of the value itself.
    pub fn last(&self) -> &'a str {
        self.depth().checked_sub(1).map_or("", |i| self.at(i))
    }

    /// The same as a pointer.
    pub fn pointer(&self) -> Pointer {
        let token = |step: &Step<'_>| match step {
            Step::Key(key) => (*key).into(),
            Step::Index(index) => index.to_string().into(),
        };
        Pointer((0..self.depth).filter_map(|depth| self.step(depth)).map(token).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trail_is_a_pointer() {
        let mut trail = Trail::default();
        trail.key("a/b");
        trail.index(3);
        assert_eq!(trail.pointer(), Pointer::root().child("a/b").child("3"));
        assert_eq!((trail.at(0), trail.last(), trail.depth()), ("a/b", "", 2));
        trail.pop();
        assert_eq!(trail.last(), "a/b");
        for key in ["1", "2", "3", "4", "5"] {
            trail.key(key);
            let here = trail.clone();
            assert_eq!((here.depth(), here.last(), here.at(here.depth())), (trail.depth(), key, ""));
        }
        assert_eq!((0..7).map(|depth| trail.at(depth)).collect::<String>(), "a/b12345");
        assert_eq!(trail.pointer().tokens().len(), 6);
        (0..4).for_each(|_| trail.pop());
        assert_eq!((trail.last(), trail.at(2), trail.pointer().tokens().len()), ("1", "", 2));
        (0..4).for_each(|_| trail.pop());
        assert_eq!((trail.depth(), trail.pointer()), (0, Pointer::root()));
    }
}
