//! Bundles and `server.json` records as targets. Their own words are read like a server's, each language by itself; the
//! packages and URLs of a record become targets of their own, which are started or asked like any other.

mod judged;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use self::judged::{Places, list};
use super::{Held, Source, Sources};
use crate::capture::Era;
use crate::cli::failure::Failure;
use crate::json::{self, Document, Limits, Node};
use crate::manifest::{ItemKey, Labels, Manifest};
use crate::package::bundle::{Reading, Signature};
use crate::package::record::Listed;
use crate::package::{Bundle, Ecosystem, Record};
use crate::target::argument::file_target;
use crate::target::{ConfigScope, Fact, FactKind, Http, Launch, Located, Place, Secret, Stdio, Target};
use crate::terms::{ItemKind, TargetId};
use crate::untrusted::{Message, Untrusted};

/// Bytes of one record.
const RECORD: usize = 4 << 20;

/// A bundle or a record that was given as a file, or settings around servers.
#[derive(Clone, Debug, Default)]
pub struct Published {
    /// They are settings of a client that has no server.
    pub settings: bool,
    /// What rules judge in the place of what is started: with what is only said, and with places.
    pub judged: Option<Arc<Target>>,
    /// The bundle.
    pub bundle: Option<Arc<Bundle>>,
    /// The bundle that the client unpacked and the server is started from.
    pub installed: Option<Arc<Bundle>>,
    /// The record.
    pub record: Option<Arc<Record>>,
}

fn held(manifest: Manifest) -> Option<Held> {
    let manifests = BTreeMap::from([(Era::Legacy, (Untrusted::from("unknown"), manifest))]);
    Some(Held { capture: None, manifests, labels: Labels::default(), saved: None })
}

/// The sources of a bundle: one for each language.
pub fn bundle(sources: &mut Sources, path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let shown = Untrusted::from(path.to_string_lossy().into_owned());
    let mut bundle = Bundle::read(bytes).map_err(|e| {
        Failure::usage(format!("{} cannot be read as a bundle: {e}", shown.to_terminal()))
            .help("get the bundle from its publisher again; what is refused here other programs may read differently")
    })?;
    bundle.lies_at(path);
    let called = sources.called(path);
    sources.notices.extend(about(&called, &bundle));
    let name = bundle.name.clone().unwrap_or_else(|| shown.clone());
    let bundle = Arc::new(bundle);
    let mut read = readings(&bundle, &name, path, 0);
    if let Some(own) = read.first_mut() {
        // it is compared with the records of the same run
        own.fleet = "published".to_owned();
    }
    sources.list.extend(read);
    match bundle.command.split_first() {
        Some((command, args)) if sources.start => {
            let fill = |t: &Untrusted| Located::bare(Untrusted::from(bundle.filled(t.raw())));
            let variable = |(name, value): &(Untrusted, Untrusted)| {
                (Located::bare(name.clone()), Located::bare(Secret::new(bundle.filled(value.raw()))))
            };
            let launch = Launch::Stdio(Stdio {
                command: fill(command),
                args: args.iter().map(fill).collect(),
                env: bundle.environment.iter().map(variable).collect(),
                cwd: None,
            });
            let file = file_target(path, 0, Some(format!("{} (started)", name.raw()).into()));
            let target = Target { id: TargetId::new(&format!("bundle/{}", file.id.as_str())), launch, ..file };
            let fleet = format!("bundle {}", path.to_string_lossy());
            let origin = Published { bundle: Some(bundle.clone()), ..Published::default() };
            sources.list.push(Source { fleet, origin, ..Source::of(target) });
        }
        _ => sources.notices.push(
            Message::new("bundle ")
                .quote(&called)
                .text(": its server was not started (--launch ask starts it, contained)"),
        ),
    }
    Ok(())
}

/// Bytes of the words of all unpacked bundles.
const UNPACKED: usize = 64 << 20;

/// The words of bundles that clients have unpacked, beside the servers that are started from them. What starts them on this
/// machine is judged as their client has it; here are other platforms.
pub fn unpacked(sources: &mut Sources) {
    let mut read = 0;
    for path in std::mem::take(&mut sources.unpacked) {
        let called = sources.called(&path);
        let skipped =
            |why: String| Message::new("the words of bundle ").quote(&called).text(format!(" were not read: {why}"));
        let mut bundle = match Bundle::read_unpacked(&path) {
            Ok(bundle) => bundle,
            Err(why) => {
                sources.unread = true;
                sources.notices.push(skipped(why.to_string()));
                continue;
            }
        };
        read += bundle.size();
        if read > UNPACKED {
            sources.unread = true;
            sources.notices.push(skipped(format!("those of all bundles may have {} MiB", UNPACKED >> 20)));
            continue;
        }
        bundle.starts.retain(|s| s.platform.is_some());
        sources.notices.extend(about(&called, &bundle));
        let own = bundle.name.clone().unwrap_or_else(|| called.clone());
        let bundle = Arc::new(bundle);
        for source in &mut sources.list {
            if source.target.origin.as_ref().is_some_and(|o| o.file == path) {
                source.origin.installed = Some(bundle.clone());
            }
        }
        // a baseline keeps the server under the plain name
        let mut words = readings(&bundle, &format!("{} (manifest)", own.raw()).into(), &path, 0);
        for source in &mut words {
            source.target.id = TargetId::new(&format!("unpacked/{}/{}", own.raw(), source.target.id.as_str()));
        }
        sources.list.extend(words);
    }
    sources.unique();
}

/// What is odd about a bundle, and what nobody looked at.
pub fn about(called: &Untrusted, bundle: &Bundle) -> Vec<Message> {
    let odd = bundle.problems.iter().map(|p| Message::new("bundle ").quote(called).text(format!(": {p}")));
    let said = Message::new("bundle ").quote(called);
    let said = if bundle.unpacked {
        said.text(" is unpacked, and a signature is not kept with it")
    } else {
        signed(said, &bundle.signature)
    };
    odd.chain([said.text("; its code was not looked at")]).collect()
}

/// The words of a bundle, each language as a target of the file that named it, counted from `first`. Translations do not
/// share a model context with what they translate.
pub fn readings(bundle: &Arc<Bundle>, name: &Untrusted, path: &Path, first: usize) -> Vec<Source> {
    let one = |(index, reading): (usize, &Reading)| {
        let called = match &reading.locale {
            None => name.clone(),
            Some(locale) => format!("{} ({})", name.raw(), locale.raw()).into(),
        };
        let fleet = format!("published {} {}", path.to_string_lossy(), first + index);
        let origin = Published { bundle: (index == 0).then(|| bundle.clone()), ..Published::default() };
        let mut target = file_target(path, first + index, Some(called));
        if index == 0 {
            target.facts = secrets(bundle, path);
        }
        Source { target, held: held(reading.manifest.clone()), fleet, origin }
    };
    bundle.readings.iter().enumerate().map(one).collect()
}

/// Secrets of a manifest beside what it starts. Those of an unpacked one are told of the server that its client has.
fn secrets(bundle: &Bundle, path: &Path) -> Vec<Fact> {
    let file = bundle.file.as_ref().map_or_else(|| path.to_path_buf(), PathBuf::from).join("manifest.json");
    let scope = ConfigScope::CommandLine;
    let fact = |(place, what): &(Place, &str)| Fact {
        kind: FactKind::Secret,
        what: (*what).into(),
        file: file.clone(),
        scope,
        place: *place,
    };
    bundle.secrets.iter().filter(|_| !bundle.unpacked).map(fact).collect()
}

/// What a signature says of itself, and that nobody checked it.
fn signed(said: Message, signature: &Signature) -> Message {
    let Signature::Unverified(block) = signature else { return said.text(" carries no signature") };
    let said = said.text(format!(" carries a signature of {} bytes, which was not verified", block.bytes));
    let said = match &block.signer {
        None => said.text("; who signed could not be read"),
        Some(signer) if signer.self_signed => {
            said.text("; it says that it is by ").quote(&signer.subject).text(", in a certificate of its own making")
        }
        Some(signer) => {
            let said = said.text("; it says that it is by ").quote(&signer.subject);
            said.text(", in a certificate that names ").quote(&signer.issuer).text(" as its issuer")
        }
    };
    let said = match &block.signer {
        Some(signer) => said.text(format!(" ({})", signer.fingerprint)),
        None => said,
    };
    match block.fits {
        Some(false) => said.text("; it was made for other content"),
        _ => said,
    }
}

/// A document that has the shape of a record.
pub fn record(bytes: &[u8]) -> Option<Document> {
    if bytes.len() > RECORD || bytes.trim_ascii_start().first() != Some(&b'{') {
        return None;
    }
    // what is no text has to be read to be known
    let may_be = |text: &str| json::may_spell(text, &["\"packages\"", "\"remotes\"", "server.schema.json"]);
    if std::str::from_utf8(bytes).is_ok_and(|text| !may_be(text)) {
        return None;
    }
    let document = json::read(bytes, &Limits { nodes: 100_000, ..Limits::default() }).ok()?;
    Record::is(&document.root).then_some(document)
}

/// The sources of a record: its own words, then every package and URL.
pub fn servers(sources: &mut Sources, path: &Path, document: &Document, bytes: &[u8]) -> Result<(), Failure> {
    let record = Arc::new(Record::read(&document.root));
    let mut manifest = Manifest::default();
    manifest.push(ItemKey::new(ItemKind::Server, "info"), &document.root, bytes, &document.anomalies, 0);
    let origin = Published { record: Some(record.clone()), ..Published::default() };
    let file = file_target(path, 0, Some(record.name.clone()));
    let fleet = "published".to_owned();
    let places = Places::of(bytes);
    let file = Target { facts: places.secrets(&document.root, path), ..file };
    sources.list.push(Source { target: file, held: held(manifest), fleet, origin: origin.clone() });
    // what is started or asked, what is judged, and where it stands
    let mut launches: Vec<(Launch, Launch, &Node)> = Vec::new();
    for node in list(&document.root, "packages") {
        let Some(listed) = Listed::read(node) else { continue };
        match Command::of(&listed) {
            Some(command) => launches.push((command.launch(&listed), places.package(node, &command), node)),
            None if listed.kind.raw() == "mcpb" => sources.notices.push(
                Message::new("record ")
                    .quote(&record.name)
                    .text(match listed.sha256 {
                        Some(_) => ": a bundle is not started; --packages fetches it, compares its digest and reads its words: ",
                        None => ": a bundle has no fileSha256, so that whatever lies there is taken for it; it is not started, --packages \
                                 fetches it and reads its words: ",
                    })
                    .quote(&listed.identifier),
            ),
            None => sources.notices.push(
                Message::new("record ")
                    .quote(&record.name)
                    .text(": a package of kind ")
                    .quote(&listed.kind)
                    .text(" is not started or asked about: ")
                    .quote(&listed.identifier),
            ),
        }
    }
    for node in list(&document.root, "remotes") {
        let Some(url) = node.get("url").and_then(Node::as_str).map(Untrusted::from) else { continue };
        if url.raw().contains('{') {
            sources.notices.push(
                Message::new("record ")
                    .quote(&record.name)
                    .text(": a URL with blanks to fill in is not asked: ")
                    .quote(&url),
            );
            continue;
        }
        let asked = Http { url: Located::bare(url.clone()), headers: Vec::new(), sse: false };
        launches.push((Launch::Http(asked), places.remote(node, &url), node));
    }
    for (index, (launch, judged, node)) in (1..).zip(launches) {
        let file = file_target(path, index, Some(record.name.clone()));
        let id = TargetId::new(&format!("record/{}", file.id.as_str()));
        let target = Target { id, launch, ..file };
        let judged = Some(Arc::new(places.target(&target, node, judged, path)));
        let fleet = format!("record {} {index}", path.to_string_lossy());
        sources.list.push(Source { fleet, origin: Published { judged, ..origin.clone() }, ..Source::of(target) });
    }
    Ok(())
}

/// The command line that a host makes of a package.
struct Command {
    program: &'static str,
    /// Words before the package.
    head: Vec<String>,
    package: String,
}

impl Command {
    fn of(listed: &Listed) -> Option<Self> {
        let reference = listed.reference()?;
        let (name, wanted) = (reference.name.raw(), reference.wanted.raw());
        let with = |mark: &str| if wanted.is_empty() { name.to_owned() } else { format!("{name}{mark}{wanted}") };
        let (program, head, package) = match reference.ecosystem {
            Ecosystem::Npm => ("npx", vec!["-y".to_owned()], with("@")),
            Ecosystem::PyPi => ("uvx", Vec::new(), with("==")),
            Ecosystem::Oci => {
                let names = listed.environment.iter().flat_map(|n| ["-e".to_owned(), n.raw().to_owned()]);
                let fixed = ["run", "-i", "--rm"].map(str::to_owned);
                let mark = if wanted.starts_with("sha256:") { "@" } else { ":" };
                ("docker", fixed.into_iter().chain(names).collect(), with(mark))
            }
            Ecosystem::Mcpb => return None,
        };
        Some(Self { program, head, package })
    }

    /// What is started: arguments of the runner are its own business, for they could change what runs.
    fn launch(&self, listed: &Listed) -> Launch {
        let words = self.head.iter().map(String::as_str).chain([self.package.as_str()]);
        let args = words.chain(listed.arguments.iter().map(Untrusted::raw));
        let variable = |n: &Untrusted| (Located::bare(n.clone()), Located::bare(Secret::new("")));
        Launch::Stdio(Stdio {
            command: Located::bare(self.program.into()),
            args: args.map(|a| Located::bare(a.into())).collect(),
            env: listed.environment.iter().map(variable).collect(),
            cwd: None,
        })
    }
}
