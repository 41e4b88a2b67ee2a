//! What was made of a text, for the next time that it stands somewhere: servers repeat themselves, and large ones do so far
//! apart, where other threads read them. Nothing depends on what is remembered but the time it takes.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::sync::{Arc, Mutex, PoisonError};

/// By the length first: it alone tells most texts apart. Then the text, and what else it depends on.
type Key<'t, K> = (usize, &'t str, K);

/// What one thread made of texts, or got from others.
pub struct Remembered<'r, 't, K, V> {
    shared: Option<&'r Shared<'t, K, V>>,
    known: BTreeMap<Key<'t, K>, usize>,
    kept: Vec<Arc<V>>,
    /// What there was no room for, until it is forgotten.
    loose: Vec<Arc<V>>,
}

/// Where something is that was made of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Handle {
    /// It stays.
    Kept(usize),
    /// Until [`Remembered::forget`].
    Loose(usize),
}

/// Texts that a thread remembers by itself.
const KEPT: usize = 2048;

impl<'r, 't, K: Ord + Copy, V> Remembered<'r, 't, K, V> {
    /// Knows what others do.
    pub fn new(shared: Option<&'r Shared<'t, K, V>>) -> Self {
        Self { shared, known: BTreeMap::new(), kept: Vec::new(), loose: Vec::new() }
    }

    /// What is known of a text, or what is made of it now.
    pub fn get(&mut self, text: &'t str, with: K, make: impl FnOnce() -> V) -> Handle {
        let room = self.known.len() < KEPT;
        let vacant = match self.known.entry((text.len(), text, with)) {
            Entry::Occupied(known) => return Handle::Kept(*known.get()),
            Entry::Vacant(vacant) => vacant,
        };
        let made = match self.shared {
            Some(shared) => shared.get(*vacant.key(), make),
            None => Arc::new(make()),
        };
        if !room {
            return self.hold(made);
        }
        let at = *vacant.insert(self.kept.len());
        self.kept.push(made);
        Handle::Kept(at)
    }

    /// Takes what is not remembered.
    pub fn hold(&mut self, made: Arc<V>) -> Handle {
        self.loose.push(made);
        Handle::Loose(self.loose.len() - 1)
    }

    /// What is there.
    pub fn at(&self, place: Handle) -> &V {
        match place {
            Handle::Kept(at) => &self.kept[at],
            Handle::Loose(at) => &self.loose[at],
        }
    }

    /// Forgets what there was no room for.
    pub fn forget(&mut self) {
        self.loose.clear();
    }
}

/// Shelves, so that threads seldom wait for each other.
const SHELVES: usize = 16;
/// Bytes of text that a shelf takes before any came back.
const FIRST: usize = (1 << 20) / SHELVES;
/// Bytes of text that it takes at most.
const MOST: usize = (8 << 20) / SHELVES;
/// Of what it took, this part has to have come back for it to take more.
const PART: usize = 4;
/// What a text counts besides its bytes.
const ENTRY: usize = 32;

/// What several threads made of texts.
pub struct Shared<'t, K, V> {
    shelves: [Mutex<Shelf<'t, K, V>>; SHELVES],
}

struct Shelf<'t, K, V> {
    known: BTreeMap<Key<'t, K>, Arc<V>>,
    /// Bytes that it took.
    taken: usize,
    /// Bytes that came back.
    again: usize,
}

impl<K, V> Default for Shared<'_, K, V> {
    fn default() -> Self {
        let shelf = || Mutex::new(Shelf { known: BTreeMap::new(), taken: 0, again: 0 });
        Self { shelves: std::array::from_fn(|_| shelf()) }
    }
}

impl<'t, K: Ord, V> Shared<'t, K, V> {
    /// What is known of a text, or what is made of it now; nobody waits meanwhile.
    fn get(&self, key: Key<'t, K>, make: impl FnOnce() -> V) -> Arc<V> {
        let (shelf, bytes) = (&self.shelves[key.0 % SHELVES], key.0 + ENTRY);
        // a thread that panicked left nothing half done
        let lock = || shelf.lock().unwrap_or_else(PoisonError::into_inner);
        let mut held = lock();
        if let Some(known) = held.known.get(&key).cloned() {
            held.again += bytes;
            return known;
        }
        let room = held.taken < FIRST || (held.taken < MOST && held.again >= held.taken / PART);
        drop(held);
        let made = Arc::new(make());
        if room {
            let mut held = lock();
            held.taken += bytes;
            held.known.insert(key, made.clone());
        }
        made
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;

    #[test]
    fn a_text_is_made_once_and_told_from_others() {
        let shared: Shared<'_, bool, usize> = Shared::default();
        let made = Cell::new(0);
        let read = |one: &mut Remembered<'_, '_, bool, usize>, text, with| {
            let place = one.get(text, with, || made.replace(made.get() + 1));
            *one.at(place)
        };
        let (mut one, mut other) = (Remembered::new(Some(&shared)), Remembered::new(Some(&shared)));
        let wanted = [("a", true, 0), ("b", true, 1), ("a", false, 2), ("a", true, 0), ("b", true, 1)];
        for (text, with, number) in wanted {
            assert_eq!(read(&mut one, text, with), number);
            assert_eq!(read(&mut other, text, with), number, "what one has read the other need not");
        }
        assert_eq!(read(&mut Remembered::new(None), "a", true), 3, "who shares nothing makes it again");
    }

    #[test]
    fn what_there_is_no_room_for_is_right_and_can_be_forgotten() {
        let texts: Vec<String> = (0..KEPT + 50).map(|n| n.to_string()).collect();
        let mut one: Remembered<'_, '_, (), usize> = Remembered::new(None);
        for _ in 0..2 {
            let places: Vec<Handle> = texts.iter().map(|t| one.get(t, (), || t.len())).collect();
            assert!(places.iter().zip(&texts).all(|(place, text)| *one.at(*place) == text.len()));
            assert_eq!((one.kept.len(), one.loose.len()), (KEPT, 50));
            one.forget();
        }
    }

    #[test]
    fn what_never_comes_back_stops_being_kept() {
        let texts: Vec<String> = (0..6000).map(|n| format!("{n:1000}")).collect();
        let kept = |again: usize| {
            let shared: Shared<'_, (), ()> = Shared::default();
            texts.iter().for_each(|text| (0..=again).for_each(|_| drop(shared.get((text.len(), text, ()), || ()))));
            shared.shelves.iter().map(|s| s.lock().expect("nobody panicked").taken).sum::<usize>()
        };
        // all of them are of one length, and so on one shelf
        assert!((FIRST..FIRST + 2000).contains(&kept(0)), "{}", kept(0));
        assert!((MOST..MOST + 2000).contains(&kept(1)), "{}", kept(1));
    }
}
