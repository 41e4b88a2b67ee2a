//! Names that imitate, and honest ones that only resemble.

use super::*;

fn of(reference: &Reference) -> Option<Likeness> {
    lookalike(reference).map(|(_, l)| l)
}

fn npm(name: &str) -> Option<Likeness> {
    of(&Reference::npm(name))
}

#[test]
fn names_that_could_be_taken_for_a_known_server_are_found() {
    use Likeness::{Flattened, NearScope, Official, Scope, Spelling, Twin};
    for (name, likeness) in [
        ("firecrawl-mpc", Spelling),
        ("fircrawl-mcp", Spelling),
        ("firecrawll-mcp", Spelling),
        ("mcp-rem0te", Spelling),
        ("mcpremote", Spelling),
        ("mcp_remote", Spelling),
        ("tavi1y-mcp", Spelling),
        ("tavvily-mcp", Spelling),
        ("tvaily-mcp", Spelling),
        ("chrome-devtool-mcp", Spelling),
        ("figma-develoepr-mcp", Spelling),
        ("firecrawl-mcp-official", Official),
        ("@modelcontextprotoco1/server-filesystem", Scope),
        ("@modelcontextprotocol-official/server-filesystem", Scope),
        ("@model-context-protocol/server-memory", Scope),
        ("@notlonhq/notion-mcp-server", Scope),
        ("@stripe-mcp/mcp", Scope),
        ("@official-stripe/mcp", Scope),
        ("@strlpe/mcp", Scope),
        ("@stripes/mcp", Scope),
        ("@stripe-labs/mcp", NearScope),
        ("modelcontextprotocol-server-filesystem", Flattened),
        ("@mcp/server-filesystem", Scope),
        ("@official-mcp/server-github", Scope),
        ("@mod\u{435}lcontextprotocol/server-filesystem", Scope),
        ("firecr\u{430}wl-mcp", Spelling),
        ("server-filesystem", Twin),
        ("server-memory", Twin),
        ("notion-mcp-server", Twin),
        ("mcp-server-supabase", Twin),
        ("brave-search-mcp-server", Twin),
    ] {
        assert_eq!(npm(name), Some(likeness), "{name}");
    }
    let python = |n: &str| of(&Reference::python(n));
    for name in [
        "mcp-sever-fetch",
        "mcp-server-f\u{435}tch",
        "mcp-server-fetchh",
        "mcp-server-fecth",
        "mcp-server-sqllte",
        "mcp-serverfetch",
        "fastmpc",
        "awslab.core-mcp-server",
        "aws-labs.core-mcp-server",
    ] {
        assert_eq!(python(name), Some(Spelling), "{name}");
    }
    let image = |n: &str| of(&Reference::image(n));
    for (name, likeness) in [
        ("mcp/githud:1", Spelling),
        ("docker.io/mcp/playwrigth", Spelling),
        ("mpc/github", Spelling),
        ("ghcr.io/githud/github-mcp-server", Spelling),
        ("ghcr.io/github-mcp/github-mcp-server", Scope),
        ("mcp/github-official", Official),
    ] {
        assert_eq!(image(name), Some(likeness), "{name}");
    }
}

#[test]
fn honest_names_are_left_alone() {
    for name in [
        "firecrawl-mcp",
        "@modelcontextprotocol/server-filesystem",
        "@modelcontextprotocol/server-new",
        "@acme/server-filesystem",
        "@acme/mcp",
        "@acme-labs/mcp",
        "playwright-mcp",
        "motion-mcp-server",
        "mcp-server-gif",
        "git-mcp-server",
        "dev-mcp",
        "my-mcp-server",
        "nx-mcp",
        "mongo-mcp-server",
        "firecrawl2-mcp",
        "@someone/firecrawl-mcp",
        "sdk",
        "inspector",
        "mcp",
        "server-new",
        "@mcp/server-new",
    ] {
        assert_eq!(npm(name), None, "{name}");
    }
    for name in [
        "mcp_server.time",
        "mcp-server-tide",
        "mcp-server-gist",
        "acme-mcp",
        "mcp-server-fetcher-plus",
        "mcp-server-fetcher",
    ] {
        assert_eq!(of(&Reference::python(name)), None, "{name}");
    }
    for name in ["mcp/github", "docker.io/mcp/github:1", "acme/github", "mcp/gist", "ghcr.io/acme/github-mcp-server"] {
        assert_eq!(of(&Reference::image(name)), None, "{name}");
    }
}

#[test]
fn no_known_name_is_the_look_alike_of_another() {
    for ecosystem in Ecosystem::ALL {
        let all: Vec<&str> = servers(ecosystem).collect();
        let names = Names::of(ecosystem);
        for name in &all {
            let normal = normal(ecosystem, name);
            let skeleton = skeleton(&normal);
            // as if it were not in the list: what another entry would make of it
            for known in names.all.iter().filter(|k| k.name != *name) {
                let same_scope = scoped(&normal).zip(scoped(&known.normal)).is_some_and(|(a, b)| a.0 == b.0);
                let like = resembles(&normal, &skeleton, known, &names.words).filter(|l| !same_scope && !l.is_weak());
                assert_eq!(like, None, "{name} and {}", known.name);
            }
        }
    }
}

#[test]
fn a_slip_depends_on_the_kind_and_the_length() {
    for (word, known, expected) in [
        ("fetchh", "fetch", true),
        ("gitt", "git", false),
        ("gihtub", "github", true),
        ("githun", "github", true),
        ("fithub", "github", true),
        ("mithub", "github", false),
        ("fetcg", "fetch", false),
        ("slacks", "slack", false),
        ("slack2", "slack", false),
        ("context8", "context7", false),
        ("sever", "server", true),
    ] {
        assert_eq!(slip(word, known), expected, "{word} {known}");
    }
}

/// Names of public repositories of servers, as their authors' packages are mostly called.
const HONEST: &str = "fore-mcp-server gitlab-mcp-server mcp-server-langgraph mcp-server mcp-servers mcp-server-excel \
     attio-mcp-server youtube-mcp-server athena-mcp-server interactive-mcp-server filesystem-context-mcp-server \
     dragonfly-mcp-server memory-bank-mcp-server bitbucket-mcp-server unity-mcp-server git-memory-mcp-server \
     n8n-mcp-server grok-mcp-server linkedin-mcp-server logseq-mcp-server spotify-mcp-server atlas-mcp-server \
     actual-mcp-server apify-mcp-server github-mcp-server nextcloud-mcp-server shopify-mcp-server sql-mcp-server \
     red-mcp-server open-mcp knowledge-mcp trace-mcp tableau-mcp claude-prompts-mcp wpf-devtools-mcp ai-memory-mcp \
     local-memory-mcp cdp-mcp refactor-mcp web-search-mcp notion-mcp better-notion-mcp easy-notion-mcp \
     notion-mcp-light github-mcp github-mcp-go pygithub-mcp-server mcp-server-fuzzer mcp-server-framework \
     mcp-server-fred mcp-server-firebird mcp-server-forge mcp-server-flipt mcp-server-file mcp-server-find \
     mcp-server-ftp mcp-server-filesystem mcp-server-firecrawl mcp-database mcp-debugger mcp-gateway mcp-mesh \
     mcp-use mcp-guide mcp-hangar mcp-cli mcp-core mcp-console mcp-router mcp-exec mcp-scanner mcp-telegram \
     mcp-memory mcp-mux mcp-website mcp-research mcp-windows slack-mcp slack-mcp-client slack-mcpl slack-mcp-cli \
     mcp-git mcp-fetch mcp-sqlite mcp-postgres mcp-redis mcp-playwright mcp-puppeteer linear-mcp jira-mcp figma-mcp \
     stripe-mcp supabase-mcp mcp-server-mysql mcp-server-docker mcp-server-ssh mcp-server-rag mcp-server-box \
     mcp-server-todo exa-mcp eva-mcp-server mcpm mcpd mcps";

#[test]
fn names_of_the_community_are_left_alone_in_every_registry() {
    for name in HONEST.split_whitespace() {
        let loud = |reference: Reference| lookalike(&reference).filter(|(_, l)| !l.is_weak());
        assert_eq!(loud(Reference::npm(name)), None, "{name}");
        assert_eq!(loud(Reference::npm(&format!("@acme/{name}"))), None, "{name}");
        assert_eq!(loud(Reference::python(name)), None, "{name}");
        assert_eq!(loud(Reference::image(name)), None, "{name}");
        assert_eq!(loud(Reference::image(&format!("acme/{name}"))), None, "{name}");
    }
}
