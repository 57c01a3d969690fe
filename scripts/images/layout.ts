import { cp, mkdir, readdir, readFile, rm, symlink } from "node:fs/promises";
import { dirname, join, matchesGlob, relative } from "node:path";
import { fileURLToPath } from "node:url";

const checkout = fileURLToPath(new URL("../..", import.meta.url));

/** An image's files as its build lays them out, without the system beneath. */
export type Layout = Readonly<{
  /** What is `/` in the image. */
  root: string;
  /** What is `/app` in the image, where its commands run. */
  app: string;
  /** The command that the image runs. */
  command: readonly string[];
}>;

/**
 * Lays a target of deploy/Containerfile out in a folder: what it copies, as far as .dockerignore lets the build see it,
 * and of the packages only what its workspaces name as dependencies. What was made in another stage comes from this
 * checkout, which makes the same.
 */
export async function layOut(target: string, root: string): Promise<Layout> {
  const stages = stagesOf(await readFile(join(checkout, "deploy/Containerfile"), "utf8"));
  const isSeen = seenBy(await readFile(join(checkout, ".dockerignore"), "utf8"));
  const app = join(root, "app");
  const instructions = stages.get(target) ?? [];
  const modules = copyOf(instructions, /^--from=(\S+-modules) \/app \.\/$/);
  await copyFiles(copiedBy(stages.get("build") ?? []), app, isSeen);
  await copyFiles(copiedBy(instructions), app, isSeen);
  const installed = /--workspace (\S+)/.exec((stages.get(modules) ?? []).join("\n"))?.[1] ?? "";
  await linkPackages(app, installed);
  const command = instructions.find((line) => line.startsWith("CMD "))?.slice("CMD ".length) ?? "[]";
  return { root, app, command: JSON.parse(command) as string[] };
}

/** The instructions of each stage, each in one line. */
function stagesOf(containerfile: string): ReadonlyMap<string, string[]> {
  const stages = new Map<string, string[]>();
  let current: string[] = [];
  for (const line of containerfile.replaceAll("\\\n", " ").split("\n")) {
    const name = /^FROM \S+ AS (\S+)$/.exec(line)?.[1];
    if (name === undefined) current.push(line);
    else stages.set(name, (current = []));
  }
  return stages;
}

const copyOf = (instructions: readonly string[], pattern: RegExp): string =>
  copies(instructions)
    .map((copy) => pattern.exec(copy)?.[1])
    .find((found) => found !== undefined) ?? "";

const copies = (instructions: readonly string[]): string[] =>
  instructions.flatMap((line) => (line.startsWith("COPY ") ? [line.slice("COPY ".length)] : []));

type Copy = Readonly<{ from: string; to: string; isMade: boolean }>;

/** What is copied from the checkout, or from a stage that makes it at the same place. */
function copiedBy(instructions: readonly string[]): Copy[] {
  return copies(instructions).flatMap((copy) => {
    const words = copy.split(" ").filter((word) => !word.startsWith("--"));
    const isMade = copy.startsWith("--from=");
    const to = words.pop() ?? "";
    return words.flatMap((word) => {
      const from = word.replace(/^\/app\/?/, "");
      if (from === "") return [];
      return [{ from, to: to.endsWith("/") ? join(to, from.split("/").at(-1) ?? "") : to, isMade }];
    });
  });
}

async function copyFiles(
  found: readonly Copy[],
  app: string,
  isSeen: (path: string) => boolean,
): Promise<void> {
  for (const { from, to, isMade } of found) {
    const destination = to.startsWith("/") ? join(dirname(app), to) : join(app, to);
    const source = join(checkout, from);
    await mkdir(dirname(destination), { recursive: true });
    await cp(source, destination, {
      recursive: true,
      filter: (path) => isMade || isSeen(relative(checkout, path)),
    });
  }
}

/** Whether the build sees a file or enters a folder: the last line that fits it, or a folder that it is in, decides. */
function seenBy(dockerignore: string): (path: string) => boolean {
  const rules = dockerignore
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => ({ shows: line.startsWith("!"), glob: line.replace(/^!/, "") }));
  return (path) => {
    const parts = path.split("/");
    const paths = parts.map((_, at) => parts.slice(0, at + 1).join("/"));
    return rules.findLast(({ glob }) => paths.some((one) => matchesGlob(one, glob)))?.shows ?? true;
  };
}

/** Puts there what the workspaces name that a workspace needs, each from this checkout's packages. */
async function linkPackages(app: string, workspace: string, linked = new Set<string>()): Promise<void> {
  if (linked.has(workspace)) return;
  linked.add(workspace);
  const workspaces = await workspacesOf(app);
  const manifest = JSON.parse(await readFile(join(app, workspace, "package.json"), "utf8")) as {
    name: string;
    dependencies?: Record<string, string>;
  };
  await link(join(app, workspace), join(app, "node_modules", manifest.name));
  for (const name of Object.keys(manifest.dependencies ?? {})) {
    const own = workspaces.get(name);
    if (own === undefined) await link(join(checkout, "node_modules", name), join(app, "node_modules", name));
    else await linkPackages(app, own, linked);
  }
}

async function link(target: string, path: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await rm(path, { force: true });
  await symlink(target, path);
}

/** Where each workspace's manifest lies, by its name. */
async function workspacesOf(app: string): Promise<ReadonlyMap<string, string>> {
  const folders = await Promise.all(
    ["apps", "packages"].map(async (folder) =>
      (await readdir(join(app, folder))).map((name) => `${folder}/${name}`),
    ),
  );
  return new Map(
    await Promise.all(
      folders.flat().map(async (folder) => {
        const text = await readFile(join(app, folder, "package.json"), "utf8");
        return [(JSON.parse(text) as { name: string }).name, folder] as const;
      }),
    ),
  );
}
