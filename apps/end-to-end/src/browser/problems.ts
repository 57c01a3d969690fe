import type { Page } from "playwright-core";

/** An answer that a test asks for on purpose: Chromium reports each of 400 and above on the console. */
export type ExpectedAnswer = Readonly<{ status: number; path: RegExp }>;

/** How every page finds out whether somebody is signed in. */
const askedByEveryPage: ExpectedAnswer = { status: 401, path: /^\/v1\/session$/u };

/** What Chromium says where a connection broke: before an answer, in the middle of one, or for want of a network. */
const BROKEN_OFF =
  /^Failed to load resource: net::ERR_(?:CONNECTION_(?:RESET|CLOSED|ABORTED)|EMPTY_RESPONSE|INCOMPLETE_CHUNKED_ENCODING|CONTENT_LENGTH_MISMATCH|INTERNET_DISCONNECTED|NETWORK_CHANGED)$/u;

/**
 * Collects what goes wrong in a page from now on: errors on the console, to which Chromium writes violations of the
 * content security policy, exceptions that nobody caught, answers of 400 and above that nobody expects, requests to
 * anywhere else.
 *
 * @param options.visits other origins that the test sends the page to
 * @param options.breaks whether the test breaks connections, of which Chromium complains
 */
export function watchForProblems(
  page: Page,
  origin: string,
  expected: readonly ExpectedAnswer[],
  { visits = [], breaks = false }: Readonly<{ visits?: readonly string[]; breaks?: boolean }> = {},
): () => readonly string[] {
  const problems: string[] = [];
  const allowed = [askedByEveryPage, ...expected];
  const isAllowed = (status: number, url: URL): boolean =>
    url.origin === origin && allowed.some((one) => one.status === status && one.path.test(url.pathname));

  page.on("pageerror", (error) => problems.push(`uncaught: ${error.stack ?? error.message}`));
  page.on("console", (message) => {
    if (message.type() !== "error") return;
    // Answers are judged below, where their status and address are known.
    if (message.text().startsWith("Failed to load resource: the server responded with a status")) return;
    if (breaks && BROKEN_OFF.test(message.text())) return;
    problems.push(`console: ${message.text()} (${message.location().url})`);
  });
  page.on("response", (response) => {
    const url = new URL(response.url());
    if (response.status() >= 400 && !isAllowed(response.status(), url))
      problems.push(`answer ${response.status()}: ${response.request().method()} ${url.pathname}`);
  });
  page.on("request", (request) => {
    const url = new URL(request.url());
    if (url.protocol.startsWith("http") && ![origin, ...visits].includes(url.origin))
      problems.push(`request elsewhere: ${url.origin}${url.pathname}`);
  });
  return () => problems;
}
