// An independent client, the official SDK: counts what a server lists when the client declares every capability.
// usage: node count.mjs COMMAND ARG…
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";

const [command, ...args] = process.argv.slice(2);
const transport = new StdioClientTransport({ command, args, env: process.env, stderr: "ignore" });
const capabilities = { roots: { listChanged: true }, sampling: {}, elicitation: {} };
const client = new Client({ name: "claude-code", version: "1" }, { capabilities });
await client.connect(transport);
const offered = client.getServerCapabilities() ?? {};
// servers may add tools while the first second passes
await new Promise((resolve) => setTimeout(resolve, 1000));
const count = async (has, list, key) => {
  if (!has) return 0;
  let total = 0;
  let cursor;
  do {
    let page;
    try {
      page = await list(cursor === undefined ? {} : { cursor });
    } catch (error) {
      // a server with resources need not have templates
      if (error.code === -32601) return total;
      throw error;
    }
    total += page[key].length;
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return total;
};
const counts = {
  tools: await count(offered.tools, (p) => client.listTools(p), "tools"),
  prompts: await count(offered.prompts, (p) => client.listPrompts(p), "prompts"),
  resources: await count(offered.resources, (p) => client.listResources(p), "resources"),
  templates: await count(offered.resources, (p) => client.listResourceTemplates(p), "resourceTemplates"),
};
console.log(JSON.stringify(counts));
process.exit(0);
