//! Whether letters are such as a language spells: words written together are, random ones are not.

/// How usual it is that one letter follows another, in a scale of twos from 0 to 9: a row to the first, a column to the second.
/// Counted in the words of manuals and of translated messages in English, German, Finnish and eleven more languages.
const PAIRS: [&[u8; 26]; 26] = [
    b"35551242514657141757432131",
    b"52225110400421420332400010",
    b"50205006404300610325300010",
    b"51026000500210410230300000",
    b"43564432403657241776232431",
    b"36003300700200400311200000",
    b"40005012400203300430300000",
    b"50005000400110400202300000",
    b"54655451213558640566141103",
    b"30003000100000200000100000",
    b"50005001401100400132300000",
    b"61036010601510510034410040",
    b"63006000500030440020300010",
    b"60466361513213510156320021",
    b"23441231313557340654533010",
    b"50105002400400530533300010",
    b"00000000000000000000300000",
    b"62347130603333620355421030",
    b"50506004603211440157401030",
    b"60217104700311520544401040",
    b"33334120302445140555100000",
    b"40005000400000200000000000",
    b"40003000300001200100000000",
    b"10101000200000010002000000",
    b"30001000100122130032000000",
    b"30003000200000100000000000",
];

/// What is spelled by no language and stands in names all the same.
const ACRONYMS: [&str; 20] = [
    "mcp", "https", "http", "sql", "xml", "jdbc", "gcp", "aws", "kubectl", "vpn", "ssh", "npm", "pgsql", "html", "css",
    "grpc", "jwt", "llm", "gpt", "json",
];

/// Letters of the shortest word that is judged.
pub(super) const LEAST: usize = 16;

/// The least mean of the pairs of a word of so many letters, in twentieths: of words and names it is five of nine, of random
/// signs less than three, and the nearer to it the longer they are.
const fn usual(length: usize) -> usize {
    match length {
        ..24 => 58,
        24..32 => 62,
        _ => 64,
    }
}

/// How usual it is that these two stand side by side.
fn pair(first: u8, second: u8) -> usize {
    let index = |b: u8| usize::from((b | 32).wrapping_sub(b'a')).min(25);
    let kinds = [first, second].map(|b| (b.is_ascii_alphabetic(), b.is_ascii_digit()));
    match kinds {
        // a hump
        [(true, _), (true, _)] if first.is_ascii_lowercase() && second.is_ascii_uppercase() => 2,
        [(true, _), (true, _)] => usize::from(PAIRS[index(first)][index(second)] - b'0'),
        // as in dates
        [(_, true), (_, true)] => 4,
        // a sign between words
        [(false, false), _] | [_, (false, false)] => 3,
        _ => 1,
    }
}

/// Whether the mean of the pairs is that of words; of acronyms it is.
fn is_usual(word: &[u8]) -> bool {
    const ACRONYM: usize = 5;
    let needed = usual(word.len()) * word.len().saturating_sub(1).max(1);
    let mut sum: usize = word.windows(2).map(|w| pair(w[0], w[1])).sum();
    if sum * 20 < needed && word.len() <= LONGEST {
        let mut known = 0;
        for (at, w) in word.windows(2).enumerate() {
            let starts = |a: &&&str| word[at..].get(..a.len()).is_some_and(|w| w.eq_ignore_ascii_case(a.as_bytes()));
            known = ACRONYMS.iter().find(starts).map_or(known, |acronym| known.max(at + acronym.len()));
            sum += if at < known { ACRONYM.saturating_sub(pair(w[0], w[1])) } else { 0 };
        }
    }
    sum * 20 >= needed
}

/// Signs of the longest word in which acronyms are looked for.
const LONGEST: usize = 200;

/// Letters, and letters with digits between them, that spell nothing.
pub(super) fn is_nothing(word: &str) -> bool {
    let bytes = word.as_bytes();
    bytes.len() >= LEAST && bytes.iter().all(u8::is_ascii_alphanumeric) && !is_usual(bytes)
}

/// The same with `-` and `_` between them, as in base64 for addresses. Of names few have letters of both cases.
pub(super) fn is_jumble(word: &str) -> bool {
    let bytes = word.as_bytes();
    let any = |kind: fn(&u8) -> bool| bytes.iter().any(kind);
    bytes.len() >= LEAST
        && any(u8::is_ascii_lowercase)
        && any(u8::is_ascii_uppercase)
        && bytes.iter().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(b))
        && !is_usual(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_languages_are_told_from_random_letters() {
        for word in [
            "modelcontextprotocol",
            "filesystemserver",
            "supercalifragilistic",
            "supercalifragilisticexpialidocious",
            "donaudampfschifffahrtsgesellschaft",
            "rechtsschutzversicherungsgesellschaften",
            "geschwindigkeitsbegrenzung",
            "lentokonesuihkuturbiinimoottori",
            "tietojenkasittelyjarjestelma",
            "anticonstitutionnellement",
            "internationalization",
            "arbejdsloshedsunderstottelse",
            "githubpersonalaccesstoken",
            "kubernetesmcpserver",
            "sqlitemcpserverhttp",
            "xmlhttprequestmcp",
            "gcpbigquerymcpserver",
            "mssqlmcpserverjdbc",
            "getUserAccountInformationByIdentifier",
            "NODETLSREJECTUNAUTHORIZED",
            "x86x64linux2win32release",
            "base64UrlSafeEncoder2v1b",
            "utf8mb4unicode520ci",
            "modelcontextprotocol2",
            "oauth2clientcredentials",
            "x86linuxgnueabihf",
            "sha512withrsaencryption",
            "20250101120000",
            "20261122T094136Z",
        ] {
            assert!(!is_nothing(word), "{word}");
        }
        // of 21 300 words of code and of file names one in a hundred is taken for one, of names with signs one in two thousand
        for name in ["Acme-MCP-Server-2-x86-64-Linux-v3", "getUser_AccountInformation-V2", "Qwen2-VL-72B-Instruct-AWQ"]
        {
            assert!(!is_jumble(name), "{name}");
        }
        for random in ["-3JsLf_5kzFR4yJ1", "2v2fC-I1x_1lbvJ7", "7Vo1EI_kSete4dSrpsvF", "Hs3tfoOJoCUZ_FJ-YASXZOr5"] {
            assert!(is_jumble(random), "{random}");
        }
        for random in [
            "qzkvwxjfplmtbhgd",
            "hkxwqpzvbnmtrfgl",
            "oxqgjtwnbzkvhsayfc",
            "kqzxjvwpbmhtgdfrlnsc",
            "WQKZXJVPBMHTGDFRLNSC",
            "xKqZvWjPbMhTgDfRlNsC",
            "QZKV2WJXFPLMTBHG",
            "q8zt3lpw9xvb2ncr7mkd5hsn",
            "8f2e1c3d4b5a69788796a5b4c3d2e1f0",
            "82hbfoobon5uzowl",
            "A44ERV3OgdEnorVC",
            "4naalirmd4bxl3mzzo7p",
            "wajkoododal1slelrt1o56fitg7512z9",
        ] {
            assert!(is_nothing(random), "{random}");
        }
        assert!(!is_nothing("shortqzkvwx") && !is_nothing("with-a-sign-between") && !is_nothing(""));
    }
}
