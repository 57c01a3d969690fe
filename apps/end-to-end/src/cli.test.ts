import { mkdtemp, readFile, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { RunningWorker } from "@kvsync/worker/worker";
import { kvsync, kvsyncAlone, kvsyncOnTerminal, type CallWith, type Ended } from "./command-line.ts";
import {
  connectSync,
  createSync,
  givenProject,
  givenSync,
  givenVault,
  settled,
  trustSync,
  type TestProject,
} from "./scenario.ts";
import { startTestSystem, type TestSystem } from "./system.ts";

type Document = Readonly<Record<string, never>>;

describe("kvsync, the command-line client", () => {
  let system: TestSystem;
  let worker: RunningWorker;
  let folder: string;
  beforeAll(async () => {
    system = await startTestSystem();
    worker = await system.startWorker();
    folder = await mkdtemp(join(tmpdir(), "kvsync-cli-"));
  });
  afterAll(() => system.stop());

  const environment = (more: Readonly<Record<string, string>> = {}): Record<string, string> => ({
    XDG_CONFIG_HOME: join(folder, "nobody"),
    KVSYNC_SERVER: system.issuer,
    KVSYNC_TOKEN: system.adminToken,
    ...more,
  });
  const withAll = ({ env = {}, ...more }: Partial<CallWith> = {}): CallWith => ({
    cwd: folder,
    ...more,
    env: environment(env),
  });
  const call = (line: string, options?: Partial<CallWith>): Promise<Ended> =>
    kvsync(line.split(" "), withAll(options));
  /** The document of a call that is expected to end with a code. */
  const documentOf = async (
    line: string,
    code: number,
    options: Partial<CallWith> = {},
  ): Promise<Document> => {
    const ended = await call(`${line} --json`, options);
    expect(ended).toMatchObject({ code });
    return JSON.parse(ended.stdout) as Document;
  };
  const at = ({ projectId }: TestProject): string => `--project ${projectId} --environment production`;

  test("goes the whole way, from a file to a vault, and tells with exit code 5 that a secret is blocked", async () => {
    const project = await givenProject(system);
    const vault = await givenVault(system);
    const env = "DATABASE-URL=postgres://example\nAPI-KEY='s3cret value'\nUNDER_SCORED=blocked\n";
    await writeFile(join(folder, "shop.env"), env);
    const where = at(project);

    const preview = await call(`secrets import shop.env ${where} --dry-run`);
    expect(preview).toMatchObject({ code: 0, stdout: "Nothing imported: 3 new.\n" });
    expect(preview.stderr).toBe("+ DATABASE-URL\n+ API-KEY\n+ UNDER_SCORED\n");
    expect(await call(`secrets list ${where}`)).toMatchObject({ code: 0, stdout: "" });
    expect(await documentOf(`secrets import shop.env ${where} --yes`, 0)).toMatchObject({
      applied: true,
      counts: { new: 3, changed: 0, invalid: 0 },
    });
    expect(await call(`secrets list ${where}`)).toMatchObject({
      stdout: "API-KEY\nDATABASE-URL\nUNDER_SCORED\n",
    });

    const created = await documentOf(`sync create shop ${where}`, 0);
    expect(created).toMatchObject({
      issuer: system.issuer,
      subject: `enkryptify:sync:azure-key-vault:${created["syncConfigId"]}`,
      audience: "api://AzureADTokenExchange",
    });
    trustSync(system, vault, created["syncConfigId"] ?? "");
    const azure = `--tenant-id ${vault.tenantId} --client-id ${vault.clientId} --vault-url ${vault.vaultUrl}`;
    expect(await call(`sync connect shop ${azure}`)).toMatchObject({ code: 0 });
    expect(await documentOf(`sync connect shop --prefix shop-`, 0)).toMatchObject({
      sync: { prefix: "shop-", vaultUrl: vault.vaultUrl, tenantId: vault.tenantId },
    });

    const linked = await call(`sync link shop ${where} --first-plan ask --wait`);
    expect(linked).toMatchObject({ code: 0 });
    expect(linked.stderr).toContain("✓ Entra exchanges the assertion for an access token");
    expect(linked.stderr).toContain("✓ The temporary secret is deleted");

    const planned = await call("sync plan shop --detailed-exitcode");
    expect(planned).toMatchObject({ code: 2 });
    expect(planned.stdout).toMatch(/create\s+API-KEY\s+shop-API-KEY/u);
    expect(planned.stdout).toContain("UNDER_SCORED  NAME_UNSUPPORTED");
    expect(planned.stdout).toContain("Plan: 2 create, 1 blocked.");
    await settled(system, created["syncConfigId"] ?? "");
    expect(await call("sync status shop --exit-code")).toMatchObject({ code: 8 });
    expect(await call("sync approve shop")).toMatchObject({ code: 2 });
    expect(await call("sync approve shop --yes --wait")).toMatchObject({ code: 5 });
    expect(system.azure.peek(vault.name, "shop-API-KEY")).toBe("s3cret value");

    const run = await documentOf("sync run shop --wait", 5);
    expect(run).toMatchObject({
      run: { trigger: "manual", state: "completed_with_failures", counts: { unchanged: 2, blocked: 1 } },
      failing: 1,
      failures: [{ secretName: "UNDER_SCORED", failure: { code: "NAME_UNSUPPORTED" } }],
    });
    expect(await documentOf("sync status shop", 0)).toMatchObject({
      sync: { state: "active", upToDate: true, records: { synced: 2, blocked: 1 } },
      failures: [{ failure: { code: "NAME_UNSUPPORTED", hint: expect.any(String) } }],
    });
    expect(await call("sync plan shop --detailed-exitcode")).toMatchObject({ code: 5 });
    expect(await call(`secrets rm UNDER_SCORED ${where} --yes`)).toMatchObject({ code: 0 });
    const clean = await call("sync run shop --wait");
    expect(clean).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^Run succeeded: 2 unchanged in /u),
    });
    expect(await call("sync plan shop --detailed-exitcode")).toMatchObject({ code: 0 });
    expect(await call("sync list --exit-code")).toMatchObject({ code: 0 });
  }, 120_000);

  test("imports what comes on the standard input, and says what is wrong with a file", async () => {
    const where = at(await givenProject(system));
    const piped = { input: "API_KEY=piped\n" };
    expect(await call(`secrets import - ${where} --yes`, piped)).toMatchObject({
      code: 0,
      stdout: "Imported: 1 new.\n",
    });
    expect(await call(`secrets import - ${where}`, piped)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("Give --yes"),
    });
    for (const [words, said] of [
      ["secrets import - --yes", "The standard input is empty."],
      ["secrets import no.env", "There is no file “no.env”."],
      ["secrets import .", "“.” is a folder."],
      ["secrets import ", "No file is named."],
      ["secrets import", "It is: kvsync secrets import <file>."],
      ["completion fish", 'It is one of "bash", "zsh".'],
      ["secrets", "It is: kvsync secrets <command>."],
    ] as const)
      expect(await call(words)).toMatchObject({
        code: 2,
        stderr: expect.stringContaining(said),
      });
  }, 120_000);

  test("takes a value from the standard input alone, and never says it", async () => {
    const project = await givenProject(system);
    const where = at(project);
    const value = "not-to-be-seen";
    const ended = [
      await call(`secrets set API-KEY ${where}`, { input: `${value}\n` }),
      await call(`secrets set API-KEY ${where} --json`, { input: `${value} again\n` }),
      await call(`secrets set API-KEY ${value} ${where}`),
      await call(`secrets set API-KEY=${value} ${where}`),
    ];
    expect(ended.map(({ code }) => code)).toEqual([0, 0, 2, 2]);
    expect(ended.map(({ stdout, stderr }) => stdout + stderr).join("\n")).not.toContain(value);
    const current = async (): Promise<unknown> =>
      (await system.call("GET", `${project.path}/secret/API-KEY`)).body;
    expect(await current()).toMatchObject({ values: [{ value: `${value} again` }] });
    // As a pipe gives it whose first command failed.
    for (const input of ["", "\n"])
      expect(await documentOf(`secrets set API-KEY ${where}`, 2, { input })).toMatchObject({
        error: { code: "VALUE_EMPTY", hint: expect.stringContaining("--allow-empty") },
      });
    expect(await call(`secrets set NEW ${where}`, { input: "" })).toMatchObject({ code: 2 });
    expect(await current()).toMatchObject({ values: [{ value: `${value} again` }] });
    expect(await call(`secrets set API-KEY --allow-empty ${where}`, { input: "" })).toMatchObject({
      code: 0,
    });
    expect(await current()).toMatchObject({ values: [{ value: "" }] });
    expect(await call(`secrets list ${where}`)).toMatchObject({ stdout: "API-KEY\n" });
  }, 120_000);

  test("pauses, resumes, refuses a run of a paused sync, and disconnects", async () => {
    const project = await givenProject(system, { one: "1" });
    const vault = await givenVault(system);
    const syncId = await givenSync(system, project, vault);
    await settled(system, syncId);
    expect(await documentOf(`sync pause ${syncId}`, 0)).toMatchObject({ sync: { state: "paused" } });
    expect(await documentOf(`sync run ${syncId} --wait`, 1)).toMatchObject({ error: { code: "SYNC_STATE" } });
    expect(await call(`sync resume ${syncId} --wait`)).toMatchObject({ code: 0 });
    expect(await call(`sync disconnect ${syncId}`)).toMatchObject({ code: 2 });
    expect(await documentOf(`sync disconnect ${syncId} --remove-secrets --yes`, 0)).toMatchObject({
      disconnected: true,
    });
  }, 120_000);

  test("adopts what was in the vault before, once it is told to", async () => {
    const project = await givenProject(system, { mine: "ours" });
    const vault = await givenVault(system);
    system.azure.seedSecret(vault.name, "mine", { value: "theirs" });
    const syncId = await givenSync(system, project, vault);
    await settled(system, syncId);
    expect(await call(`sync run ${syncId} --wait`)).toMatchObject({ code: 5 });
    expect(await call(`sync adopt ${syncId} other --yes`)).toMatchObject({ code: 4 });
    expect(await call(`sync adopt ${syncId} mine --yes`)).toMatchObject({ code: 0 });
    expect(await call(`sync run ${syncId} --wait`)).toMatchObject({ code: 0 });
    expect(system.azure.peek(vault.name, "mine")).toBe("ours");
  }, 120_000);

  test("tries a failing secret again at once, and says so where nothing fails", async () => {
    const project = await givenProject(system, { "one-a": "1", "one-b": "2" });
    const vault = await givenVault(system);
    const effect = { kind: "answer", status: 400, code: "BadParameter" } as const;
    const fault = { operation: "setSecret", vault: vault.name, secret: "one-a", effect } as const;
    system.azure.knobs.patch({ faults: [fault] });
    const syncId = await givenSync(system, project, vault);
    await settled(system, syncId);
    expect(await documentOf(`sync status ${syncId} --exit-code`, 5)).toMatchObject({ failing: 1 });
    system.azure.knobs.patch({ faults: [] });
    expect(await documentOf(`sync retry ${syncId} one-a --wait`, 0)).toMatchObject({ failing: 0 });
    expect(system.azure.peek(vault.name, "one-a")).toBe("1");
    expect(await documentOf(`sync retry ${syncId}`, 0)).toEqual({ retried: 0 });
  }, 120_000);

  test("names the step at which a validation failed, why, and what to do", async () => {
    const project = await givenProject(system, { one: "1" });
    const vault = await givenVault(system);
    const syncId = await createSync(system, project);
    const nobodys = "00000000-0000-4000-8000-000000000002";
    await connectSync(system, syncId, { ...vault, tenantId: nobodys });
    const linked = await call(`sync link ${syncId} ${at(project)} --wait`);
    expect(linked).toMatchObject({ code: 1, stdout: expect.stringContaining("Not validated.") });
    expect(await documentOf(`sync status ${syncId} --exit-code`, 1)).toMatchObject({
      failedStep: {
        step: "token_exchanged",
        title: "Validation, step 3 of 6: Entra exchanges the assertion for an access token",
        failure: { code: "ENTRA_TENANT_NOT_FOUND", message: expect.stringContaining(nobodys) },
      },
    });
    const { stdout } = await call(`sync status ${syncId}`);
    expect(stdout).toMatch(/✗ Validation, step 3 of 6: .*ENTRA_TENANT_NOT_FOUND\n +Entra knows no tenant/u);
    expect(stdout).toContain("Enter the “Directory (tenant) ID”");
    expect(stdout).toContain(`kvsync sync validate ${syncId} --wait`);
  }, 120_000);

  test("tells by its exit code what keeps it from working", async () => {
    const nobody = { KVSYNC_TOKEN: "" };
    expect(await documentOf("whoami", 3, { env: nobody })).toMatchObject({
      error: { code: "NOT_SIGNED_IN" },
    });
    const wrong = { KVSYNC_TOKEN: "ek_live_wrong" };
    expect(await documentOf("whoami", 3, { env: wrong })).toMatchObject({
      error: { code: "UNAUTHENTICATED" },
    });
    const gone = { KVSYNC_SERVER: "http://localhost:9" };
    expect(await documentOf("whoami", 7, { env: gone })).toMatchObject({ error: { code: "UNREACHABLE" } });
    const alone = await kvsyncAlone(["whoami", "--json"], withAll({ env: gone }));
    expect(alone).toMatchObject({ code: 7 });
    expect(alone.stderr).not.toMatch(/ at |node:/u);
    const project = await givenProject(system);
    expect(await call(`secrets list --project nothing-there -e x`)).toMatchObject({
      code: 4,
      stderr: expect.stringContaining("Give its slug"),
    });
    const near = await call(`secrets list --project ${project.projectId} --environment productoin`);
    expect(near).toMatchObject({ code: 4, stderr: expect.stringContaining("Did you mean “production”?") });
    expect(await call("sync runn x")).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("Did you mean “run”?"),
    });
  }, 120_000);

  test("gives up waiting after --timeout for a run that is tried again and again", async () => {
    const vault = await givenVault(system);
    const syncId = await givenSync(system, await givenProject(system, { a: "1" }), vault);
    await settled(system, syncId);
    const effect = { kind: "answer", status: 503, code: "ServiceUnavailable" } as const;
    const fault = { operation: "listSecrets", vault: vault.name, effect } as const;
    system.azure.knobs.patch({ faults: [fault] });
    const ended = await call(`sync run ${syncId} --wait --timeout 3s --json`);
    system.azure.knobs.patch({ faults: [] });
    expect(ended).toMatchObject({ code: 6 });
    expect(JSON.parse(ended.stdout)).toMatchObject({ error: { code: "TIMED_OUT" } });
  }, 120_000);

  test("keeps a sign-in for its owner alone, per server, and a token of the environment nowhere", async () => {
    const config = join(folder, "signed-in");
    const env = { XDG_CONFIG_HOME: config, KVSYNC_TOKEN: "", KVSYNC_SERVER: "" };
    const server = `--server ${system.issuer}`;
    expect(
      await call(`whoami ${server}`, { env: { ...env, KVSYNC_TOKEN: system.adminToken } }),
    ).toMatchObject({
      code: 0,
    });
    await expect(stat(join(config, "kvsync"))).rejects.toMatchObject({ code: "ENOENT" });

    const signedIn = await call(`login --token ${server}`, { env, input: `${system.adminToken}\n` });
    expect(signedIn).toMatchObject({ code: 0 });
    expect(signedIn.stdout + signedIn.stderr).not.toContain(system.adminToken);
    const credentials = join(config, "kvsync/credentials.json");
    expect((await stat(credentials)).mode & 0o777).toBe(0o600);
    expect((await stat(join(config, "kvsync"))).mode & 0o777).toBe(0o700);
    expect(JSON.parse(await readFile(credentials, "utf8"))).toMatchObject({
      servers: { [system.issuer]: { token: system.adminToken } },
    });
    expect(await documentOf("whoami", 0, { env })).toMatchObject({
      server: system.issuer,
      tokenFrom: "sign-in",
    });
    expect(await call("whoami --server http://localhost:9", { env })).toMatchObject({ code: 3 });

    expect(await call("logout", { env })).toMatchObject({ code: 0 });
    expect(await readFile(credentials, "utf8")).not.toContain(system.adminToken);
    expect(await call("whoami", { env })).toMatchObject({ code: 3 });
  }, 120_000);

  test("refuses a token in the arguments, and doesn't keep one that isn't valid", async () => {
    const env = { XDG_CONFIG_HOME: join(folder, "refused"), KVSYNC_TOKEN: "" };
    const ended = await call(`login --token ${system.adminToken}`, { env });
    expect(ended).toMatchObject({ code: 2 });
    expect(ended.stdout + ended.stderr).not.toContain(system.adminToken);
    expect(await call("login --token", { env, input: "ek_live_wrong" })).toMatchObject({ code: 3 });
    await expect(stat(join(env.XDG_CONFIG_HOME, "kvsync"))).rejects.toMatchObject({ code: "ENOENT" });
  }, 120_000);

  test("takes workspace, project and environment from a file above the folder", async () => {
    const project = await givenProject(system, { one: "1" });
    const place = { workspace: "default", project: project.projectId, environment: project.environmentId };
    const above = await mkdtemp(join(folder, "above-"));
    await writeFile(join(above, ".kvsync.json"), JSON.stringify(place));
    const below = await mkdtemp(join(above, "below-"));
    expect(await call("secrets list", { cwd: below })).toMatchObject({ code: 0, stdout: "one\n" });
    expect(await call(`secrets list ${at(await givenProject(system))}`, { cwd: below })).toMatchObject({
      code: 0,
      stdout: "",
    });
  }, 120_000);

  test("shows on a terminal how far a run is, in colours and on lines that change", async () => {
    const many = Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`name-${index}`, `${index}`]));
    const vault = await givenVault(system);
    const syncId = await givenSync(system, await givenProject(system, { ...many, BAD_NAME: "x" }), vault);
    await settled(system, syncId);
    // Nobody runs it until the lines have changed.
    await worker.stop();
    const starting: Array<Promise<RunningWorker>> = [];
    let heard = "";
    const onOutput = (more: string): void => {
      heard += more;
      if (starting.length === 0 && heard.includes("\u001B[1A\r")) starting.push(system.startWorker());
    };
    const shown = await kvsyncOnTerminal(["sync", "run", syncId, "--wait"], withAll({ onOutput }));
    [worker = worker] = await Promise.all(starting);
    expect(shown).toMatchObject({ code: 5 });
    expect(shown.stdout).toContain("\u001B[33mcompleted with failures\u001B[39m");
    expect(starting).toHaveLength(1);
    expect(stripVTControlCharacters(shown.stdout)).toContain("✗ BAD_NAME  NAME_UNSUPPORTED");
    const without = await kvsyncOnTerminal(["sync", "status"], withAll({ env: { NO_COLOR: "1" } }));
    expect(without.stdout).not.toContain("\u001B[");
  }, 120_000);

  test("completes commands, and the names of projects and syncs where one is signed in", async () => {
    const project = await givenProject(system);
    const slug = project.path.split("/").at(-1) ?? "";
    await call(`sync create completed-${slug} --project ${slug}`);
    const complete = async (line: string, env = {}): Promise<string[]> => {
      const words = ["--get-yargs-completions", "kvsync", ...line.split(" ")];
      const { code, stdout, stderr } = await kvsyncAlone(words, withAll({ env }));
      expect([code, stderr]).toEqual([0, ""]);
      return stdout.trim().split("\n");
    };
    expect(await complete("sync p")).toEqual(expect.arrayContaining(["plan", "pause"]));
    expect(await complete(`sync plan completed-`)).toContain(`completed-${slug}`);
    expect(await complete(`secrets list --project ${slug.slice(0, 4)}`)).toContain(slug);
    expect(await complete(`sync plan completed-`, { KVSYNC_TOKEN: "" })).toEqual([""]);
  }, 120_000);
});
