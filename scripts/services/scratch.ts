import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { chmodSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

/** For tests: an empty folder that every account may pass through. The caller removes it. */
export function scratchFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "kvsync-services-"));
  chmodSync(folder, 0o711);
  return folder;
}

/**
 * For tests: a process of its own that runs `source`, a TypeScript module, beside this folder's modules, and writes
 * a line when it has got so far. Resolves with that line.
 */
export async function otherProcess(source: string): Promise<{ process: ChildProcess; said: string }> {
  const here = new URL("./", import.meta.url).href;
  const child = spawn(
    process.execPath,
    ["--input-type=module-typescript", "--eval", source.replaceAll('from "./', `from "${here}`)],
    { stdio: ["ignore", "pipe", "inherit"], env: { ...process.env, NODE_OPTIONS: "" } },
  );
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code, signal) => reject(new Error(`it ended with ${code ?? signal}`)));
    createInterface({ input: child.stdout }).once("line", (line) => {
      resolve({ process: child, said: line });
    });
  });
}
