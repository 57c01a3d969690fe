import { openSession, type Session } from "./api/session.ts";
import { deadlineIn, type Deadline } from "./api/polling.ts";
import { chosenPlace } from "./config/place.ts";
import type { ProjectFile } from "./config/project-file.ts";
import { chosenServer } from "./config/server.ts";
import type { Context } from "./context.ts";
import { Output } from "./output/output.ts";
import { parseDuration } from "./output/time.ts";

/** The options that every command takes. */
export type GlobalOptions = Readonly<{
  json: boolean;
  color: boolean;
  timeout: string;
  server?: string | undefined;
  workspace?: string | undefined;
  project?: string | undefined;
  environment?: string | undefined;
}>;

/** One call of a command: the world, and what the options common to all say. */
export type Invocation = Readonly<{
  context: Context;
  output: Output;
  /** @throws {CliError} when no server is named */
  server: () => Promise<string>;
  /** @throws {CliError} when nobody is signed in */
  session: () => Promise<Session>;
  place: () => Promise<ProjectFile>;
  deadline: Deadline;
}>;

/** @throws {CliError} when an option common to all is wrong */
export function invocation(context: Context, options: GlobalOptions): Invocation {
  const { workspace, project, environment, timeout } = options;
  const server = (): Promise<string> => chosenServer(context, options.server);
  return {
    context,
    output: new Output(context, options),
    server,
    session: async () => openSession(context, await server()),
    place: () => chosenPlace(context, compact({ workspace, project, environment })),
    deadline: deadlineIn(context, { ms: parseDuration(timeout), text: timeout }),
  };
}

function compact(place: Readonly<Record<string, string | undefined>>): ProjectFile {
  return Object.fromEntries(Object.entries(place).filter(([, value]) => value !== undefined));
}
