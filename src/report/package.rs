//! What registries said of one package, for JSON v1 and for people. Texts of registries are cut and made visible like those
//! of servers.

use serde_json::{Value, json};

use crate::package::bundle::Signature;
use crate::package::{Advisory, Bundle, Chosen, Ecosystem, Facts, Looked, Provenance, Record, Release, Standing};
use crate::untrusted::{EXCERPT_CHARS, Untrusted, visible};

/// The member `package` of a target.
pub fn value(facts: &Facts, full: bool) -> Value {
    let w = Writer { full };
    let (advisories, known) = match &facts.advisories {
        Looked::Found(list) => (list.as_slice(), "found"),
        other => (&[][..], other.word()),
    };
    json!({
        "type": facts.reference.ecosystem.word(),
        "name": w.text(&facts.reference.name),
        "wanted": w.text(&facts.reference.wanted),
        "registry": visible(&facts.registry),
        "standing": facts.standing.word(),
        "resolved": facts.chosen.map(|c| c.word()),
        "release": facts.release.as_ref().map(|r| w.release(r)),
        "previous": facts.previous.as_ref().map(|r| w.release(r)),
        "latest": facts.latest.as_ref().map(|t| w.text(t)),
        "firstRelease": facts.first.map(|t| t.to_string()),
        "releases": facts.releases,
        "maintainers": facts.maintainers.iter().map(|m| w.text(m)).collect::<Vec<_>>(),
        "status": facts.status.as_ref().map(|t| w.text(t)),
        "serverName": facts.server_name.as_ref().map(|t| w.text(t)),
        "advisories": { "state": known, "list": advisories.iter().map(|a| w.advisory(a)).collect::<Vec<_>>() },
        "record": { "state": facts.record.word(), "server": facts.record.found().map(|r| w.record(r)) },
        "failures": facts.failures().iter().map(|f| visible(f)).collect::<Vec<_>>(),
        "asked": facts.asked.map(|t| t.to_string()),
        "ageSeconds": facts.age().map(|a| a.as_secs()),
        "kept": facts.cached,
        "summary": line(facts),
    })
}

/// The member `bundle` of a target.
pub fn bundle(bundle: &Bundle, full: bool) -> Value {
    let w = Writer { full };
    let block = match &bundle.signature {
        Signature::None => None,
        Signature::Unverified(block) => Some(block),
    };
    let signer = block.and_then(|b| b.signer.as_ref()).map(|s| {
        json!({
            "subject": w.text(&s.subject),
            "issuer": w.text(&s.issuer),
            "selfSigned": s.self_signed,
            "fingerprint": s.fingerprint.to_string(),
            "validFrom": w.text(&s.valid[0]),
            "validTo": w.text(&s.valid[1]),
        })
    });
    let locales = bundle.readings.iter().filter_map(|r| r.locale.as_ref());
    json!({
        "digest": bundle.digest.to_string(),
        "name": bundle.name.as_ref().map(|t| w.text(t)),
        "version": bundle.version.as_ref().map(|t| w.text(t)),
        "type": bundle.kind.as_ref().map(|t| w.text(t)),
        "files": bundle.files.len(),
        "unpacked": bundle.unpacked,
        "readings": locales.map(|l| w.text(l)).collect::<Vec<_>>(),
        "signature": {
            "state": bundle.signature.word(),
            "bytes": block.map_or(0, |b| b.bytes),
            "signer": signer,
            "namesThisFile": block.and_then(|b| b.fits),
        },
    })
}

struct Writer {
    full: bool,
}

impl Writer {
    fn text(&self, text: &Untrusted) -> String {
        if self.full { text.to_visible() } else { text.cut(EXCERPT_CHARS).to_visible() }
    }

    fn release(&self, r: &Release) -> Value {
        let text = |t: &Option<Untrusted>| t.as_ref().map(|t| self.text(t));
        // digests are only of use whole
        let integrity = r.integrity.as_ref().map(|t| t.cut(20_000).to_visible());
        json!({
            "version": self.text(&r.version),
            "published": r.published.map(|t| t.to_string()),
            "integrity": integrity,
            "publisher": text(&r.publisher),
            "repository": text(&r.repository),
            "provenance": { "state": r.provenance.word(), "source": r.provenance.source().map(|t| self.text(t)) },
            "installScripts": r.scripts.iter().map(|(n, c)| json!({ "name": visible(n), "command": self.text(c) })).collect::<Vec<_>>(),
            "sourceOnly": r.source_only,
            "needs": text(&r.needs),
            "deprecated": text(&r.deprecated),
            "yanked": text(&r.yanked),
        })
    }

    fn advisory(&self, a: &Advisory) -> Value {
        json!({
            "id": self.text(&a.id),
            "aliases": a.aliases.iter().map(|t| self.text(t)).collect::<Vec<_>>(),
            "severity": a.severity.map(|s| s.word()),
            "malicious": a.malicious,
            "summary": self.text(&a.summary),
            "fixed": a.fixed.iter().map(|t| self.text(t)).collect::<Vec<_>>(),
        })
    }

    fn record(&self, r: &Record) -> Value {
        json!({
            "name": self.text(&r.name),
            "version": self.text(&r.version),
            "status": r.status.as_ref().map(|t| self.text(t)),
            "repository": r.repository.as_ref().map(|t| self.text(t)),
            "packages": r.packages.iter().map(|p| json!({
                "type": self.text(&p.kind),
                "identifier": self.text(&p.identifier),
                "version": p.version.as_ref().map(|t| self.text(t)),
            })).collect::<Vec<_>>(),
        })
    }
}

/// One line for people.
fn line(facts: &Facts) -> String {
    let shown = |t: &Untrusted| t.cut(60).to_visible();
    let name = format!("{} package {}", facts.reference.ecosystem.word(), shown(&facts.reference.name));
    let Some(release) = &facts.release else {
        let why = match &facts.standing {
            Standing::Absent => "is not in its registry".to_owned(),
            Standing::Gone => "has no such release".to_owned(),
            Standing::Range => "is asked for in words that were not resolved to a release".to_owned(),
            Standing::Unknown(why) => {
                format!("could not be looked up: {}", visible(why))
            }
            Standing::Known => "is known".to_owned(),
        };
        return format!("{name} {why}");
    };
    let published = release.published.map(|t| format!(", published {}", t.strftime("%Y-%m-%d"))).unwrap_or_default();
    let provenance = match &release.provenance {
        Provenance::Unknown => "provenance not told".to_owned(),
        Provenance::None => "no provenance".to_owned(),
        Provenance::Claimed(None) => "provenance claimed, not verified".to_owned(),
        Provenance::Claimed(Some(source)) => format!("provenance claimed from {}, not verified", shown(source)),
    };
    let advisories = match &facts.advisories {
        Looked::Found(list) if list.is_empty() => "no advisory",
        Looked::Found(_) => "with advisories",
        Looked::Not => "advisories not asked for",
        _ => "advisories not known",
    };
    let age = facts.age().filter(|_| facts.cached).map(|a| format!(" (as of {} hours ago)", a.as_hours()));
    let meant = match facts.chosen {
        Some(Chosen::Range) => format!("{} is now ", shown(&facts.reference.wanted)),
        Some(Chosen::Tag) if !facts.reference.wanted.raw().is_empty() => {
            format!("{} is now ", shown(&facts.reference.wanted))
        }
        _ => String::new(),
    };
    // no interpreter is looked for: one that does not fit may get another release, with npm only of a range
    let (runtime, free) = match facts.reference.ecosystem {
        Ecosystem::Npm => ("Node.js", facts.chosen == Some(Chosen::Range)),
        _ => ("Python", matches!(facts.chosen, Some(Chosen::Range | Chosen::Tag))),
    };
    let needs = release.needs.as_ref().filter(|_| free);
    let needs = needs.map(|n| format!(" (for {runtime} {}; another one may get another release)", shown(n)));
    format!(
        "{name} {meant}{}{}{published}, {provenance}, {advisories}{}",
        shown(&release.version),
        needs.unwrap_or_default(),
        age.unwrap_or_default()
    )
}
