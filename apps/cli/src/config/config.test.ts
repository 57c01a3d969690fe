import { chmod, mkdir, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { forgetCredential, keepCredential, keptCredential } from "./credentials.ts";
import { configFolder } from "./folder.ts";
import { chosenPlace, mergePlaces } from "./place.ts";
import { nearestProjectFile, parseProjectFile } from "./project-file.ts";
import { chosenServer, keepServer } from "./server.ts";
import { serverAddress } from "./server-address.ts";

let folder: string;
const place = () => ({ env: { XDG_CONFIG_HOME: folder } as Record<string, string>, home: "/nowhere" });
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "kvsync-config-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const modeOf = async (path: string): Promise<number> => (await stat(path)).mode & 0o777;

test("the folder is that of the XDG standard", () => {
  expect(configFolder({ env: { XDG_CONFIG_HOME: "/x" }, home: "/h" })).toBe("/x/kvsync");
  expect(configFolder({ env: {}, home: "/h" })).toBe("/h/.config/kvsync");
  expect(configFolder({ env: { XDG_CONFIG_HOME: "relative" }, home: "/h" })).toBe("/h/.config/kvsync");
});

test("a credential is kept per server, for its owner alone, even where the folder was open", async () => {
  await mkdir(join(folder, "kvsync"), { mode: 0o755 });
  await keepCredential(place(), "https://one", { token: "1", expiresAt: null });
  await keepCredential(place(), "https://two", { token: "2", expiresAt: "2026-01-01T00:00:00.000Z" });
  expect(await modeOf(join(folder, "kvsync"))).toBe(0o700);
  expect(await modeOf(join(folder, "kvsync/credentials.json"))).toBe(0o600);
  expect(await keptCredential(place(), "https://one")).toEqual({ token: "1", expiresAt: null });
  expect(await keptCredential(place(), "https://three")).toBeUndefined();
  expect(await forgetCredential(place(), "https://one")).toBe(true);
  expect(await forgetCredential(place(), "https://one")).toBe(false);
  expect(await keptCredential(place(), "https://two")).toMatchObject({ token: "2" });
});

test("a file of credentials that others could read is closed to them", async () => {
  await keepCredential(place(), "https://one", { token: "1", expiresAt: null });
  const file = join(folder, "kvsync/credentials.json");
  await chmod(file, 0o644);
  await keptCredential(place(), "https://one");
  expect(await modeOf(file)).toBe(0o600);
});

test("a file that can't be read is told of without what is in it, and left as it is", async () => {
  await mkdir(join(folder, "kvsync"));
  const file = join(folder, "kvsync/credentials.json");
  await writeFile(file, "{ secret-token");
  const problem = await keepCredential(place(), "https://one", { token: "1", expiresAt: null }).catch(String);
  expect(problem).toContain(file);
  expect(problem).not.toContain("secret-token");
  expect(await readFile(file, "utf8")).toBe("{ secret-token");
});

test("the server is the option's, else the environment's, else the one kept", async () => {
  await expect(chosenServer(place(), undefined)).rejects.toMatchObject({ exitCode: 2 });
  await keepServer(place(), "https://kept");
  expect(await chosenServer(place(), undefined)).toBe("https://kept");
  const named = { ...place(), env: { ...place().env, KVSYNC_SERVER: "https://named/" } };
  expect(await chosenServer(named, undefined)).toBe("https://named");
  expect(await chosenServer(named, "https://option/base/")).toBe("https://option/base");
});

test("plain http goes to this machine alone, unless it is allowed", () => {
  const address = (text: string, allowHttp = false): string => serverAddress(text, { allowHttp });
  expect(
    ["http://localhost:3000", "http://127.0.0.1:1", "http://[::1]:1"].map((text) => address(text)),
  ).toEqual(["http://localhost:3000", "http://127.0.0.1:1", "http://[::1]:1"]);
  expect(address("http://control:3000", true)).toBe("http://control:3000");
  for (const text of [
    "http://control",
    "control:3000",
    "ftp://x",
    "https://u:p@x",
    "https://x?y",
    "http://127.0.0.1.example.com",
  ])
    expect(() => address(text)).toThrow(expect.objectContaining({ exitCode: 2 }));
});

test("the nearest project file counts, ours before Enkryptify's, and names no server", async () => {
  await mkdir(join(folder, "a/b"), { recursive: true });
  await writeFile(join(folder, ".kvsync.json"), '{"workspace": "far"}');
  await writeFile(
    join(folder, "a/.enkryptify.json"),
    '{"workspace": "near", "project": "p", "server": "https://evil"}',
  );
  expect(await nearestProjectFile(join(folder, "a/b"))).toEqual({ workspace: "near", project: "p" });
  await writeFile(join(folder, "a/.kvsync.json"), '{"project": "ours"}');
  expect(await nearestProjectFile(join(folder, "a/b"))).toEqual({ project: "ours" });
});

test.each(["[]", "no", '{"project": 1}', '{"environment": " "}'])(
  "a project file like %s is refused",
  (text) => {
    expect(() => parseProjectFile(text, "/x/.kvsync.json")).toThrow(/\/x\/\.kvsync\.json/u);
  },
);

test("what is named ends what the file says below it", async () => {
  const file = { workspace: "w", project: "p", environment: "e" };
  expect(mergePlaces({}, file)).toEqual(file);
  expect(mergePlaces({ environment: "f" }, file)).toEqual({ ...file, environment: "f" });
  expect(mergePlaces({ project: "q" }, file)).toEqual({ workspace: "w", project: "q" });
  expect(mergePlaces({ project: "p" }, file)).toEqual(file);
  expect(mergePlaces({ workspace: "v", project: "p" }, file)).toEqual({ workspace: "v", project: "p" });
  const env = { KVSYNC_PROJECT: "env", KVSYNC_ENVIRONMENT: "" };
  expect(await chosenPlace({ env, cwd: folder }, {})).toEqual({ project: "env" });
  expect(await chosenPlace({ env, cwd: folder }, { project: "option" })).toEqual({ project: "option" });
});
