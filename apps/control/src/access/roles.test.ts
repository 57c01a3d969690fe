import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { allOperations, type Operation } from "@kvsync/contracts/api";
import { startControl, type TestControl } from "../testing/control.ts";
import { endpointOf, type Addressed } from "../testing/endpoints.ts";
import {
  givenActiveSync,
  givenForeignWorkspace,
  givenInvitation,
  givenProject,
  givenSecrets,
  givenWebhook,
  secretIdOf,
  type Problem,
} from "../testing/given.ts";
import { givenPerson, type GivenPerson } from "../testing/people.ts";

/** Who asks; each as a person who is signed in in a browser. */
const ROLES = ["admin", "narrow admin", "developer", "member", "outsider"] as const;
type Role = (typeof ROLES)[number];

let control: TestControl;
let addressed: Addressed;
let people: Readonly<Record<Role, GivenPerson>>;
beforeAll(async () => {
  control = await startControl({ planWaitMs: 1 });
  const project = await givenProject(control, 2);
  const scope = { all: false, teams: [control.teamId], projects: [], environments: [] };
  const foreign = await givenForeignWorkspace(control);
  people = {
    admin: await givenPerson(control),
    "narrow admin": await givenPerson(control, { scope }),
    developer: await givenPerson(control, { role: "developer" }),
    member: await givenPerson(control, { role: "member" }),
    outsider: await givenPerson(control, { workspaceId: foreign.workspaceId }),
  };
  await givenSecrets(control, project, { API_KEY: "value" });
  addressed = {
    project,
    syncId: await givenActiveSync(control, project),
    secretId: await secretIdOf(control, project, "API_KEY"),
    tokenId: (await control.token()).id,
    memberId: (await givenPerson(control)).memberId,
    invitationId: await givenInvitation(control),
    ...(await givenWebhook(control)),
  };
});
afterAll(() => control.stop());

/** What an operation answers to a role: 401, 403, 404, or anything that isn't one of the first two. */
function expected({ id, access, path }: Operation, role: Role): "let in" | 401 | 403 | 404 {
  // A browser has no token to exchange.
  if (id === "exchangeToken") return 401;
  if (role === "outsider") {
    const inWorkspace = path.includes("{workspace}") || path.includes("{syncId}");
    return inWorkspace ? 404 : "let in";
  }
  if (access === "admin" && role !== "admin") return 403;
  if (access === "secret-writer" && role === "member") return 403;
  return "let in";
}

const guarded = allOperations
  .filter(({ access }) => access !== "anyone")
  // What is deleted is asked for last, so that everything is still there for what is asked before.
  .toSorted((one, other) => Number(one.method === "DELETE") - Number(other.method === "DELETE"));

describe.each([...ROLES].toReversed())("%s", (role) => {
  test.each(guarded.map((operation): [string, Operation] => [operation.id, operation]))(
    "%s",
    async (id, operation) => {
      const { method, path, body } = endpointOf(operation, addressed);
      const { status, body: answer } = await people[role].ask<Problem>(method, path, { body });
      const wanted = expected(operation, role);
      if (wanted === "let in") expect([id, [401, 403].includes(status), answer]).toEqual([id, false, answer]);
      else expect([id, status]).toEqual([id, wanted]);
      if (wanted === 403) expect(answer.code).toBe("FORBIDDEN");
    },
  );
});

test("nobody signed in gets 401 from each of them", async () => {
  for (const operation of guarded) {
    const { method, path, body } = endpointOf(operation, addressed);
    const { status } = await control.ask(method, path, { token: null, body });
    expect([operation.id, status]).toEqual([operation.id, 401]);
  }
});

test("another workspace's ids aren't found in one's own", async () => {
  const foreign = await givenForeignWorkspace(control);
  const theirs = await givenPerson(control, { workspaceId: foreign.workspaceId });
  const invitationId = await givenInvitation(control, foreign.workspaceId);
  const ids = {
    syncId: foreign.syncId,
    tokenId: foreign.tokenId,
    memberId: theirs.memberId,
    invitationId,
    ...(await givenWebhook(control, foreign.workspaceId)),
  };
  const { projectId, environmentId, teamId } = foreign;
  const { id: secretId } = await control.database.secret.create({
    data: { projectId, name: "THEIRS", note: "", type: "runtime", dataType: "text" },
  });
  // Of one's own, as the requests before may have deleted the other.
  const project = await givenProject(control);
  const own = { ...addressed, project };
  const named = (operation: Operation, ...names: string[]): boolean =>
    names.some((name) => operation.path.includes(`{${name}}`));
  /** Each kind of thing in turn, everything else being one's own; null where the operation names none of that kind. */
  const kinds: ReadonlyArray<(operation: Operation) => Addressed | null> = [
    (operation) => (named(operation, ...Object.keys(ids)) ? { ...own, ...ids } : null),
    (operation) =>
      named(operation, "project")
        ? { ...own, project: { ...project, id: projectId, slug: projectId } }
        : null,
    (operation) =>
      named(operation, "environmentId")
        ? { ...own, project: { ...project, environments: [environmentId] } }
        : null,
    (operation) => (named(operation, "teamId") ? { ...own, teamId } : null),
    (operation) =>
      endpointOf(operation, { ...own, secretId }).path.includes(`/secret/${secretId}`)
        ? { ...own, secretId }
        : null,
  ];
  const asked = kinds.map(() => 0);
  for (const operation of guarded)
    for (const [index, kind] of kinds.entries()) {
      const theirsThere = kind(operation);
      if (theirsThere === null) continue;
      asked[index] = (asked[index] ?? 0) + 1;
      const { method, path, body } = endpointOf(operation, theirsThere);
      const { status } = await people.admin.ask(method, path, { body });
      expect([operation.id, index, status]).toEqual([operation.id, index, 404]);
    }
  expect(Math.min(...asked)).toBeGreaterThan(1);
});
