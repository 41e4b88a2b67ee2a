//! Every string of an item that a model or a person may see, with its place and its role.

use crate::json::{Node, Pointer, Trail, Value};
use crate::manifest::Item;
use crate::terms::ItemKind;

use super::{MAX_FIELD, capped};

/// What a string is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Name of an item.
    Name,
    /// Title shown to people.
    Title,
    /// Description of the item.
    Description,
    /// `instructions` of the server.
    Instructions,
    /// Name of a property in a schema.
    PropertyName,
    /// Description of a property, or of a prompt argument.
    ParamDescription,
    /// Title of a property.
    ParamTitle,
    /// `default`.
    Default,
    /// An entry of `enum`.
    Enum,
    /// `const`.
    Const,
    /// `examples`.
    Examples,
    /// `pattern`.
    Pattern,
    /// `$comment`.
    Comment,
    /// A keyword no schema vocabulary knows.
    Unknown,
    /// Title in `annotations`.
    AnnotationTitle,
    /// Inside `_meta`.
    Meta,
    /// Name of a prompt argument.
    Argument,
    /// URI or URI template.
    Uri,
    /// Inside `serverInfo` or `capabilities`.
    ServerInfo,
}

impl Role {
    /// Whether an honest text here holds data, never orders.
    pub fn is_schema_data(self) -> bool {
        use Role::*;
        matches!(self, Default | Enum | Const | Examples | Pattern | Comment | Unknown | ParamTitle | Meta)
    }
}

impl Role {
    /// Whether it is made of sentences, or of what a reader takes for them.
    pub fn is_prose(self) -> bool {
        use Role::*;
        matches!(
            self,
            Title | Description | Instructions | ParamDescription | Default | Enum | Const | Comment | Unknown
        ) || matches!(self, Examples | AnnotationTitle | Meta)
    }
}

/// One string.
#[derive(Clone, Debug)]
pub struct Field<'a> {
    /// Where in the item.
    pub trail: Trail<'a>,
    /// The text, at most [`MAX_FIELD`] bytes of it.
    pub text: &'a str,
    /// What it is for.
    pub role: Role,
}

impl Field<'_> {
    /// Where in the item, for a report.
    pub fn pointer(&self) -> Pointer {
        self.trail.pointer()
    }
}

/// As deep as the reader keeps a tree: a lower cap would be a hiding place.
const MAX_DEPTH: usize = 512;

/// Strings of an item, mostly.
const FIELDS: usize = 8;

/// All strings of an item, in document order. There is no limit to their number: whoever reads the item limits its size.
pub fn fields(item: &Item) -> Vec<Field<'_>> {
    let mut out = Vec::with_capacity(FIELDS);
    each_field(item, &mut |trail, text, role| out.push(Field { trail: trail.clone(), text, role }));
    out
}

/// The same for who keeps none of them.
pub fn each_field<'a>(item: &'a Item, visit: &mut dyn FnMut(&Trail<'a>, &'a str, Role)) {
    let mut walk = Walk { visit, trail: Trail::default() };
    let base = match (item.key.kind, item.key.name.raw()) {
        (ItemKind::Server, "instructions") => Role::Instructions,
        (ItemKind::Server, _) => Role::ServerInfo,
        _ => Role::Unknown,
    };
    if item.key.kind == ItemKind::Server {
        return walk.values(&item.node, base, 0);
    }
    for member in item.node.members() {
        walk.trail.key(&member.key);
        walk.member(&member.key, &member.value);
        walk.trail.pop();
    }
}

struct Walk<'a, 'v> {
    visit: &'v mut dyn FnMut(&Trail<'a>, &'a str, Role),
    trail: Trail<'a>,
}

impl<'a> Walk<'a, '_> {
    fn add(&mut self, text: &'a str, role: Role) {
        if !text.is_empty() {
            (self.visit)(&self.trail, capped(text, MAX_FIELD), role);
        }
    }

    /// A key or a name where none is expected to say anything: with a blank in it, it is a sentence.
    fn sentence(&mut self, text: &'a str) {
        if text.contains(' ') {
            self.add(text, Role::Unknown);
        }
    }

    /// A list of names of properties.
    fn names(&mut self, list: &'a Node) {
        for (index, name) in list.elements().iter().enumerate() {
            self.trail.index(index);
            self.sentence(name.as_str().unwrap_or_default());
            self.trail.pop();
        }
    }

    fn member(&mut self, key: &'a str, node: &'a Node) {
        match key {
            "name" => self.values(node, Role::Name, 0),
            "title" => self.values(node, Role::Title, 0),
            "description" => self.values(node, Role::Description, 0),
            "inputSchema" | "outputSchema" => self.schema(node, 0),
            "annotations" => self.values(node, Role::AnnotationTitle, 0),
            "_meta" | "icons" => self.values(node, Role::Meta, 0),
            "uri" | "uriTemplate" => self.values(node, Role::Uri, 0),
            "arguments" => self.arguments(node),
            _ => {
                self.sentence(key);
                self.values(node, Role::Unknown, 0);
            }
        }
    }

    fn arguments(&mut self, node: &'a Node) {
        for (index, argument) in node.elements().iter().enumerate() {
            self.trail.index(index);
            for member in argument.members() {
                let role = match &*member.key {
                    "name" => Role::Argument,
                    "title" => Role::ParamTitle,
                    "description" => Role::ParamDescription,
                    _ => Role::Unknown,
                };
                self.trail.key(&member.key);
                self.values(&member.value, role, 0);
                self.trail.pop();
            }
            self.trail.pop();
        }
    }

    fn values(&mut self, node: &'a Node, role: Role, depth: usize) {
        if depth > MAX_DEPTH {
            return;
        }
        match &node.value {
            Value::String(text) => self.add(text, role),
            Value::Array(list) => {
                for (index, element) in list.iter().enumerate() {
                    self.trail.index(index);
                    self.values(element, role, depth + 1);
                    self.trail.pop();
                }
            }
            Value::Object(members) => {
                for member in members {
                    self.trail.key(&member.key);
                    self.sentence(&member.key);
                    self.values(&member.value, role, depth + 1);
                    self.trail.pop();
                }
            }
            _ => {}
        }
    }

    fn schema(&mut self, node: &'a Node, depth: usize) {
        if depth > MAX_DEPTH {
            return;
        }
        for (index, element) in node.elements().iter().enumerate() {
            self.trail.index(index);
            self.schema(element, depth + 1);
            self.trail.pop();
        }
        for member in node.members() {
            self.trail.key(&member.key);
            match &*member.key {
                "properties" | "patternProperties" | "$defs" | "definitions" | "dependentSchemas" => {
                    for property in member.value.members() {
                        self.trail.key(&property.key);
                        match &*member.key {
                            "properties" | "patternProperties" => self.add(&property.key, Role::PropertyName),
                            _ => self.sentence(&property.key),
                        }
                        self.schema(&property.value, depth + 1);
                        self.trail.pop();
                    }
                }
                "items"
                | "prefixItems"
                | "contains"
                | "additionalProperties"
                | "unevaluatedProperties"
                | "unevaluatedItems"
                | "propertyNames"
                | "if"
                | "then"
                | "else"
                | "not"
                | "allOf"
                | "anyOf"
                | "oneOf"
                | "additionalItems"
                | "contentSchema" => self.schema(&member.value, depth + 1),
                "description" => self.values(&member.value, Role::ParamDescription, depth),
                "title" => self.values(&member.value, Role::ParamTitle, depth),
                "default" => self.values(&member.value, Role::Default, depth),
                "enum" => self.values(&member.value, Role::Enum, depth),
                "const" => self.values(&member.value, Role::Const, depth),
                "examples" | "example" => self.values(&member.value, Role::Examples, depth),
                "pattern" => self.values(&member.value, Role::Pattern, depth),
                "$comment" => self.values(&member.value, Role::Comment, depth),
                "required" => self.names(&member.value),
                // a type or format with a blank in it is a sentence
                "type" | "format" | "$ref" | "$schema" | "$id" => {
                    if member.value.as_str().is_some_and(|t| t.contains(' ')) {
                        self.values(&member.value, Role::Unknown, depth);
                    }
                }
                "dependentRequired" => {
                    for (property, names) in member.value.members().iter().map(|m| (&m.key, &m.value)) {
                        self.trail.key(property);
                        self.sentence(property);
                        self.names(names);
                        self.trail.pop();
                    }
                }
                key => {
                    self.sentence(key);
                    self.values(&member.value, Role::Unknown, depth);
                }
            }
            self.trail.pop();
        }
    }
}
