import { catalogue } from "@kvsync/contracts/api";
import { listSyncs } from "./api/syncs.ts";
import { workspaceOf } from "./api/places.ts";
import { openSession } from "./api/session.ts";
import { groups } from "./commands/index.ts";
import { chosenPlace } from "./config/place.ts";
import { chosenServer } from "./config/server.ts";
import type { Context } from "./context.ts";

/** What the server is asked for to complete a word. */
export type Asked = "workspaces" | "projects" | "environments" | "syncs";

const BY_OPTION: Readonly<Record<string, Asked>> = {
  "--workspace": "workspaces",
  "-w": "workspaces",
  "--project": "projects",
  "-p": "projects",
  "--environment": "environments",
  "-e": "environments",
};
/** The commands whose first argument is a sync. */
const OF_A_SYNC = new Set(
  groups
    .filter(({ name }) => name === "sync")
    .flatMap(({ members }) => members)
    .filter(({ usage }) => /^\w+ [<[]sync[>\]]/u.test(usage))
    .map(({ usage }) => usage.split(" ")[0] ?? ""),
);
/** Completion must be quick, or nothing. */
const ANSWER_WITHIN_MS = 3_000;

/** What the last word of a line that is being typed may be; the line begins with the program's name. */
export function askedFor(words: readonly string[]): Asked | undefined {
  const current = words.at(-1) ?? "";
  const byOption = BY_OPTION[words.at(-2) ?? ""];
  if (byOption !== undefined) return byOption;
  const [, group, command] = words;
  const isFirstArgument = words.length === 4 && !current.startsWith("-");
  return isFirstArgument && group === "sync" && OF_A_SYNC.has(command ?? "") ? "syncs" : undefined;
}

/** Names and ids that shells complete: those without anything that would have to be quoted, else the id. */
export const asWord = ({ name, id }: Readonly<{ name: string; id: string }>): string =>
  /^[\w.@%+/-]+$/u.test(name) ? name : id;

type Done = (words: string[]) => void;
type Defaults = (then?: (error: Error | null, words: string[] | undefined) => void) => void;

/** Completes names where somebody is signed in, and commands and options anyhow. */
export function completions(args: readonly string[], context: Context) {
  return (_current: string, _argv: unknown, defaults: Defaults, done: Done): void => {
    const words = args.slice(args.indexOf("--get-yargs-completions") + 1);
    const asked = askedFor(words);
    if (asked === undefined) {
      defaults();
      return;
    }
    const current = words.at(-1) ?? "";
    const tell = async (): Promise<void> => {
      // A word that can't be completed is no reason to disturb whoever types.
      const names = await namesOf(asked, words, context).catch(() => []);
      done(names.filter((name) => name.startsWith(current)));
    };
    void tell();
  };
}

async function namesOf(asked: Asked, words: readonly string[], context: Context): Promise<string[]> {
  const quick: Context = {
    ...context,
    fetch: (address, init) =>
      context.fetch(address, { ...init, signal: AbortSignal.timeout(ANSWER_WITHIN_MS) }),
  };
  const option = (long: string, short: string): string | undefined => {
    const at = words.findIndex((word) => word === long || word === short);
    return at < 0 || at >= words.length - 2 ? undefined : words[at + 1];
  };
  const { api } = await openSession(quick, await chosenServer(context, option("--server", "--server")));
  const [workspace, project] = [option("--workspace", "-w"), option("--project", "-p")];
  const place = await chosenPlace(context, {
    ...(workspace === undefined ? {} : { workspace }),
    ...(project === undefined ? {} : { project }),
  });
  if (asked === "workspaces") return (await api.call(catalogue.listWorkspaces)).map(({ slug }) => slug);
  if (asked === "syncs") return (await listSyncs(api, place)).map(asWord);
  const params = { workspace: await workspaceOf(api, place) };
  if (asked === "projects")
    return (await api.call(catalogue.listProjects, { params })).flatMap(({ projects }) =>
      projects.map(({ slug }) => slug),
    );
  if (place.project === undefined) return [];
  const environments = await api.call(catalogue.listEnvironments, {
    params: { ...params, project: place.project },
  });
  return environments.map(asWord);
}
