//! The words that tell what a tool does, in lists. Of September and November 2026.

use std::sync::LazyLock;

use crate::rule::capability;

macro_rules! lists {
    ($($(#[$doc:meta])* $name:ident = $words:literal;)*) => {
        /// A list of words.
        #[derive(Clone, Copy)]
        pub(super) enum List { $($(#[$doc])* $name),* }

        const LISTS: &[&str] = &[$($words),*];
    };
}

lists! {
    Read = "get read list search query fetch find download export select show view retrieve lookup browse scrape \
    crawl extract open navigate visit summarize getter searcher fetcher";
    /// Beside those of [`capability::SENDS`].
    Send = "share reply comment push submit invite deploy message";
    Make = "create add open write insert";
    /// What others read, once it is made.
    Public = "issue comment pull pr gist post message tweet paste ticket release webhook discussion review \
    reaction thread invitation";
    Strangers = "web webpage website internet news feed feeds rss tweet tweets reddit hackernews wikipedia article \
    articles issue issues comment comments pull review reviews ticket tickets discussion discussions \
    email emails mail inbox gmail message messages transcript serp google brave duckduckgo";
    Private = "file files directory folder document documents drive email emails mail inbox gmail message messages \
    chat chats conversation conversations calendar event events contact contacts customer customers \
    record records database table sql crm lead leads account accounts invoice invoices note notes \
    spreadsheet sheet cookies clipboard transactions employees patients";
    /// Beside those of [`capability::SECRETS`].
    Secrets = "keystore token tokens environment apikey";
    /// Beside those of [`capability::DESTROYS`].
    Destroy = "uninstall";
    Spend = "pay payment transfer refund charge purchase buy sell trade withdraw swap stake payout checkout";
    Remember = "memory memories rule rules config settings schedule cron hook hooks instructions skill";
    Write = "write add create store save update set edit append";
    /// Those of [`capability::RUNS`].
    Shell = "";
    Query = "sql query workflow statement";
    Code = "command script code python javascript";
    Visit = "url request http goto navigate screenshot";
    Sql = "sql query";
    Database = "execute run read sql database db";
    Count = "count usage";
    Draft = "draft drafts template";
    Place = "place create submit";
    Order = "order payment payout trade";
    Keep = "remember schedule memorize";
    Browse = "search fetch browse crawl";
    Run = "run";
    Webhook = "webhook";
    Act = "run execute schedule";
    /// Verbs that are no nouns: behind an "and" they begin what the tool does next.
    Follow = "send sends forward forwards publish publishes upload uploads broadcast broadcasts notify notifies submit submits \
    delete deletes remove removes wipe wipes purge purges execute executes fetch fetches read reads retrieve retrieves \
    download downloads scrape scrapes crawl crawls transfer transfers";
    /// What only a verb has behind it.
    Article = "a an the it its them this that these your all each every new";
    /// What stands before the verb.
    Filler = "this that tool a an the to used for allows lets you can use will server function which helps";
    /// What joins two acts.
    And = "and then";
    Not = "not never doesn don won without no";
    /// What a program runs, in words.
    Program = "command commands shell script scripts code terminal javascript python program programs";
    /// What is sent to a program, and to nobody.
    Keys = "input request requests command query key keys keystroke keystrokes process event click";
    /// Behind these stands no object of the act any more.
    Beside = "for within in on to with by using into about via at where when after before if as that which who";
    /// Where strangers write, also behind one of those.
    Net = "web internet website webpage reddit hackernews wikipedia";
    Cash = "money funds fund payment payments crypto coin coins tokens balance currency amount eth btc usdc";
    Move = "transfer swap stake trade";
    Start = "start launch spawn run execute";
    /// Programs that keep what people have, where the address of a resource names them.
    Store = "postgres postgresql mysql sqlite mongodb redis snowflake bigquery obsidian notion evernote";
    /// Programs in which people write to each other.
    Talk = "slack discord telegram whatsapp";
    /// A resource that comes with the server.
    Own = "release readme docs doc documentation guide template templates example examples schema schemas help demo debug static \
    reference version config settings instructions changelog license ui";
}

/// Words with the bits of each, found by their codes, which are compared sooner than words.
pub(super) struct ByCode {
    /// In the order of the codes.
    all: Vec<(u32, &'static str, u64)>,
    /// Where those begin whose codes have the same first byte; one more for the end.
    begins: Vec<u16>,
}

impl ByCode {
    /// Takes words, which may come more than once.
    pub(super) fn of(words: &[(&'static str, u64)]) -> Self {
        let mut all: Vec<_> = words.iter().map(|(word, bits)| (Code::of(word).0, *word, *bits)).collect();
        all.sort_unstable();
        all.dedup_by(|next, kept| {
            let same = (next.0, next.1) == (kept.0, kept.1);
            kept.2 |= if same { next.2 } else { 0 };
            same
        });
        let begin = |first: u32| all.partition_point(|(code, ..)| code >> 24 < first) as u16;
        let begins = (0..=256).map(begin).collect();
        Self { all, begins }
    }

    /// The bits of the word that has this code.
    pub(super) fn bits(&self, code: Code, word: &str) -> u64 {
        let first = (code.0 >> 24) as usize;
        let alike = &self.all[usize::from(self.begins[first])..usize::from(self.begins[first + 1])];
        alike.iter().find(|(other, known, _)| *other == code.0 && *known == word).map_or(0, |(.., bits)| *bits)
    }
}

/// The words of all lists, with a bit for each list they are in.
static WORDS: LazyLock<ByCode> = LazyLock::new(|| {
    let mut all: Vec<(&str, u64)> = Vec::with_capacity(LISTS.len() * 16);
    for (bit, list) in (0..).zip(LISTS) {
        all.extend(list.split_ascii_whitespace().map(|word| (word, 1 << bit)));
    }
    let shared: [(List, &[&'static str]); 4] = [
        (List::Send, &capability::SENDS),
        (List::Secrets, &capability::SECRETS),
        (List::Destroy, &capability::DESTROYS),
        (List::Shell, &capability::RUNS),
    ];
    for (list, words) in shared {
        all.extend(words.iter().map(|word| (*word, 1 << list as u64)));
    }
    ByCode::of(&all)
});

/// The code of a word, byte by byte: FNV-1a.
#[derive(Clone, Copy)]
pub(super) struct Code(u32);

impl Default for Code {
    fn default() -> Self {
        Self(0x811c_9dc5)
    }
}

impl Code {
    pub(super) fn of(word: &str) -> Self {
        let mut code = Self::default();
        word.bytes().for_each(|byte| code.add(byte));
        code
    }

    /// Adds the next byte.
    pub(super) fn add(&mut self, byte: u8) {
        self.0 = (self.0 ^ u32::from(byte)).wrapping_mul(0x0100_0193);
    }

    /// The lists of the word that this is the code of, a bit for each.
    pub(super) fn lists_of(self, word: &str) -> u64 {
        WORDS.bits(self, word)
    }
}

// a bit for each
const _: () = assert!(LISTS.len() <= 64);

impl List {
    /// Whether it is one of these.
    pub(super) fn is_in(self, lists: u64) -> bool {
        lists & 1 << self as u64 != 0
    }
}

/// The lists of a word, a bit for each.
pub(super) fn lists_of(word: &str) -> u64 {
    Code::of(word).lists_of(word)
}

/// "Sends", "fetches" and "retrieves" without their ending.
pub(super) fn stem(verb: &str) -> &str {
    let lists = [List::Read, List::Send, List::Make, List::Destroy, List::Spend, List::Write, List::Act];
    let known = |v: &str| {
        let all = lists_of(v);
        lists.iter().any(|l| l.is_in(all))
    };
    let cut = [verb.strip_suffix('s'), verb.strip_suffix("es")];
    cut.into_iter().flatten().find(|v| known(v)).unwrap_or(verb)
}
