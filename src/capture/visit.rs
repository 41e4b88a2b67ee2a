//! The plan of the cloaking probes (TRUST §9.3): as whom, with what, in which order and how often a server is asked. What
//! the answers mean is [`super::variation`]'s.

use std::time::Duration;

use super::client::Identity;
use super::ledger::Ledger;

/// How much is probed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Probe {
    /// Every list is read once, in one connection per era.
    #[default]
    Off,
    /// Every list twice, and once more as ourselves without capabilities.
    Quick,
    /// The whole plan.
    Deep,
}

impl Probe {
    /// The word of JSON v1.
    pub fn word(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Quick => "quick",
            Self::Deep => "deep",
        }
    }
}

/// One way of asking.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ask {
    /// As the client whose configuration named the server, with every capability.
    #[default]
    Client,
    /// As ourselves, without capabilities, lists in another order.
    Own,
    /// As ourselves with every capability: tells a name from a capability.
    OwnCapable,
    /// As another client.
    OtherClient,
    /// As a third client.
    ThirdClient,
    /// Exactly as the first time.
    Again,
    /// In the oldest revision.
    Oldest,
    /// With the variables of a CI service.
    Ci,
    /// In another time zone and language.
    Locale,
    /// Without the declared headers.
    NoCredentials,
    /// As a page of another origin would: only servers on this machine, which such pages can reach.
    ForeignOrigin,
}

impl Ask {
    /// All of them, in the order of reports.
    pub const ALL: [Self; 11] = [
        Self::Client,
        Self::Own,
        Self::OwnCapable,
        Self::OtherClient,
        Self::ThirdClient,
        Self::Again,
        Self::Oldest,
        Self::Ci,
        Self::Locale,
        Self::NoCredentials,
        Self::ForeignOrigin,
    ];

    /// A stable word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Client => "client",
            Self::Own => "own-name",
            Self::OwnCapable => "own-name-with-capabilities",
            Self::OtherClient => "other-client",
            Self::ThirdClient => "third-client",
            Self::Again => "again",
            Self::Oldest => "oldest-revision",
            Self::Ci => "ci",
            Self::Locale => "time-zone-and-language",
            Self::NoCredentials => "no-credentials",
            Self::ForeignOrigin => "foreign-origin",
        }
    }
}

/// How one reading of a server's lists came about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Visit {
    /// In which way it was asked.
    pub ask: Ask,
    /// The `clientInfo.name` it was told.
    pub client: String,
    /// Which reading in the same connection, from 0.
    pub reading: u32,
}

impl Visit {
    /// Words for people, such as `as claude-code, reading 2`.
    pub fn phrase(&self) -> String {
        let how = match self.ask {
            Ask::Client | Ask::Own | Ask::OtherClient | Ask::ThirdClient => String::new(),
            Ask::OwnCapable => " with every capability".to_owned(),
            Ask::Again => " again".to_owned(),
            Ask::Oldest => " in the oldest revision".to_owned(),
            Ask::Ci => " with CI variables".to_owned(),
            Ask::Locale => " in another time zone and language".to_owned(),
            Ask::NoCredentials => " without credentials".to_owned(),
            Ask::ForeignOrigin => " from a page of another origin".to_owned(),
        };
        let reading = if self.reading == 0 { String::new() } else { format!(", reading {}", self.reading + 1) };
        format!("as {}{how}{reading}", self.client)
    }
}

/// What became of one way of asking.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Probed {
    /// Which.
    pub ask: Ask,
    /// As whom.
    pub client: String,
    /// What came of it.
    pub outcome: Outcome,
}

/// What came of one way of asking.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The lists were read.
    Answered,
    /// It was refused in a way that this question allows: our words.
    Refused(String),
    /// It failed, so that nothing is known: our words.
    Failed(String),
    /// It was not tried: our words.
    NotRun(String),
}

impl Outcome {
    /// A stable word, and why.
    pub fn words(&self) -> (&'static str, &str) {
        match self {
            Self::Answered => ("answered", ""),
            Self::Refused(why) => ("refused", why),
            Self::Failed(why) => ("failed", why),
            Self::NotRun(why) => ("not-run", why),
        }
    }
}

/// Everything about one connection.
#[derive(Clone, Debug)]
pub(super) struct Asking {
    pub ask: Ask,
    pub identity: Identity,
    /// Variables on top of the environment.
    pub env: &'static [(&'static str, &'static str)],
    /// The declared headers are sent.
    pub credentials: bool,
    /// `Accept-Language`.
    pub language: Option<&'static str>,
    /// `Origin`.
    pub origin: Option<&'static str>,
    /// The revision to ask for instead of the newest.
    pub revision: Option<&'static str>,
    /// Lists are read from the last kind to the first.
    pub reversed: bool,
    /// Pauses before each further reading in the same connection.
    pub again: Vec<Duration>,
}

impl Asking {
    fn new(ask: Ask, identity: Identity) -> Self {
        Self {
            ask,
            identity,
            env: &[],
            credentials: true,
            language: None,
            origin: None,
            revision: None,
            reversed: false,
            again: Vec::new(),
        }
    }

    /// The first connection.
    pub fn first(probe: Probe, identity: &Identity, ledger: &Ledger) -> Self {
        let (repeat, dwell) = (ledger.limits.repeat, ledger.limits.dwell);
        let again = match probe {
            Probe::Off => Vec::new(),
            Probe::Quick => vec![repeat],
            Probe::Deep => vec![repeat, Duration::ZERO, Duration::ZERO, dwell],
        };
        Self { again, ..Self::new(Ask::Client, identity.clone()) }
    }

    /// The further connections, but for [`Asking::capable`]. Servers behind a URL (`remote`) have no environment, and only
    /// they may have credentials or lie on this machine (`near`).
    pub fn further(probe: Probe, identity: &Identity, remote: bool, credentials: bool, near: bool) -> Vec<Self> {
        let own = Self { reversed: true, again: vec![Duration::ZERO], ..Self::new(Ask::Own, Identity::default()) };
        let mut all = match probe {
            Probe::Off => return Vec::new(),
            Probe::Quick => return vec![own],
            Probe::Deep => vec![own],
        };
        let same = |ask| Self::new(ask, identity.clone());
        let [other, third] = identity.others();
        all.push(Self::new(Ask::OtherClient, other));
        all.push(Self::new(Ask::ThirdClient, third));
        all.push(same(Ask::Again));
        all.push(Self { revision: Some(super::era::OLDEST), ..same(Ask::Oldest) });
        if remote {
            all.push(Self { language: Some("ja-JP,ja;q=0.9"), ..same(Ask::Locale) });
        } else {
            all.push(Self { env: &CI, ..same(Ask::Ci) });
            all.push(Self { env: &LOCALE, ..same(Ask::Locale) });
        }
        if remote && credentials {
            all.push(Self { credentials: false, ..same(Ask::NoCredentials) });
        }
        if near {
            all.push(Self { origin: Some(ORIGIN), ..same(Ask::ForeignOrigin) });
        }
        all
    }

    /// The connection that tells a name from a capability, opened when the two differ.
    pub fn capable() -> Self {
        Self::new(Ask::OwnCapable, Identity::capable())
    }

    /// How one of its readings is labelled.
    pub fn visit(&self, reading: u32) -> Visit {
        Visit { ask: self.ask, client: self.identity.name.clone(), reading }
    }

    /// Whether a refusal says something about the server instead of hiding something: a revision or a person without
    /// credentials may be refused, and a page of another origin should be.
    pub fn may_be_refused(&self) -> bool {
        matches!(self.ask, Ask::Oldest | Ask::NoCredentials | Ask::ForeignOrigin)
    }
}

/// An origin that nobody has.
const ORIGIN: &str = "https://origin.invalid";
/// What common CI services set.
const CI: [(&str, &str); 4] =
    [("CI", "true"), ("CONTINUOUS_INTEGRATION", "true"), ("GITHUB_ACTIONS", "true"), ("RUNNER_OS", "Linux")];
/// As far from UTC and English as it gets.
const LOCALE: [(&str, &str); 4] =
    [("TZ", "Pacific/Auckland"), ("LANG", "ja_JP.UTF-8"), ("LC_ALL", "ja_JP.UTF-8"), ("LANGUAGE", "ja")];

/// What no probe can see, for reports.
pub const BLIND: &str = "no probe sees a server that recognizes this sandbox or audit, keys on network addresses or on one \
                         victim, waits for days, or is switched on the far side later";
