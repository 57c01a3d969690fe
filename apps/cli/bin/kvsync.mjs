#!/usr/bin/env node
/**
 * Runs the command-line client, whose sources are TypeScript, on a Node that can: ours when it is new enough, else the
 * one that the checkout brought.
 */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { constants } from "node:os";
import { fileURLToPath } from "node:url";

const main = new URL("../src/main.ts", import.meta.url);
const packaged = fileURLToPath(new URL("../../../node_modules/node/bin/node", import.meta.url));

if (Number(process.versions.node.split(".")[0]) >= 24) {
  await import(main.href);
} else if (existsSync(packaged)) {
  const child = spawn(packaged, [fileURLToPath(main), ...process.argv.slice(2)], { stdio: "inherit" });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  child.on("error", (error) => fail(error.message));
  child.on("exit", (code, signal) => process.exit(code ?? 128 + constants.signals[signal]));
} else {
  fail(`kvsync needs Node 24; this is ${process.versions.node}. In the checkout, “npm start” brings one.`);
}

function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}
