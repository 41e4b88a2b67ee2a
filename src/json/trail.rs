//! The way to a value while a tree is walked. Nothing is copied until somebody asks for the pointer: most values of most
//! items are passed by without a finding.

use super::Pointer;

#[derive(Clone, Copy, Debug)]
enum Step<'a> {
    Key(&'a str),
    Index(usize),
}

/// The keys and indices that lead to a value.
#[derive(Clone, Debug, Default)]
pub struct Trail<'a>(Vec<Step<'a>>);

impl<'a> Trail<'a> {
    /// Goes into a member.
    pub fn key(&mut self, key: &'a str) {
        self.0.push(Step::Key(key));
    }

    /// Goes into an element.
    pub fn index(&mut self, index: usize) {
        self.0.push(Step::Index(index));
    }

    /// Goes back.
    pub fn pop(&mut self) {
        self.0.pop();
    }

    /// How deep it is.
    pub fn depth(&self) -> usize {
        self.0.len()
    }

    /// The key at a depth, from 0; nothing for an index.
    pub fn at(&self, depth: usize) -> &'a str {
        match self.0.get(depth) {
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
        Pointer(self.0.iter().map(token).collect())
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
    }
}
