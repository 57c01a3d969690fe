import { createMember, createPerson, type TokenScope } from "@kvsync/store";
import { hashPassword } from "../access/passwords/argon2.ts";
import { everywhere, randomName, type Answer, type Given, type TestControl } from "./control.ts";

/** A person as a test knows them. */
export type GivenPerson = Readonly<{
  userId: string;
  memberId: string;
  email: string;
  password: string;
  /** The session's cookie, as a browser sends it. */
  cookie: string;
  /** Asks from a browser in which the person is signed in. */
  ask: <Body = never>(method: string, path: string, given?: Given) => Promise<Answer<Body>>;
}>;

export type PersonKind = Readonly<{
  role?: "admin" | "developer" | "member";
  scope?: TokenScope;
  isOwner?: boolean;
  workspaceId?: string;
  email?: string;
}>;

/** What a browser says of where a request comes from. */
export const FROM_HERE = { "sec-fetch-site": "same-origin" } as const;

/** A member of a workspace, an admin of all of the default one unless `kind` says otherwise, signed in with a password. */
export async function givenPerson(control: TestControl, kind: PersonKind = {}): Promise<GivenPerson> {
  const { role = "admin", scope = everywhere, isOwner = false, workspaceId = control.workspaceId } = kind;
  const { database } = control;
  const email = kind.email ?? `${randomName("person")}@example.com`;
  const password = `password of ${email}`;
  const passwordHash = await hashPassword(password);
  const { id: userId } = await createPerson(database, { email, name: "A Person", passwordHash });
  const { id: memberId } = await createMember(database, { workspaceId, userId, role, scope, isOwner });
  const cookie = await signIn(control, email, password);
  const ask: GivenPerson["ask"] = async (method, path, { headers, ...given } = {}) =>
    control.ask(method, path, { token: null, ...given, headers: { cookie, ...FROM_HERE, ...headers } });
  return { userId, memberId, email, password, cookie, ask };
}

/** The cookie of a new session. */
export async function signIn(control: TestControl, email: string, password: string): Promise<string> {
  const answer = await control.ask("POST", "/v1/session", {
    token: null,
    body: { email, password },
    headers: FROM_HERE,
  });
  if (answer.status !== 201) throw new Error(`signing in: ${answer.status} ${answer.text}`);
  return answer.headers.getSetCookie()[0]?.split(";")[0] ?? "";
}
