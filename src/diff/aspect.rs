//! Which aspect of a server a change is about: finer than its [`ChangeKind`], which is a word of JSON v1 and stays.

use super::{Change, ChangeKind};
use crate::terms::ItemKind;

/// What a change is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Aspect {
    /// A whole item that came, went or has another name.
    Item,
    /// Words for the model or for people.
    Text,
    /// What a tool accepts.
    InputSchema,
    /// What a tool promises to give.
    OutputSchema,
    /// What a prompt accepts.
    Arguments,
    /// Behaviour hints of a tool, audience and priority of a resource.
    Annotations,
    /// What the server tells the model about itself.
    Instructions,
    /// Its name, version, title.
    ServerInfo,
    /// What it says it can do.
    Capabilities,
    /// Where an app page may connect, and what it may use.
    PagePolicy,
    /// The bytes of an app page or of a skill's body.
    Content,
    /// The files of a skill with their digests.
    SkillDigest,
    /// Command, arguments, names of variables, URL.
    Launch,
    /// Which package runs, and what is in it.
    Package,
    /// The suppressions and patterns that people signed.
    Exceptions,
    /// The eras of the protocol it answers in.
    Eras,
    /// Any other member.
    Member,
}

impl Aspect {
    /// Every aspect.
    pub const ALL: [Self; 17] = [
        Self::Item,
        Self::Text,
        Self::InputSchema,
        Self::OutputSchema,
        Self::Arguments,
        Self::Annotations,
        Self::Instructions,
        Self::ServerInfo,
        Self::Capabilities,
        Self::PagePolicy,
        Self::Content,
        Self::SkillDigest,
        Self::Launch,
        Self::Package,
        Self::Exceptions,
        Self::Eras,
        Self::Member,
    ];

    /// The word of JSON v1.
    pub fn word(self) -> &'static str {
        match self {
            Self::Item => "item",
            Self::Text => "text",
            Self::InputSchema => "input-schema",
            Self::OutputSchema => "output-schema",
            Self::Arguments => "arguments",
            Self::Annotations => "annotations",
            Self::Instructions => "instructions",
            Self::ServerInfo => "server-info",
            Self::Capabilities => "capabilities",
            Self::PagePolicy => "page-policy",
            Self::Content => "content",
            Self::SkillDigest => "skill-digest",
            Self::Launch => "launch",
            Self::Package => "package",
            Self::Exceptions => "exceptions",
            Self::Eras => "eras",
            Self::Member => "member",
        }
    }
}

impl Change {
    /// What it is about.
    pub fn aspect(&self) -> Aspect {
        let tokens = self.pointer.tokens();
        let first = tokens.first().map_or("", |t| t);
        if self.item.kind == ItemKind::Server {
            return match self.item.name.raw() {
                "instructions" => Aspect::Instructions,
                "info" => Aspect::ServerInfo,
                "capabilities" => Aspect::Capabilities,
                "launch" => Aspect::Launch,
                "package" => Aspect::Package,
                "exceptions" => Aspect::Exceptions,
                "eras" => Aspect::Eras,
                _ => Aspect::Member,
            };
        }
        match self.kind {
            ChangeKind::ItemAdded | ChangeKind::ItemRemoved | ChangeKind::ItemRenamed => return Aspect::Item,
            ChangeKind::LaunchChanged => return Aspect::Launch,
            ChangeKind::PackageChanged => return Aspect::Package,
            ChangeKind::ExceptionsChanged => return Aspect::Exceptions,
            _ => {}
        }
        let policy = tokens.iter().any(|t| ["csp", "permissions", "domain"].contains(&&**t));
        match (self.item.kind, first) {
            (ItemKind::Content | ItemKind::Tool | ItemKind::Resource, "_meta" | "meta") if policy => Aspect::PagePolicy,
            (ItemKind::Content, "text" | "blob") => Aspect::Content,
            (ItemKind::Content, _) if policy => Aspect::PagePolicy,
            (ItemKind::Skill, "resources" | "digest") => Aspect::SkillDigest,
            (_, "outputSchema") => Aspect::OutputSchema,
            _ if self.kind == ChangeKind::TextChanged => Aspect::Text,
            (_, "inputSchema") => Aspect::InputSchema,
            (ItemKind::Prompt, "arguments") => Aspect::Arguments,
            (_, "annotations") => Aspect::Annotations,
            _ => Aspect::Member,
        }
    }
}
