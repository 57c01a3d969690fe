import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { chmodSync, existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { inspect } from "./chromium/binary.ts";
import { unpackedChromium } from "./chromium/unpack.ts";
import { findChromium, NoChromiumError } from "./chromium.ts";
import { scratchFolder } from "./scratch.ts";

/** The one that this run of tests uses. */
const real = process.env["TEST_CHROMIUM"] ?? "";
let folder: string;
const said: string[] = [];
const log = (line: string): void => void said.push(line);

beforeEach(() => {
  folder = scratchFolder();
  said.length = 0;
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A program that does what `script` says. */
function program(path: string, script: string): string {
  const file = join(folder, path);
  mkdirSync(join(file, ".."), { recursive: true });
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
  return file;
}

/** A machine with nothing but what is in our folder. */
function bareMachine(more: NodeJS.ProcessEnv = {}): Parameters<typeof findChromium>[0] {
  const env = { PATH: join(folder, "bin"), PLAYWRIGHT_BROWSERS_PATH: join(folder, "playwright"), ...more };
  return { toolsDirectory: join(folder, "tools"), env, log };
}

describe("looking for a Chromium", () => {
  test("takes the one that is named, and no other where that one does not run", async () => {
    const named = await findChromium(bareMachine({ CHROMIUM_PATH: real }));
    expect(named.command).toBe(real);
    expect(named.version).toMatch(/^\d+\./u);
    program("bin/chromium", `exec ${real} "$@"`);
    const broken = program("broken", "echo it can not >&2; exit 1");
    const failure = findChromium(bareMachine({ CHROMIUM_PATH: broken }));
    await expect(failure).rejects.toThrow(NoChromiumError);
    await expect(failure).rejects.toThrow(/broken does not run: it can not/u);
    await expect(failure).rejects.toThrow("npx playwright-core install chromium-headless-shell");
  });

  test("passes over those on the PATH that do not run", async () => {
    const broken = program("bin/chromium", "echo no Snap here >&2; exit 1");
    const working = program("more/google-chrome", `exec ${real} "$@"`);
    const path = [join(folder, "bin"), join(folder, "more")].join(delimiter);
    expect((await findChromium(bareMachine({ PATH: path }))).command).toBe(working);
    expect(said[0]).toBe(`${broken} does not run: no Snap here and is passed over`);
    // There is no npm on this PATH that could bring one that costs less.
    expect(said.at(-1)).toMatch(/npm gives none: .*ENOENT.*: it is .*google-chrome, then/u);
  });

  test("takes one that draws pages only before a whole browser, without asking anybody", async () => {
    program("bin/chromium", `exec ${real} "$@"`);
    const shell = program("playwright/chromium_headless_shell-1255/x/headless_shell", `exec ${real} "$@"`);
    expect((await findChromium(bareMachine())).command).toBe(shell);
    const onPath = program("bin/chromium-headless-shell", `exec ${real} "$@"`);
    expect((await findChromium(bareMachine())).command).toBe(onPath);
    expect(said).toEqual([]);
  });

  test("takes a browser where what was unpacked does not run, and does not bring that again", async () => {
    const browser = program("bin/chromium", `exec ${real} "$@"`);
    const target = unpackedChromium(join(folder, "tools"));
    mkdirSync(join(target, ".."), { recursive: true });
    writeFileSync(target, "#!/bin/sh\necho a library is missing >&2; exit 127\n", { mode: 0o755 });
    expect((await findChromium(bareMachine())).command).toBe(browser);
    expect(said).toEqual([`${target} does not run: a library is missing: it is ${browser}, then`]);
  });

  test("takes the newest of Playwright's", async () => {
    for (const revision of ["chromium-999/chrome-linux64/chrome", "chromium-1255/chrome-linux64/chrome"])
      program(join("playwright", revision), `exec ${real} "$@"`);
    expect((await findChromium(bareMachine())).command).toContain("chromium-1255");
  });

  test("takes the one that was unpacked before, without asking anybody", async () => {
    program("bin/chromium", `exec ${real} "$@"`);
    const kept = program("tools/kept", `exec ${real} "$@"`);
    const target = unpackedChromium(join(folder, "tools"));
    mkdirSync(join(target, ".."));
    writeFileSync(target, `#!/bin/sh\nexec ${kept} "$@"\n`, { mode: 0o755 });
    expect((await findChromium(bareMachine())).command).toBe(target);
    expect(said).toEqual([]);
  });

  test("fails where none can be had, with what was tried and what to do", async () => {
    // There is no npm on this PATH that could bring one.
    await expect(findChromium(bareMachine())).rejects.toMatchObject({ code: "NO_CHROMIUM" });
    expect(existsSync(unpackedChromium(join(folder, "tools")))).toBe(false);
  });

  test("tells one that only says that it runs, or is not there", async () => {
    expect(await inspect(program("liar", "echo Chromium 156.0"))).toEqual({
      problem: "does not run: it ended",
    });
    expect(await inspect(join(folder, "missing"))).toMatchObject({
      problem: expect.stringContaining("ENOENT"),
    });
  });
});
