import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { requiredSetting } from "@kvsync/testing";
import { chromium, type Browser } from "playwright-core";

const flags = [
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/**
 * The Chromium that `npm test` found, with a profile and a home of its own in the run's folder for temporary files.
 * Without its sandbox, which root can't have and containers often refuse: it sees only our own pages.
 */
export async function launchChromium(): Promise<Browser> {
  const home = await mkdtemp(join(tmpdir(), "chromium-home-"));
  return chromium.launch({
    executablePath: requiredSetting("TEST_CHROMIUM"),
    chromiumSandbox: false,
    args: flags,
    env: { PATH: "/usr/local/bin:/usr/bin:/bin", HOME: home, TMPDIR: home, TZ: "UTC", LC_ALL: "C" },
  });
}
