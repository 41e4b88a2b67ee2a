#!/usr/bin/env node
// Runs the program that npm installed for this system. Nothing is downloaded here, and there is no install script.
"use strict";

const { spawnSync } = require("node:child_process");

const system = `${process.platform}-${process.arch}`;
const name = process.platform === "win32" ? "mcp-assay.exe" : "mcp-assay";

let program;
try {
  program = require.resolve(`@mcp-assay/${system}/${name}`);
} catch {
  console.error(`mcp-assay: there is no program for ${system}, or optional dependencies were left out; try: cargo install mcp-assay`);
  process.exit(70);
}

const done = spawnSync(program, process.argv.slice(2), { stdio: "inherit" });
if (done.error) {
  console.error(`mcp-assay: ${program} cannot be run: ${done.error.message}`);
  process.exit(70);
}
if (done.signal) {
  process.kill(process.pid, done.signal);
}
process.exit(done.status ?? 70);
