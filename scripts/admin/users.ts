/** The command `users`: people and workspaces past the API, for whoever runs the system. */
import { parseArgs } from "node:util";
import { addPerson, addWorkspace, invitePerson, resetPassword } from "@kvsync/control/people";
import { emailSchema, personNameSchema, slugSchema } from "@kvsync/contracts/api";
import {
  findPersonByEmail,
  findWorkspace,
  isUniqueViolation,
  listMembers,
  listWorkspaces,
  openDatabase,
  type Database,
  type WorkspaceRow,
} from "@kvsync/store";
import { askForPassword } from "./password-prompt.ts";
import { requireSetting } from "./settings.ts";
import { textTable } from "./text-table.ts";
import { callOf, UsageError } from "./usage.ts";

const ROLES = ["admin", "developer", "member"] as const;

export const usage = `Usage: ${callOf("users create --email ADDRESS --name NAME [--role ROLE] [--workspace SLUG]")}
       ${callOf("users create --invite --email ADDRESS [--role ROLE] [--workspace SLUG]")}
       ${callOf("users reset-password --email ADDRESS")}
       ${callOf("users list")}
       ${callOf("users workspace --name NAME --slug SLUG")}

create makes somebody a member of a workspace. It asks for a password, which it doesn't show; from a pipe it takes the
first line. With --invite it prints a link for once instead, on which the person chooses name and password. Who has an
account already keeps their password. The first admin of a workspace without an owner becomes its owner.
reset-password gives somebody another password, which ends their sessions and sign-ins from command lines.
workspace makes a workspace with a first team.

  --role       admin, developer or member (admin)
  --workspace  slug or id of the workspace (default)

DATABASE_URL, and for an invitation's link ISSUER_URL, come from the environment, or from what “npm start” keeps in
.kvsync/ or where KVSYNC_STATE says.`;

type Values = Readonly<{
  email?: string | undefined;
  name?: string | undefined;
  slug?: string | undefined;
  role: string;
  workspace: string;
  invite: boolean;
}>;

const commands: Readonly<Record<string, (database: Database, values: Values) => Promise<string>>> = {
  create,
  list,
  "reset-password": reset,
  workspace: makeWorkspace,
};

/** @returns the exit code. @throws {UsageError} for what was called wrongly, or can't be done */
export async function run(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      email: { type: "string" },
      name: { type: "string" },
      slug: { type: "string" },
      role: { type: "string", default: "admin" },
      workspace: { type: "string", default: "default" },
      invite: { type: "boolean", default: false },
    },
  });
  const [name = "", ...more] = positionals;
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (command === undefined || more.length > 0) throw new UsageError(usage);
  const database = openDatabase(requireSetting("DATABASE_URL"), 2);
  try {
    console.log(await command(database, values));
    return 0;
  } finally {
    await database.$disconnect();
  }
}

async function create(database: Database, values: Values): Promise<string> {
  const email = option(emailSchema, "email", values);
  const role = ROLES.find((known) => known === values.role);
  if (role === undefined) throw new UsageError(`--role must be one of ${ROLES.join(", ")}.`);
  const { id: workspaceId } = await workspaceOf(database, values.workspace);
  if (values.invite) {
    const address = requireSetting("ISSUER_URL");
    return `${address}${await invitePerson(database, { workspaceId, email, role })}`;
  }
  const known = await findPersonByEmail(database, email);
  const name = known?.name ?? option(personNameSchema, "name", values);
  const password = known === null ? await askForPassword() : null;
  await unique(`${email} is a member already.`, () =>
    addPerson(database, { workspaceId, email, name, role }, password),
  );
  return `${email} is a member of ${values.workspace}, as ${role}.`;
}

async function reset(database: Database, values: Values): Promise<string> {
  const email = option(emailSchema, "email", values);
  if ((await findPersonByEmail(database, email)) === null)
    throw new UsageError(`Nobody has the address ${email}.`);
  await resetPassword(database, email, await askForPassword());
  return `${email} has another password. Their sessions and sign-ins from command lines have ended.`;
}

async function list(database: Database): Promise<string> {
  const rows = [["E-MAIL", "NAME", "WORKSPACE", "ROLE"]];
  for (const { id, slug } of await listWorkspaces(database))
    for (const { user, role, isOwner } of await listMembers(database, id))
      rows.push([user.email, user.name, slug, isOwner ? `${role}, owner` : role]);
  return textTable(rows);
}

async function makeWorkspace(database: Database, values: Values): Promise<string> {
  const name = option(personNameSchema, "name", values);
  const slug = option(slugSchema, "slug", values);
  await unique(`There is a workspace “${slug}” already.`, () => addWorkspace(database, name, slug));
  return `The workspace “${slug}” is made. Give it an owner: ${callOf(`users create --workspace ${slug} …`)}`;
}

async function workspaceOf(database: Database, reference: string): Promise<WorkspaceRow> {
  const workspace = await findWorkspace(database, reference);
  if (workspace === null)
    throw new UsageError(
      `There is no workspace “${reference}”. Control makes “default” at its first start; “${callOf("users workspace")}” makes others.`,
    );
  return workspace;
}

type OptionSchema = typeof emailSchema | typeof slugSchema;

function option(schema: OptionSchema, name: "email" | "name" | "slug", values: Values): string {
  const { success, data, error } = schema.safeParse(values[name]);
  if (success) return data;
  throw new UsageError(
    values[name] === undefined
      ? `--${name} is needed.`
      : `--${name}: ${error.issues[0]?.message ?? "isn't taken"}.`,
  );
}

async function unique<Result>(problem: string, create: () => Promise<Result>): Promise<Result> {
  try {
    return await create();
  } catch (error) {
    if (isUniqueViolation(error)) throw new UsageError(problem);
    throw error;
  }
}
