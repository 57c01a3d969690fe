import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { guard, release, removeAtEnd } from "../lifeline.ts";

/** A Chromium that was tried and runs here. */
export type ChromiumBinary = Readonly<{ command: string; version: string }>;

/** The dashboard is built for what browsers can do since then. */
const oldest = 120;
const patienceMs = 30_000;

/**
 * The Chromium at `command`, if it opens a page here, else the reason why not. Asking for its version is not enough:
 * one in a Snap answers that and then can't use its profile, another lacks a library that it loads late.
 */
export async function inspect(command: string): Promise<ChromiumBinary | Readonly<{ problem: string }>> {
  const home = mkdtempSync(join(tmpdir(), "kvsync-chromium-"));
  removeAtEnd(home);
  const flags = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-sync"];
  const quiet = ["--disable-background-networking", "--disable-component-update", "--disable-quic"];
  const child = spawn(
    command,
    [...flags, ...quiet, `--user-data-dir=${join(home, "profile")}`, "--remote-debugging-port=0"],
    { env: environment(home), stdio: ["ignore", "ignore", "pipe"], detached: true },
  );
  const timer = setTimeout(() => child.pid !== undefined && endGroup(child.pid), patienceMs);
  if (child.pid !== undefined) guard(child.pid, "SIGTERM");
  const ended = once(child, "close").catch((error: unknown) => error);
  try {
    const said: string[] = [];
    for await (const line of createInterface({ input: child.stderr })) {
      const port = /^DevTools listening on ws:\/\/127\.0\.0\.1:(\d+)\//u.exec(line)?.[1];
      if (port !== undefined) return await judge(command, `http://127.0.0.1:${port}`);
      said.push(line);
    }
    const error = await ended;
    return { problem: `does not run: ${said[0] ?? failure(error) ?? "it ended"}` };
  } catch (error) {
    return { problem: `opens no page: ${failure(error) ?? String(error)}` };
  } finally {
    clearTimeout(timer);
    if (child.pid !== undefined) endGroup(child.pid);
    await ended;
    if (child.pid !== undefined) release(child.pid);
    rmSync(home, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function judge(
  command: string,
  debugging: string,
): Promise<ChromiumBinary | Readonly<{ problem: string }>> {
  const signal = AbortSignal.timeout(patienceMs);
  const about = await fetch(`${debugging}/json/version`, { signal });
  const { Browser: browser } = (await about.json()) as { Browser: string };
  const version = browser.split("/")[1] ?? "";
  if (!(Number.parseInt(version, 10) >= oldest))
    return { problem: `is version ${version}, too old (${oldest} needed)` };
  const page = await fetch(`${debugging}/json/new?about:blank`, { method: "PUT", signal });
  return page.ok ? { command, version } : { problem: `opens no page: ${await page.text()}` };
}

function failure(error: unknown): string | undefined {
  return (error as { message?: string }).message;
}

/** It has processes of its own, which must not outlive its folder. */
function endGroup(pid: number): void {
  try {
    process.kill(-pid, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

/** Nothing of ours, and a home of its own: an account may have none, or one with another Chromium's profile. */
function environment(home: string): NodeJS.ProcessEnv {
  return { PATH: "/usr/local/bin:/usr/bin:/bin", HOME: home, TMPDIR: home, TZ: "UTC", LC_ALL: "C" };
}
