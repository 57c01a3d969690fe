import type { Answer, TestControl } from "./control.ts";
import { FROM_HERE, givenPerson, type GivenPerson } from "./people.ts";

/** A browser as far as a server sees one: it keeps its cookie and tells where a request comes from. */
export type Browser = Readonly<{
  cookie: () => string | undefined;
  /** Goes to an address of this site. */
  visit: (path: string) => Promise<Answer>;
  /** Sends a form; `headers` replace what a browser would say of the origin. */
  submit: (
    path: string,
    fields?: Readonly<Record<string, string>>,
    headers?: Record<string, string>,
  ) => Promise<Answer>;
  /** Sends JSON, as a script of a page does. */
  send: (method: string, path: string, body?: unknown, headers?: Record<string, string>) => Promise<Answer>;
  signIn: (email: string, password: string) => Promise<Answer>;
}>;

/** @param address where it seems to be, for a control that trusts a proxy */
export function openBrowser(control: TestControl, address?: string): Browser {
  let cookie: string | undefined;

  async function go(method: string, path: string, body?: string, headers = {}): Promise<Answer> {
    const answer = await control.ask(method, path, {
      token: null,
      body,
      headers: {
        ...(cookie === undefined ? {} : { cookie }),
        ...(address === undefined ? {} : { "x-forwarded-for": address }),
        ...headers,
      },
    });
    for (const set of answer.headers.getSetCookie()) cookie = set.split(";")[0];
    return answer;
  }

  const submit: Browser["submit"] = (path, fields = {}, headers = { "sec-fetch-site": "same-origin" }) =>
    go("POST", path, new URLSearchParams(fields).toString(), {
      "content-type": "application/x-www-form-urlencoded",
      ...headers,
    });
  const send: Browser["send"] = (method, path, body, headers = FROM_HERE) =>
    go(method, path, body === undefined ? undefined : JSON.stringify(body), {
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...headers,
    });
  return {
    cookie: () => cookie,
    visit: (path) => go("GET", path),
    submit,
    send,
    signIn: (email, password) => send("POST", "/v1/session", { email, password }),
  };
}

/** A browser that an admin, or somebody else, has signed in with. */
export async function signedInBrowser(
  control: TestControl,
  person?: Pick<GivenPerson, "email" | "password">,
): Promise<Browser> {
  const { email, password } = person ?? (await givenPerson(control));
  const browser = openBrowser(control);
  const { status, text } = await browser.signIn(email, password);
  if (status !== 201) throw new Error(`signing in: ${status} ${text}`);
  return browser;
}
