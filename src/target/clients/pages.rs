//! Which of the vendors' own pages the rows marked [`super::Standing::Checked`] were compared with, and when. A page that
//! says less than the table says nothing about the rest: a row is checked by itself.

/// Client, page, and where a repository holds it the commit that was read.
pub const PAGES: &[(&str, &str)] = &[
    ("claude-code", "https://code.claude.com/docs/en/mcp"),
    (
        "claude-desktop",
        "https://github.com/modelcontextprotocol/modelcontextprotocol/blob/a226dc48/docs/docs/develop/connect-local-servers.mdx",
    ),
    ("cursor", "https://docs.cursor.com/context/model-context-protocol"),
    ("vscode", "https://github.com/microsoft/vscode-docs/blob/fccba1e7/docs/copilot/customization/mcp-servers.md"),
    (
        "copilot-cli",
        "https://github.com/github/docs/blob/03b432e6/content/copilot/reference/copilot-cli-reference/cli-config-dir-reference.md",
    ),
    ("windsurf", "https://docs.windsurf.com/plugins/cascade/mcp"),
    ("gemini-cli", "https://github.com/google-gemini/gemini-cli/blob/5ce6e011/docs/reference/configuration.md"),
    ("antigravity", "https://github.com/ChromeDevTools/chrome-devtools-mcp/pull/580"),
    ("codex", "https://developers.openai.com/codex/config-basic"),
    ("codex", "https://github.com/openai/codex/blob/6fb1cc70/docs/config.md"),
    ("chatgpt-desktop", "https://developers.openai.com/es-419/docs/extend/mcp"),
    ("opencode", "https://github.com/sst/opencode/blob/31e22f65/packages/web/src/content/docs/config.mdx"),
    ("kiro", "https://kiro.dev/docs/cli/chat/configuration"),
    ("amazon-q", "https://docs.aws.amazon.com/amazonq/latest/qdeveloper-ug/mcp-ide.html"),
    ("amazon-q", "https://github.com/aws/amazon-q-developer-cli/blob/81954862/docs/agent-file-locations.md"),
    ("cline", "https://github.com/cline/cline/blob/31a034d2/docs/cline-cli/configuration.mdx"),
    ("roo-code", "https://github.com/RooCodeInc/Roo-Code-Docs/blob/e932fb44/docs/features/mcp/using-mcp-in-roo.mdx"),
    ("continue", "https://github.com/continuedev/continue/blob/ff335487/docs/customize/deep-dives/mcp.mdx"),
    ("continue", "https://github.com/continuedev/continue/blob/d93e2161/docs/customize/deep-dives/configuration.mdx"),
    ("zed", "https://github.com/zed-industries/zed/blob/003a15e3/docs/src/configuring-zed.md"),
    ("zed", "https://github.com/zed-industries/zed/blob/010c9b6f/crates/paths/src/paths.rs"),
    ("zed", "https://github.com/zed-industries/zed/blob/00400088/crates/project/src/context_server_store.rs"),
    ("amp", "https://ampcode.com/manual#configuration"),
    ("qwen-code", "https://github.com/QwenLM/qwen-code/blob/00e6128b/docs/users/configuration/settings.md"),
    ("crush", "https://github.com/charmbracelet/crush/blob/00766af6/README.md"),
    ("crush", "https://github.com/charmbracelet/crush/blob/main/docs/config/README.md"),
    ("neovim", "https://github.com/ravitemer/mcphub.nvim/releases/tag/v4.0.0"),
    ("neovim", "https://github.com/ravitemer/mcphub.nvim/releases/tag/v6.0.0"),
    ("lm-studio", "https://github.com/lmstudio-ai/lmstudio-bug-tracker/issues/1371"),
    ("trae", "https://www.volcengine.com/docs/86677/2137601"),
    ("qoder", "https://docs.qoder.com/cli/mcp-servers"),
    ("augment", "https://www.augmentcode.com/changelog/auggie-cli-0-5-4-release-notes"),
    ("goose", "https://github.com/block/goose/blob/09f7063a/documentation/docs/guides/config-files.md"),
    ("factory", "https://github.com/Factory-AI/factory/blob/0366300f/docs/cli/configuration/mcp.mdx"),
    ("factory", "https://docs.factory.ai/user-guides/factory-bridge/model-context-protocol"),
    ("kimi", "https://github.com/MoonshotAI/kimi-cli/blob/11999ec1/docs/en/configuration/data-locations.md"),
    ("vibe", "https://github.com/mistralai/mistral-vibe/blob/0088bc89/README.md"),
    ("warp", "https://github.com/warpdotdev/docs/blob/03f783a3/src/content/docs/agent-platform/capabilities/mcp.mdx"),
    ("tabnine", "https://docs.tabnine.com/main/getting-started/tabnine-agent/mcp-intro-and-setup"),
    ("tabnine", "https://docs.tabnine.com/main/getting-started/tabnine-agent/mcp-intro-and-setup/mcp-server-config"),
    ("tabnine", "https://docs.tabnine.com/main/getting-started/tabnine-cli/features/settings/settings-reference"),
    (
        "kilo-code",
        "https://github.com/Kilo-Org/kilocode/blob/00014964/packages/kilo-docs/pages/automate/mcp/using-in-kilo-code.md",
    ),
    ("grok", "https://docs.x.ai/build/settings"),
    ("grok", "https://docs.x.ai/build/features/mcp-servers"),
    ("devin", "https://docs.devin.ai/cli/extensibility/configuration"),
];

/// Pages of others that rows which are only read were compared with: no page of the vendor's own could be had that names the
/// place.
pub const OTHERS: &[(&str, &str)] = &[
    ("augment", "https://www.npmjs.com/package/@augmentcode/auggie/v/0.36.0"),
    ("junie", "https://vaadin.com/docs/next/agentic-development/mcp/supported-tools/junie.md"),
    ("junie", "https://docs.rs/crate/agent-config/0.2.0/source/docs/agents/junie.md"),
    ("cline", "https://docs.rs/crate/agent-config/0.2.0/source/docs/agents/cline.md"),
    ("antigravity", "https://docs.rs/crate/agent-config/0.2.0/source/docs/agents/antigravitycli.md"),
    (
        "antigravity",
        "https://developer.mescius.com/mcp/docs/configure-your-ai-client/command-line-clients/google-antigravity-cli",
    ),
    ("antigravity", "https://cua.ai/docs/use-cua-with/antigravity-cli"),
    ("antigravity", "https://github.com/stbenjam/skillsaw/blob/main/docs/rules/antigravity-mcp-valid.md"),
    ("trae", "https://github.com/pathintegral-institute/mcpm.sh/issues/92"),
    ("roo-code", "https://gist.github.com/danielrosehill/ec279319741ed74143052ddce9132b1e"),
    ("roo-code", "https://github.com/RooCodeInc/Roo-Code/blob/1b629c06/src/shared/globalFileNames.ts"),
    ("roo-code", "https://docs.rs/crate/agent-config/0.2.0/source/docs/agents/roo.md"),
    ("qoder", "https://www.npmjs.com/package/@qoder-ai/qodercli/v/1.1.52"),
    ("qoder", "https://docs.rs/crate/agent-config/0.2.0/source/docs/agents/qodercli.md"),
    (
        "grok",
        "https://github.com/nairsh/grok-build/blob/08f3c114/crates/codegen/xai-grok-pager/docs/user-guide/07-mcp-servers.md",
    ),
    ("devin", "https://docs.rs/crate/agent-harness-adapter-core/latest/source/src/devin/adapter.rs"),
];

/// The days they were read, in stored copies.
pub const READ: &str = "2026-11-21 and 22";
