//! The rows of the client table, one client after the other. What a path and a standing mean says [`super`]; which page a
//! checked row was compared with says [`super::super::pages`].

use super::*;

const CLAUDE: &str = "CLAUDE_CONFIG_DIR";
const GEMINI: &str = "GEMINI_CLI_HOME";
const OVER: &str = "GEMINI_CLI_SYSTEM_SETTINGS_PATH";
const UNDER: &str = "GEMINI_CLI_SYSTEM_DEFAULTS_PATH";
const QWEN_OVER: &str = "QWEN_CODE_SYSTEM_SETTINGS_PATH";
const QWEN_UNDER: &str = "QWEN_CODE_SYSTEM_DEFAULTS_PATH";
const TAB_OVER: &str = "TABNINE_CLI_SYSTEM_SETTINGS_PATH";
const TAB_UNDER: &str = "TABNINE_CLI_SYSTEM_DEFAULTS_PATH";
const GOOSE_ROOT: &str = "GOOSE_PATH_ROOT";
const CACHE: &str = "CLAUDE_CODE_PLUGIN_CACHE_DIR";

const SCRIPT: &str = "a script that configures the client when it runs, and is never run here";
const PROJECTS: &str = "it lists projects that were opened; their own files are read where such a project is named";
const PROFILE: &str = "a property list of the device management, which is not read";
const EXTENSIONS: &str = "extensions may bring servers by their code, which is not read";

/// A file in the global storage of an extension.
macro_rules! stored {
    ($editor:literal, cline) => {
        concat!($editor, "/User/globalStorage/saoudrizwan.claude-dev/settings/cline_mcp_settings.json")
    };
    ($editor:literal, roo) => {
        concat!($editor, "/User/globalStorage/rooveterinaryinc.roo-cline/settings/mcp_settings.json")
    };
}

/// Clients and files.
pub const TABLE: &[Row] = &[
    row("claude-code", Project, "^/.mcp.json", MCP).flat().checked(),
    row("claude-code", User, "~/.claude.json", MCP).unless(&[CLAUDE]).checked(),
    row("claude-code", User, "$CLAUDE_CONFIG_DIR/.claude.json", MCP),
    row("claude-code", Project, "./.claude/settings.json", NONE),
    row("claude-code", Project, "./.claude/settings.local.json", NONE),
    row("claude-code", User, "~/.claude/settings.json", NONE).unless(&[CLAUDE]),
    row("claude-code", User, "$CLAUDE_CONFIG_DIR/settings.json", NONE),
    row("claude-code", Plugin, "~/.claude/plugins/cache/**/.mcp.json", MCP).flat().unless(&[CACHE, CLAUDE]),
    row("claude-code", Plugin, "~/.claude/plugins/cache/**/.claude-plugin/plugin.json", MCP).unless(&[CACHE, CLAUDE]),
    row("claude-code", Plugin, "$CLAUDE_CONFIG_DIR/plugins/cache/**/.mcp.json", MCP).flat().unless(&[CACHE]),
    row("claude-code", Plugin, "$CLAUDE_CONFIG_DIR/plugins/cache/**/.claude-plugin/plugin.json", MCP).unless(&[CACHE]),
    row("claude-code", Plugin, "~/.claude/plugins/repos/**/.mcp.json", MCP).flat().unless(&[CLAUDE]),
    row("claude-code", Plugin, "~/.claude/plugins/repos/**/.claude-plugin/plugin.json", MCP).unless(&[CLAUDE]),
    row("claude-code", Plugin, "$CLAUDE_CONFIG_DIR/plugins/repos/**/.mcp.json", MCP).flat(),
    row("claude-code", Plugin, "$CLAUDE_CONFIG_DIR/plugins/repos/**/.claude-plugin/plugin.json", MCP),
    row("claude-code", Plugin, "$CLAUDE_CODE_PLUGIN_CACHE_DIR/cache/**/.mcp.json", MCP).flat(),
    row("claude-code", Plugin, "$CLAUDE_CODE_PLUGIN_CACHE_DIR/cache/**/.claude-plugin/plugin.json", MCP),
    row("claude-code", Plugin, "$CLAUDE_CODE_PLUGIN_SEED_DIR/cache/**/.mcp.json", MCP).flat(),
    row("claude-code", Plugin, "$CLAUDE_CODE_PLUGIN_SEED_DIR/cache/**/.claude-plugin/plugin.json", MCP),
    row("claude-code", Managed, "/etc/claude-code/managed-mcp.json", MCP).on(&[Linux]).checked(),
    row("claude-code", Managed, "/Library/Application Support/ClaudeCode/managed-mcp.json", MCP).on(&[Macos]).checked(),
    row("claude-code", Managed, "{PROGRAMFILES}/ClaudeCode/managed-mcp.json", MCP).on(&[Windows]).checked(),
    row("claude-code", Managed, "/etc/claude-code/managed-settings.json", NONE).on(&[Linux]),
    row("claude-code", Managed, "/Library/Application Support/ClaudeCode/managed-settings.json", NONE).on(&[Macos]),
    row("claude-code", Managed, "{PROGRAMFILES}/ClaudeCode/managed-settings.json", NONE).on(&[Windows]),
    row("claude-desktop", User, "{APP}/Claude/claude_desktop_config.json", MCP).on(&[Macos, Windows]).checked(),
    row("claude-desktop", User, "{APP}/Claude/claude_desktop_config.json", MCP).on(&[Linux]),
    row("claude-desktop", Plugin, "{APP}/Claude/Claude Extensions/*/manifest.json", BUNDLE).bundle(),
    row("claude-desktop", Plugin, "{APP}/Claude/local-agent-mode-sessions/*/*/rpm/*/.mcp.json", MCP).flat(),
    row("claude-desktop", Plugin, "{APP}/Claude/local-agent-mode-sessions/*/*/rpm/*/.claude-plugin/plugin.json", MCP),
    row("claude-desktop", User, "{APP}/Claude/claude-code-sessions", NONE)
        .unread("connectors of the account are not configured in files; these are records of their use"),
    row("cursor", Project, "./.cursor/mcp.json", MCP).checked(),
    row("cursor", Project, "./.mcp.json", MCP).shared(),
    row("cursor", User, "~/.cursor/mcp.json", MCP).checked(),
    row("cursor", User, "{APP}/Cursor/User/mcp.json", MCP),
    row("cursor", User, "{APP}/Cursor/User/settings.json", CURSOR),
    row("cursor", Plugin, "~/.cursor/plugins/**/mcp.json", MCP).flat(),
    row("cursor", Plugin, "~/.cursor/plugins/**/.mcp.json", MCP).flat(),
    row("cursor", User, "~/.cursor/extensions", NONE).unread(EXTENSIONS),
    row("vscode", Project, "./.vscode/mcp.json", CODE).checked(),
    row("vscode", Project, "./.vscode/settings.json", CODE_SETTINGS),
    row("vscode", Project, "./.mcp.json", MCP).shared(),
    row("vscode", Project, "./.devcontainer/devcontainer.json", CONTAINER).checked(),
    row("vscode", Project, "./.devcontainer/*/devcontainer.json", CONTAINER),
    row("vscode", Project, "./.devcontainer.json", CONTAINER),
    row("vscode", Project, "./*.code-workspace", WORKSPACE),
    row("vscode", User, "{APP}/Code/User/mcp.json", CODE).unless(&["VSCODE_PORTABLE"]),
    row("vscode", User, "{APP}/Code/User/settings.json", CODE_SETTINGS).unless(&["VSCODE_PORTABLE"]),
    row("vscode", User, "{APP}/Code/User/profiles/*/mcp.json", CODE).unless(&["VSCODE_PORTABLE"]),
    row("vscode", User, "{APP}/Code/User/profiles/*/settings.json", CODE_SETTINGS).unless(&["VSCODE_PORTABLE"]),
    row("vscode", User, "$VSCODE_PORTABLE/user-data/User/mcp.json", CODE),
    row("vscode", User, "$VSCODE_PORTABLE/user-data/User/settings.json", CODE_SETTINGS),
    row("vscode", User, "$VSCODE_PORTABLE/user-data/User/profiles/*/mcp.json", CODE),
    row("vscode", User, "$VSCODE_PORTABLE/user-data/User/profiles/*/settings.json", CODE_SETTINGS),
    row("vscode", User, "~/.vscode/mcp.json", CODE),
    row("vscode", User, "~/.vscode-server/data/User/mcp.json", CODE),
    row("vscode", User, "~/.vscode/extensions", NONE).unread(EXTENSIONS),
    row("vscode-insiders", User, "{APP}/Code - Insiders/User/mcp.json", CODE),
    row("vscode-insiders", User, "{APP}/Code - Insiders/User/settings.json", CODE_SETTINGS),
    row("vscode-insiders", User, "{APP}/Code - Insiders/User/profiles/*/mcp.json", CODE),
    row("vscode-insiders", User, "{APP}/Code - Insiders/User/profiles/*/settings.json", CODE_SETTINGS),
    row("copilot-cli", User, "~/.copilot/mcp-config.json", MCP).unless(&["COPILOT_HOME"]).checked(),
    row("copilot-cli", User, "$COPILOT_HOME/mcp-config.json", MCP).checked(),
    row("copilot-cli", Project, "^./.mcp.json", MCP).flat().shared().checked(),
    row("copilot-cli", Project, "./.github/mcp.json", MCP).checked(),
    row("copilot-cli", Project, "./.github/copilot/settings.json", NONE).checked(),
    row("copilot-cli", Project, "./.github/copilot/settings.local.json", NONE).checked(),
    row("copilot-cli", User, "~/.copilot/settings.json", NONE).unless(&["COPILOT_HOME"]).checked(),
    row("copilot-cli", User, "$COPILOT_HOME/settings.json", NONE).checked(),
    row("copilot-cli", Plugin, "~/.copilot/installed-plugins/**/.mcp.json", MCP)
        .flat()
        .unless(&["COPILOT_HOME"])
        .checked(),
    row("copilot-cli", Plugin, "~/.copilot/installed-plugins/**/plugin.json", MCP).unless(&["COPILOT_HOME"]),
    row("copilot-cli", Plugin, "$COPILOT_HOME/installed-plugins/**/.mcp.json", MCP).flat().checked(),
    row("copilot-cli", Plugin, "$COPILOT_HOME/installed-plugins/**/plugin.json", MCP),
    row("copilot-cli", User, "~/.copilot/permissions-config.json", NONE)
        .unless(&["COPILOT_HOME"])
        .unread(PROJECTS)
        .checked(),
    row("copilot-cli", User, "$COPILOT_HOME/permissions-config.json", NONE).unread(PROJECTS).checked(),
    row("windsurf", User, "~/.codeium/windsurf/mcp_config.json", MCP).checked(),
    row("windsurf", Plugin, "~/.codeium/mcp_config.json", MCP).checked(),
    row("windsurf", Project, "./.mcp.json", MCP).shared(),
    row("windsurf", Project, "./.windsurf/mcp.json", MCP).doubtful(),
    row("gemini-cli", Project, "./.gemini/settings.json", MCP).checked(),
    row("gemini-cli", User, "~/.gemini/settings.json", MCP).unless(&[GEMINI]).checked(),
    row("gemini-cli", User, "$GEMINI_CLI_HOME/.gemini/settings.json", MCP).checked(),
    row("gemini-cli", Managed, "/etc/gemini-cli/settings.json", MCP).on(&[Linux]).unless(&[OVER]).checked(),
    row("gemini-cli", Managed, "/Library/Application Support/GeminiCli/settings.json", MCP)
        .on(&[Macos])
        .unless(&[OVER])
        .checked(),
    row("gemini-cli", Managed, "{PROGRAMDATA}/gemini-cli/settings.json", MCP).on(&[Windows]).unless(&[OVER]).checked(),
    row("gemini-cli", Managed, "$GEMINI_CLI_SYSTEM_SETTINGS_PATH", MCP).checked(),
    // defaults are the machine's, too, and go behind the user's: they are told apart by nothing, and marked by nothing
    row("gemini-cli", User, "/etc/gemini-cli/system-defaults.json", MCP).on(&[Linux]).unless(&[UNDER]).checked(),
    row("gemini-cli", User, "/Library/Application Support/GeminiCli/system-defaults.json", MCP)
        .on(&[Macos])
        .unless(&[UNDER])
        .checked(),
    row("gemini-cli", User, "{PROGRAMDATA}/gemini-cli/system-defaults.json", MCP)
        .on(&[Windows])
        .unless(&[UNDER])
        .checked(),
    row("gemini-cli", User, "$GEMINI_CLI_SYSTEM_DEFAULTS_PATH", MCP).checked(),
    row("gemini-cli", Plugin, "~/.gemini/extensions/*/gemini-extension.json", MCP).unless(&[GEMINI]),
    row("gemini-cli", Plugin, "$GEMINI_CLI_HOME/.gemini/extensions/*/gemini-extension.json", MCP),
    row("antigravity", Project, "./.agents/mcp_config.json", MCP),
    row("antigravity", Project, "./.agent/mcp_config.json", MCP),
    row("antigravity", Project, "./_agents/mcp_config.json", MCP),
    row("antigravity", Project, "./_agent/mcp_config.json", MCP),
    row("antigravity", User, "~/.gemini/antigravity/mcp_config.json", MCP).checked(),
    row("antigravity", User, "~/.gemini/antigravity-cli/mcp_config.json", MCP),
    row("antigravity", User, "~/.gemini/config/mcp_config.json", MCP),
    row("antigravity", User, "{APP}/Antigravity/User/mcp.json", CODE),
    row("antigravity", User, "{APP}/Antigravity/User/settings.json", CODE_SETTINGS),
    row("antigravity", User, "{APP}/Antigravity IDE/User/mcp.json", CODE),
    row("antigravity", User, "{APP}/Antigravity IDE/User/settings.json", CODE_SETTINGS),
    row("antigravity", User, "~/.gemini/settings.json", MCP).shared(),
    row("antigravity", Plugin, "~/.gemini/extensions/*/gemini-extension.json", MCP).shared(),
    row("antigravity", Plugin, "~/.gemini/config/plugins/*/mcp_config.json", MCP),
    row("antigravity", User, "~/.gemini/config/projects/*.json", NONE).unread(PROJECTS),
    row("codex", Project, "^./.codex/config.toml", TOML).checked(),
    row("codex", User, "~/.codex/config.toml", TOML).unless(&["CODEX_HOME"]).checked(),
    row("codex", User, "~/.codex/*.config.toml", TOML).unless(&["CODEX_HOME"]).checked(),
    row("codex", User, "$CODEX_HOME/config.toml", TOML).checked(),
    row("codex", User, "$CODEX_HOME/*.config.toml", TOML),
    row("codex", Managed, "/etc/codex/managed_config.toml", TOML).on(UNIX),
    // the machine's defaults go behind the user's own
    row("codex", User, "/etc/codex/config.toml", TOML).on(UNIX).checked(),
    row("codex", User, "{PROGRAMDATA}/OpenAI/Codex/config.toml", TOML).on(&[Windows]),
    row("codex", Plugin, "~/.codex/plugins/**/.mcp.json", MCP).flat().unless(&["CODEX_HOME"]),
    row("codex", Plugin, "~/.codex/plugins/**/.codex-plugin/plugin.json", MCP).unless(&["CODEX_HOME"]),
    row("codex", Plugin, "$CODEX_HOME/plugins/**/.mcp.json", MCP).flat(),
    row("codex", Plugin, "$CODEX_HOME/plugins/**/.codex-plugin/plugin.json", MCP),
    row("chatgpt-desktop", User, "~/.codex/config.toml", TOML).unless(&["CODEX_HOME"]).shared().checked(),
    row("chatgpt-desktop", User, "$CODEX_HOME/config.toml", TOML).shared(),
    // of one scope the first goes before the others
    row("opencode", Project, "./.opencode/opencode.json", OPENCODE),
    row("opencode", Project, "./.opencode/opencode.jsonc", OPENCODE),
    row("opencode", Project, "^./opencode.json", OPENCODE).checked(),
    row("opencode", Project, "^./opencode.jsonc", OPENCODE).checked(),
    row("opencode", Environment, "env:OPENCODE_CONFIG_CONTENT", OPENCODE).checked(),
    row("opencode", User, "$OPENCODE_CONFIG_DIR/opencode.json", OPENCODE).checked(),
    row("opencode", User, "$OPENCODE_CONFIG_DIR/opencode.jsonc", OPENCODE).checked(),
    row("opencode", User, "$OPENCODE_CONFIG", OPENCODE).checked(),
    row("opencode", User, "~/.opencode/opencode.json", OPENCODE),
    row("opencode", User, "~/.opencode/opencode.jsonc", OPENCODE),
    row("opencode", User, "{XC}/opencode/opencode.json", OPENCODE).checked(),
    row("opencode", User, "{XC}/opencode/opencode.jsonc", OPENCODE).checked(),
    row("opencode", User, "~/.local/share/opencode/opencode.db", NONE)
        .unread("a database of the projects that were opened; their own files are read where such a project is named"),
    row("opencode", Managed, "/Library/Managed Preferences/ai.opencode.managed.plist", NONE)
        .on(&[Macos])
        .unread(PROFILE)
        .checked(),
    row("opencode", Managed, "/Library/Application Support/opencode/opencode.json", OPENCODE).on(&[Macos]).checked(),
    row("opencode", Managed, "/Library/Application Support/opencode/opencode.jsonc", OPENCODE).on(&[Macos]).checked(),
    row("opencode", Managed, "/etc/opencode/opencode.json", OPENCODE).on(&[Linux]).checked(),
    row("opencode", Managed, "/etc/opencode/opencode.jsonc", OPENCODE).on(&[Linux]).checked(),
    row("opencode", Managed, "{PROGRAMDATA}/opencode/opencode.json", OPENCODE).on(&[Windows]).checked(),
    row("opencode", Managed, "{PROGRAMDATA}/opencode/opencode.jsonc", OPENCODE).on(&[Windows]).checked(),
    row("kiro", Project, "./.kiro/settings/mcp.json", MCP).checked(),
    row("kiro", Project, "./.kiro/agents/*.json", MCP).checked(),
    row("kiro", User, "~/.kiro/settings/mcp.json", MCP).checked(),
    row("kiro", User, "~/.kiro/agents/*.json", MCP).checked(),
    row("kiro", Plugin, "~/.kiro/powers/installed/*/mcp.json", MCP),
    row("amazon-q", Project, "./.amazonq/mcp.json", MCP).checked(),
    row("amazon-q", Project, "./.amazonq/default.json", MCP).checked(),
    row("amazon-q", Project, "./.amazonq/cli-agents/*.json", MCP).checked(),
    row("amazon-q", User, "~/.aws/amazonq/mcp.json", MCP).checked(),
    row("amazon-q", User, "~/.aws/amazonq/default.json", MCP).checked(),
    row("amazon-q", User, "~/.aws/amazonq/cli-agents/*.json", MCP).checked(),
    row("amazon-q", User, "~/.aws/amazonq/agents/default.json", MCP),
    row("amazon-q", User, "~/.aws/amazonq/agents/mcp.json", MCP),
    row("cline", User, "~/.cline/data/settings/cline_mcp_settings.json", MCP).unless(&["CLINE_DIR"]).checked(),
    row("cline", User, "$CLINE_DIR/data/settings/cline_mcp_settings.json", MCP).checked(),
    row("cline", User, "$CLINE_MCP_SETTINGS_PATH", MCP),
    // an extension's global storage lies under the folder of the editor that runs it
    row("cline", User, stored!("{APP}/Code", cline), MCP),
    row("cline", User, stored!("{APP}/Code - Insiders", cline), MCP),
    row("cline", User, stored!("{APP}/Cursor", cline), MCP),
    row("cline", User, stored!("{APP}/VSCodium", cline), MCP),
    row("cline", User, stored!("~/.vscode-server/data", cline), MCP),
    row("roo-code", Project, "./.roo/mcp.json", MCP).checked(),
    row("roo-code", User, stored!("{APP}/Code", roo), MCP),
    row("roo-code", User, stored!("{APP}/Code - Insiders", roo), MCP),
    row("roo-code", User, stored!("{APP}/Cursor", roo), MCP),
    row("roo-code", User, stored!("{APP}/VSCodium", roo), MCP),
    row("roo-code", User, stored!("~/.vscode-server/data", roo), MCP),
    row("continue", Project, "./.continue/mcpServers/*.yaml", MCP).checked(),
    row("continue", Project, "./.continue/mcpServers/*.yml", MCP),
    row("continue", Project, "./.continue/mcpServers/*.json", MCP).flat().checked(),
    row("continue", Project, "./.continuerc.json", CONTINUE).checked(),
    row("continue", User, "~/.continue/config.yaml", MCP).unless(&["CONTINUE_GLOBAL_DIR"]).checked(),
    row("continue", User, "~/.continue/config.json", CONTINUE).unless(&["CONTINUE_GLOBAL_DIR"]).checked(),
    row("continue", User, "$CONTINUE_GLOBAL_DIR/config.yaml", MCP),
    row("continue", User, "$CONTINUE_GLOBAL_DIR/config.json", CONTINUE),
    row("zed", Project, "./.zed/settings.json", ZED).checked(),
    row("zed", User, "{XC}/zed/settings.json", ZED).on(UNIX).checked(),
    row("zed", User, "{APP}/Zed/settings.json", ZED).on(&[Windows]).checked(),
    row("amp", Project, "^./.amp/settings.json", AMP).checked(),
    row("amp", Project, "^./.amp/settings.jsonc", AMP).checked(),
    // the extension has the same settings among those of its editor
    row("amp", Project, "./.vscode/settings.json", AMP).checked(),
    row("amp", User, "{APP}/Code/User/settings.json", AMP).unless(&["VSCODE_PORTABLE"]),
    row("amp", User, "$VSCODE_PORTABLE/user-data/User/settings.json", AMP),
    row("amp", User, "{XC}/amp/settings.json", AMP).unless(&["AMP_SETTINGS_FILE"]).checked(),
    row("amp", User, "{XC}/amp/settings.jsonc", AMP).unless(&["AMP_SETTINGS_FILE"]).checked(),
    row("amp", User, "$AMP_SETTINGS_FILE", AMP),
    // older guides name it; the manual does not
    row("amp", User, "{APP}/amp/settings.json", AMP).on(&[Windows]).doubtful(),
    row("amp", Managed, "/etc/ampcode/managed-settings.json", AMP).on(&[Linux]).checked(),
    row("amp", Managed, "/Library/Application Support/ampcode/managed-settings.json", AMP).on(&[Macos]).checked(),
    row("amp", Managed, "{PROGRAMDATA}/ampcode/managed-settings.json", AMP).on(&[Windows]).checked(),
    row("goose", User, "{XC}/goose/config.yaml", GOOSE).on(UNIX).unless(&[GOOSE_ROOT]).checked(),
    row("goose", User, "{APP}/Block/goose/config/config.yaml", GOOSE).on(&[Windows]).unless(&[GOOSE_ROOT]).checked(),
    row("goose", User, "$GOOSE_PATH_ROOT/config/config.yaml", GOOSE),
    row("lm-studio", User, "~/.lmstudio/mcp.json", MCP).checked(),
    row("lm-studio", User, "~/.cache/lm-studio/mcp.json", MCP),
    row("trae", Project, "./.trae/mcp.json", MCP).checked(),
    row("trae", User, "{APP}/Trae/User/mcp.json", MCP),
    row("trae", User, "{APP}/Trae CN/User/mcp.json", MCP),
    row("junie", Project, "./.junie/mcp/mcp.json", MCP),
    row("junie", User, "~/.junie/mcp/mcp.json", MCP),
    row("factory", Project, "./.factory/mcp.json", MCP),
    row("factory", User, "~/.factory/mcp.json", MCP).checked(),
    row("factory", User, "{APP}/Factory Bridge/mcp.json", MCP).on(&[Macos, Windows]).checked(),
    row("kimi", Project, "./.kimi-code/mcp.json", MCP),
    row("kimi", Project, "./.mcp.json", MCP).shared(),
    row("kimi", User, "~/.kimi/mcp.json", MCP).unless(&["KIMI_SHARE_DIR"]).checked(),
    row("kimi", User, "$KIMI_SHARE_DIR/mcp.json", MCP).checked(),
    row("kimi", User, "~/.kimi-code/mcp.json", MCP).unless(&["KIMI_CODE_HOME"]),
    row("kimi", User, "$KIMI_CODE_HOME/mcp.json", MCP),
    row("vibe", Project, "./.vibe/config.toml", TOML).checked(),
    row("vibe", User, "~/.vibe/config.toml", TOML).unless(&["VIBE_HOME"]).checked(),
    row("vibe", User, "$VIBE_HOME/config.toml", TOML),
    row("qoder", Project, "./.mcp.json", MCP).shared().checked(),
    row("qoder", Project, "./.qoder/settings.json", MCP),
    row("qoder", Project, "./.qoder/settings.local.json", MCP).checked(),
    row("qoder", User, "~/.qoder.json", MCP),
    row("qoder", User, "~/.qoder/settings.json", MCP).checked(),
    row("qoder", User, "~/.qoder/mcp.json", MCP),
    row("qoder", User, "{APP}/Qoder/SharedClientCache/mcp.json", MCP).on(&[Windows]),
    // what it reads of Claude Code's and Codex's files only when somebody switches that on is no part of its fleet
    row("warp", Project, "./.warp/.mcp.json", MCP).checked(),
    row("warp", Project, "./.agents/.mcp.json", MCP).checked(),
    row("warp", User, "~/.warp/.mcp.json", MCP).checked(),
    row("warp", User, "~/.warp/mcp.json", MCP).doubtful(),
    row("warp", User, "~/.agents/.mcp.json", MCP).checked(),
    row("plandex", User, "~/.plandex/config.json", MCP).doubtful(),
    row("augment", User, "~/.augment/settings.json", MCP).checked(),
    row("augment", Project, "./.augment/settings.json", MCP),
    row("augment", Project, "./.augment/settings.local.json", MCP),
    row("augment", Plugin, "~/.augment/plugins/marketplaces/**/.mcp.json", MCP).flat(),
    row("augment", Managed, "/etc/augment/settings.json", MCP).on(&[Linux, Macos]),
    row("augment", Managed, "{PROGRAMDATA}/augment/settings.json", MCP).on(&[Windows]),
    row("tabnine", Project, "./.tabnine/mcp_servers.json", MCP).checked(),
    row("tabnine", Project, "./.tabnine/agent/settings.json", MCP).checked(),
    row("tabnine", User, "~/.tabnine/agent/settings.json", MCP).checked(),
    row("tabnine", Managed, "/etc/tabnine-cli/settings.json", MCP).on(&[Linux]).unless(&[TAB_OVER]).checked(),
    row("tabnine", Managed, "/Library/Application Support/TabnineCli/settings.json", MCP)
        .on(&[Macos])
        .unless(&[TAB_OVER])
        .checked(),
    row("tabnine", Managed, "{PROGRAMDATA}/tabnine-cli/settings.json", MCP)
        .on(&[Windows])
        .unless(&[TAB_OVER])
        .checked(),
    row("tabnine", Managed, "$TABNINE_CLI_SYSTEM_SETTINGS_PATH", MCP).checked(),
    row("tabnine", User, "/etc/tabnine-cli/system-defaults.json", MCP).on(&[Linux]).unless(&[TAB_UNDER]).checked(),
    row("tabnine", User, "/Library/Application Support/TabnineCli/system-defaults.json", MCP)
        .on(&[Macos])
        .unless(&[TAB_UNDER])
        .checked(),
    row("tabnine", User, "{PROGRAMDATA}/tabnine-cli/system-defaults.json", MCP)
        .on(&[Windows])
        .unless(&[TAB_UNDER])
        .checked(),
    row("tabnine", User, "$TABNINE_CLI_SYSTEM_DEFAULTS_PATH", MCP).checked(),
    row("kilo-code", Project, "./kilo.json", OPENCODE).checked(),
    row("kilo-code", Project, "./kilo.jsonc", OPENCODE).checked(),
    row("kilo-code", Project, "./.kilo/kilo.json", OPENCODE).checked(),
    row("kilo-code", Project, "./.kilo/kilo.jsonc", OPENCODE).checked(),
    row("kilo-code", Project, "./opencode.json", OPENCODE).shared().checked(),
    row("kilo-code", Project, "./opencode.jsonc", OPENCODE).shared().checked(),
    row("kilo-code", Environment, "env:KILO_CONFIG_CONTENT", OPENCODE),
    row("kilo-code", User, "$KILO_CONFIG_DIR/kilo.json", OPENCODE),
    row("kilo-code", User, "$KILO_CONFIG_DIR/opencode.json", OPENCODE),
    row("kilo-code", User, "$KILO_CONFIG", OPENCODE),
    row("kilo-code", User, "{XC}/kilo/opencode.json", OPENCODE).checked(),
    row("kilo-code", User, "{XC}/kilo/opencode.jsonc", OPENCODE).checked(),
    row("kilo-code", User, "{XC}/kilo/kilo.json", OPENCODE).checked(),
    row("kilo-code", User, "{XC}/kilo/kilo.jsonc", OPENCODE).checked(),
    row("kilo-code", User, "{XC}/kilo/config.json", OPENCODE).checked(),
    // before it had a file of its own
    row("kilo-code", Project, "./.kilocode/mcp.json", MCP).checked(),
    row("grok", Project, "^./.grok/config.toml", TOML).checked(),
    row("grok", User, "~/.grok/config.toml", TOML).unless(&["GROK_HOME"]).checked(),
    row("grok", User, "$GROK_HOME/config.toml", TOML).checked(),
    // what an enterprise gives goes behind the user's own
    row("grok", User, "~/.grok/managed_config.toml", TOML).unless(&["GROK_HOME"]),
    row("grok", User, "$GROK_HOME/managed_config.toml", TOML),
    row("grok", User, "/etc/grok/managed_config.toml", TOML).on(UNIX),
    row("grok", Project, "^./.mcp.json", MCP).shared(),
    row("grok", Project, "./.cursor/mcp.json", MCP).shared(),
    row("grok", User, "~/.cursor/mcp.json", MCP).shared(),
    row("grok", User, "~/.claude.json", MCP).shared(),
    row("devin", Project, "./.devin/config.json", MCP).checked(),
    row("devin", Project, "./.devin/config.local.json", MCP).checked(),
    row("devin", Project, "./.devin/mcp_config.json", MCP),
    row("devin", Project, "./.mcp.json", MCP).shared(),
    row("devin", User, "{XC}/devin/config.json", MCP).on(UNIX).checked(),
    row("devin", User, "{APP}/devin/config.json", MCP).on(&[Windows]).checked(),
    row("devin", User, "{XC}/devin/mcp_config.json", MCP).on(UNIX),
    row("devin", User, "{APP}/devin/mcp_config.json", MCP).on(&[Windows]),
    row("qwen-code", Project, "./.qwen/settings.json", MCP).checked(),
    row("qwen-code", User, "~/.qwen/settings.json", MCP).checked(),
    row("qwen-code", Managed, "/etc/qwen-code/settings.json", MCP).on(&[Linux]).unless(&[QWEN_OVER]).checked(),
    row("qwen-code", Managed, "/Library/Application Support/QwenCode/settings.json", MCP)
        .on(&[Macos])
        .unless(&[QWEN_OVER])
        .checked(),
    row("qwen-code", Managed, "{PROGRAMDATA}/qwen-code/settings.json", MCP)
        .on(&[Windows])
        .unless(&[QWEN_OVER])
        .checked(),
    row("qwen-code", Managed, "$QWEN_CODE_SYSTEM_SETTINGS_PATH", MCP).checked(),
    row("qwen-code", User, "/etc/qwen-code/system-defaults.json", MCP).on(&[Linux]).unless(&[QWEN_UNDER]).checked(),
    row("qwen-code", User, "/Library/Application Support/QwenCode/system-defaults.json", MCP)
        .on(&[Macos])
        .unless(&[QWEN_UNDER])
        .checked(),
    row("qwen-code", User, "{PROGRAMDATA}/qwen-code/system-defaults.json", MCP)
        .on(&[Windows])
        .unless(&[QWEN_UNDER])
        .checked(),
    row("qwen-code", User, "$QWEN_CODE_SYSTEM_DEFAULTS_PATH", MCP).checked(),
    row("crush", Project, "./.crush.json", OPENCODE).checked(),
    row("crush", Project, "./crush.json", OPENCODE).checked(),
    row("crush", User, "{XC}/crush/crush.json", OPENCODE).checked(),
    row("crush", User, "~/AppData/Local/crush/crush.json", OPENCODE).on(&[Windows]).checked(),
    row("crush", User, "{XC}/crush/crushrc", NONE).unread(SCRIPT).checked(),
    row("neovim", Project, "./.mcphub/servers.json", MCP).checked(),
    row("neovim", Project, "./.vscode/mcp.json", CODE).shared().checked(),
    row("neovim", Project, "./.cursor/mcp.json", MCP).shared().checked(),
    row("neovim", User, "{XC}/mcphub/servers.json", MCP).checked(),
    row("neovim", User, "{XC}/nvim/mcp.json", MCP).doubtful(),
    row("helix", User, "{XC}/helix/mcp.json", MCP).doubtful(),
];
