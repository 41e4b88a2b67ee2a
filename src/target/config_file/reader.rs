//! The servers of one file, in the order in which they stand there. What an entry says is read by [`entry`]; what was skipped,
//! or read in part, is said.

use std::collections::BTreeMap;

use super::super::document::{Document, Member, Node, Value};
use super::super::{ConfigScope, Fact, FactKind, Launch, Origin, Place, Target};
use super::keys::{self, Keys};
use super::{MAPS, Parsed, Problem, SERVERS, Source, entry, looks_like_server, members, settings, switch};
use crate::secret;
use crate::terms::TargetId;
use crate::untrusted::{Message, Untrusted};

/// How often a key of one entry is looked at.
const MOST_TURNS: usize = 8;

pub(super) struct Reader<'r> {
    pub(super) document: &'r Document,
    pub(super) source: Source<'r>,
    pub(super) out: &'r mut Parsed,
    /// Names of the map that is being read, with their place in `targets`.
    pub(super) seen: BTreeMap<String, Option<usize>>,
}

impl Reader<'_> {
    pub(super) fn root(&mut self, root: &Node) {
        if self.source.bundle {
            return self.bundle(root);
        }
        let mut found = false;
        for path in self.source.keys.unwrap_or(&MAPS) {
            let maps = root.every(path);
            let Some(map) = maps.last() else { continue };
            // a file of an unknown client: `mcp` and `extensions` hold many things
            let vague = self.source.keys.is_none() && [&["mcp"][..], &["extensions"]].contains(path);
            if vague && !map.members().iter().any(|m| looks_like_server(&m.value)) {
                continue;
            }
            found = true;
            self.repeated(root, path);
            // which one a client takes is its own affair: all are looked at
            maps.into_iter().for_each(|map| self.map(map));
        }
        if let Some(projects) = root.get("projects").filter(|_| self.source.keys.is_none_or(|k| k == [&["mcpServers"]]))
        {
            for member in projects.members() {
                let own = settings::is_project(self.source.project, &member.key);
                if own {
                    let off = switch::of_project(&member.value, self.source.client);
                    self.out.effects.disabled.extend(off.into_iter().map(|name| (name, ConfigScope::Local)));
                }
                if (own || self.source.all_projects)
                    && let Some(map) = member.value.get("mcpServers")
                {
                    self.source.scope = ConfigScope::Local;
                    self.map(map);
                }
            }
        }
        let members = root.members();
        // a client's own file has servers or nothing: what is none is told. Of a file that somebody named, nobody knows
        let servers = self.source.keys.is_some() || members.iter().any(|m| looks_like_server(&m.value));
        if !found && self.source.flat && servers {
            self.map(root);
        }
    }

    /// The one server of a bundle that a client has unpacked: its name, and what starts it.
    fn bundle(&mut self, root: &Node) {
        let name = root.get("name").filter(|n| n.text().is_some());
        let entry = root.at(&["server", "mcp_config"]);
        let (Some(name), Some(entry)) = (name, entry) else {
            let sentence = Message::new("the manifest does not say what starts its server; it was skipped");
            return self.problem(root.start, root.start, sentence, Problem::left_out);
        };
        self.server(name.text().unwrap_or_default(), (name.start, name.end), entry);
        for place in members::defaults(root, self.document) {
            self.fact_for_all(FactKind::Secret, members::DEFAULT.into(), place);
        }
    }

    /// A map that stands twice in its object: readers merge, or take the first, or the last.
    fn repeated(&mut self, root: &Node, path: &[&str]) {
        let Some((last, parents)) = path.split_last() else { return };
        let Some(parent) = root.at(parents) else { return };
        let twice: Vec<&Member> = parent.members().iter().filter(|m| m.key == *last).collect();
        if let [_, .., again] = twice.as_slice() {
            let sentence = Message::new("the servers stand twice in one file; clients take different ones");
            self.problem(again.start, again.end, sentence, Problem::ambiguous);
            let place = self.document.place(again.start, again.end);
            let what = Untrusted::from(again.key.as_str());
            self.fact_for_all(FactKind::Ambiguous, what, place);
        }
    }

    fn fact_for_all(&mut self, kind: FactKind, what: Untrusted, place: Place) {
        self.out.effects.facts.push(Fact {
            kind,
            what,
            file: self.source.file.to_path_buf(),
            scope: self.source.scope,
            place,
        });
    }

    fn problem(&mut self, start: usize, end: usize, sentence: Message, what: fn(Place, Message) -> Problem) {
        self.out.problems.push(what(self.document.place(start, end), sentence));
    }

    fn map(&mut self, map: &Node) {
        self.seen.clear();
        // plugins may name files instead
        if let Some(file) = map.text() {
            return self.out.elsewhere.push((file.to_owned(), self.document.place(map.start, map.end)));
        }
        // a bare map of servers may say what its form is
        let form = |m: &&Member| !(m.key == "$schema" && m.value.text().is_some());
        for member in map.members().iter().filter(form) {
            if !self.room(member.start, member.end) {
                return;
            }
            self.server(&member.key, (member.start, member.end), &member.value);
        }
        for (i, element) in map.elements().iter().enumerate() {
            if !self.room(element.start, element.end) {
                return;
            }
            if let Some(file) = element.text() {
                self.out.elsewhere.push((file.to_owned(), self.document.place(element.start, element.end)));
                continue;
            }
            let named = ["name", "id"].iter().find_map(|k| element.get(k).filter(|n| n.text().is_some()));
            let name = named.and_then(Node::text).map_or_else(|| format!("server-{}", i + 1), str::to_owned);
            let at = named.map_or((element.start, element.end), |n| (n.start, n.end));
            self.server(&name, at, element);
        }
        if !map.is_map() && map.elements().is_empty() && !matches!(map.value, Value::List(_) | Value::Null) {
            let sentence = Message::new("the servers are no map and no list and were skipped");
            self.problem(map.start, map.end, sentence, Problem::left_out);
        }
    }

    fn room(&mut self, start: usize, end: usize) -> bool {
        if self.out.targets.len() < SERVERS && self.out.problems.len() < SERVERS {
            return true;
        }
        if !self.out.cut {
            self.out.cut = true;
            let sentence = Message::new(format!("only the first {SERVERS} servers of this file are read"));
            self.problem(start, end, sentence, Problem::note);
        }
        false
    }

    fn server(&mut self, key: &str, (start, end): (usize, usize), value: &Node) {
        let name = Untrusted::from(key);
        let place = self.document.place(start, end);
        let twice = self.seen.get(key).copied();
        if twice.is_some() {
            let sentence = Message::new("server ")
                .quote(&name)
                .text(" is configured twice in one file; clients take different ones");
            self.problem(start, end, sentence, Problem::ambiguous);
        }
        if !value.is_map() {
            let sentence = Message::new("server ").quote(&name).text(" is not an object and was skipped");
            self.problem(start, end, sentence, Problem::left_out);
            return;
        }
        let value = entry::inner(value);
        let mut facts = Vec::new();
        let mut fact = |kind, what: &str, place| {
            facts.push(Fact {
                kind,
                what: what.into(),
                file: self.source.file.to_path_buf(),
                scope: self.source.scope,
                place,
            });
        };
        if twice.is_some() {
            fact(FactKind::Ambiguous, "the same name twice", place);
        }
        if secret::is_secret(None, key) {
            fact(FactKind::Secret, "the name of a server", place);
        }
        let read = entry::launch(value, self.document, self.source.client);
        // what the entry of a bundle says of other platforms is judged with its words
        let skip: &[&str] = if self.source.bundle { &["platform_overrides"] } else { &["name", "id"] };
        for at in members::of_entry(value, read.launch.as_ref(), self.document, skip) {
            fact(FactKind::Secret, members::MEMBER, at);
        }
        for (at, sentence) in read.ambiguous {
            fact(FactKind::Ambiguous, sentence, at);
            let sentence = format!(" has {sentence}; clients take different ones");
            let sentence = Message::new("server ").quote(&name).text(sentence);
            self.out.problems.push(Problem::ambiguous(at, sentence));
        }
        let off = switch::of_entry(value, self.source.client);
        if let Some(unknown) = off.1 {
            let sentence = format!(
                " has `{unknown}`, which its client is not known to read; it is looked at as one that is loaded"
            );
            self.problem(start, end, Message::new("server ").quote(&name).text(sentence), Problem::note);
        }
        let merges = self.source.client.is_some_and(keys::merges);
        let own = merges.then(|| Keys::of(name.clone(), place, value, self.document, (off.0, self.approvals(value))));
        for odd in read.odd {
            let sentence = Message::new("server ").quote(&name).text(odd.said);
            let what = if odd.left_out { Problem::left_out } else { Problem::note };
            self.out.problems.push(what(odd.place, sentence));
        }
        // an entry that only changes another scope's is no server, and nothing is wrong with it
        if read.launch.is_none()
            && let Some(own) = own.clone().filter(Keys::says_something)
        {
            self.out.keys.push(own);
            return;
        }
        if let Some(note) = read.note {
            let what = if read.skipped { Problem::left_out } else { Problem::note };
            self.problem(start, end, Message::new("server ").quote(&name).text(note), what);
        }
        let Some(launch) = read.launch else {
            self.seen.insert(key.to_owned(), None);
            facts.retain(|f| f.kind == FactKind::Secret);
            self.out.effects.facts.append(&mut facts);
            return;
        };
        let mut target = self.target(name, place, value, launch, (off.0, facts));
        // what the client runs for its headers it runs by itself, as it does with hooks
        let helper = target.beside.helper.as_ref().filter(|_| matches!(target.launch, Launch::Http(_)));
        if let Some(helper) = helper {
            let fact = Fact {
                kind: FactKind::Hook,
                what: format!("headersHelper\n{}", helper.value.raw()).into(),
                file: self.source.file.to_path_buf(),
                scope: self.source.scope,
                place: helper.place.unwrap_or(place),
            };
            target.facts.push(fact);
        }
        self.out.targets.push(target);
        let at = self.out.targets.len() - 1;
        self.out.keys.extend(own.map(|own| Keys { target: Some(at), ..own }));
        self.seen.insert(key.to_owned(), Some(at));
        self.others(key, (start, end), value);
    }

    /// A key that stands twice in an entry: which one a client takes is its own affair, so all are looked at.
    fn others(&mut self, key: &str, (start, end): (usize, usize), value: &Node) {
        let members = value.members();
        let nth = |m: &Member| members.iter().filter(|o| o.key == m.key && o.start < m.start).count();
        let deciding = |m: &&Member| entry::DECIDING.contains(&m.key.as_str());
        let most = members.iter().filter(deciding).map(nth).max().unwrap_or_default();
        for turn in 0..most.min(MOST_TURNS) {
            let later = |m: &Member| members.iter().any(|o| o.key == m.key && o.start > m.start);
            let kept = members.iter().filter(|m| nth(m) == turn || (nth(m) < turn && !later(m)));
            let whole = Node { value: Value::Map(kept.cloned().collect()), ..*value };
            if let Some(launch) = entry::launch(&whole, self.document, self.source.client).launch
                && self.room(start, end)
            {
                let place = self.document.place(start, end);
                let off = switch::of_entry(value, self.source.client).0;
                let target = self.target(Untrusted::from(key), place, &whole, launch, (off, Vec::new()));
                self.out.targets.push(target);
            }
        }
        if most > MOST_TURNS {
            let name = Untrusted::from(key);
            let sentence = Message::new("server ").quote(&name).text(" has one key too many times; not all were read");
            self.problem(start, end, sentence, Problem::left_out);
        }
    }

    fn target(
        &self,
        name: Untrusted,
        place: Place,
        value: &Node,
        launch: Launch,
        (off, facts): (Option<bool>, Vec<Fact>),
    ) -> Target {
        let client = self.source.client.unwrap_or("config");
        Target {
            id: TargetId::new(&format!("{client}/{}/{}", self.source.scope.word(), name.raw())),
            name,
            client: self.source.client,
            also: Vec::new(),
            scope: self.source.scope,
            origin: Some(Origin { file: self.source.file.to_path_buf(), place }),
            launch,
            beside: entry::beside(value, self.document),
            off: off.filter(|off| *off).map(|_| self.source.scope),
            auto_approved: self.approvals(value),
            facts,
        }
    }
}
