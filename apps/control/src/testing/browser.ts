import type { Answer, TestControl } from "./control.ts";

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
  signIn: (token: string, next?: string) => Promise<Answer>;
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
  return {
    cookie: () => cookie,
    visit: (path) => go("GET", path),
    submit,
    signIn: (token, next) => submit("/sign-in", { token, ...(next === undefined ? {} : { next }) }),
  };
}

/** A browser that an admin, or the owner of another token, has signed in with. */
export async function signedInBrowser(control: TestControl, token = control.adminToken): Promise<Browser> {
  const browser = openBrowser(control);
  const { status, text } = await browser.signIn(token);
  if (status !== 303) throw new Error(`signing in: ${status} ${text}`);
  return browser;
}
