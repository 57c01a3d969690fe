import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { AnswerError, type JsonClient } from "@kvsync/control/azure-setup";
import { parse } from "dotenv";

/** An environment file's variables, by name. Where a name stands twice, the last one counts. */
export async function readEnvironmentFile(file: string): Promise<ReadonlyMap<string, string>> {
  return new Map(Object.entries(parse(await readFile(file))));
}

/** `webshop` for `…/webshop.env`: the project's slug and part of the vault's name. */
export function slugOf(file: string): string {
  const slug = basename(file)
    .toLowerCase()
    .replace(/\.env$/, "")
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^[^a-z]+|-+$/g, "");
  return slug.length >= 3 ? slug.slice(0, 14).replace(/-$/, "") : "app";
}

export type Source = Readonly<{ projectSlug: string; environmentId: string; path: string }>;

type Named = Readonly<{ id: string; name: string }>;

/** Finds or makes the project and its environment `production`. */
export async function ensureSource(call: JsonClient, slug: string): Promise<Source> {
  const base = "/v1/workspace/default";
  const teams = (await call("GET", `${base}/team`)) as unknown as readonly Named[];
  const teamId = teams[0]?.id;
  try {
    await call("POST", `${base}/project`, { name: slug, slug, teamId });
  } catch (error) {
    if (!(error instanceof AnswerError && error.status === 409)) throw error;
  }
  const path = `${base}/project/${slug}`;
  const environments = async (): Promise<readonly Named[]> =>
    (await call("GET", `${path}/environment`)) as unknown as readonly Named[];
  if ((await environments()).length === 0) await call("POST", `${path}/environment`, { name: "production" });
  const environmentId = (await environments())[0]?.id;
  if (environmentId === undefined) throw new Error("control shows no environment right after one was made");
  return { projectSlug: slug, environmentId, path };
}

type Listed = Readonly<{ id: string; name: string; values: ReadonlyArray<{ value: string }> }>;

export type ImportCounts = Readonly<{ created: number; changed: number; removed: number }>;

/** Makes the environment hold exactly these variables, touching only what differs. */
export async function importVariables(
  call: JsonClient,
  { environmentId, path }: Source,
  variables: ReadonlyMap<string, string>,
): Promise<ImportCounts> {
  const list = (await call(
    "GET",
    `${path}/secret?environmentId=${environmentId}`,
  )) as unknown as readonly Listed[];
  const known = new Map(list.map((secret) => [secret.name, secret]));
  const fresh = [...variables].filter(([name]) => !known.has(name));
  if (fresh.length > 0)
    await call("POST", `${path}/secret`, {
      environments: [environmentId],
      secrets: fresh.map(([key, value]) => ({ key, value, type: "runtime", dataType: "text" })),
    });
  let changed = 0;
  let removed = 0;
  for (const { id, name, values } of list) {
    const value = variables.get(name);
    if (value === undefined) {
      await call("DELETE", `${path}/secret/${id}`);
      removed += 1;
    } else if (values[0]?.value !== value) {
      await call("PUT", `${path}/secret/${id}`, {
        name,
        values: [{ environmentId, value, isPersonal: false }],
      });
      changed += 1;
    }
  }
  return { created: fresh.length, changed, removed };
}
