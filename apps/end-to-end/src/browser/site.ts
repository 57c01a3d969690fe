import type { Browser, BrowserContext, Page } from "playwright-core";
import { startTestSystem, type TestSystem } from "../system.ts";
import { launchChromium } from "./chromium.ts";
import { measureLayoutShift } from "./layout-shift.ts";
import { watchForProblems, type ExpectedAnswer } from "./problems.ts";
import { wide } from "./variants.ts";

export type PageOptions = Readonly<{
  /** Answers of 400 and above that are part of the test. */
  expected?: readonly ExpectedAnswer[];
  /** Other origins that the test sends the page to: an identity provider's. */
  visits?: readonly string[];
  /** Connections are broken on purpose. */
  breaks?: boolean;
  /** Begins without a session. */
  signedOut?: boolean;
}>;

/** The whole system and one browser, for the tests of one file. */
export type Site = Readonly<{
  system: TestSystem;
  /** A page of a browser of its own (cookies, storage), signed in as the admin unless asked otherwise. */
  openPage: (options?: PageOptions) => Promise<Page>;
  /** Ends the session that the page has, on the server, as time does: an answer on its way can't bring it back. */
  endSession: (page: Page) => Promise<void>;
  /** Closes the pages opened since the last time, and throws when anything went wrong in one of them. */
  closePages: () => Promise<void>;
  stop: () => Promise<void>;
}>;

type Opened = Readonly<{ context: BrowserContext; problems: () => readonly string[] }>;
type StoredState = Awaited<ReturnType<BrowserContext["storageState"]>>;

/** Started once per test file: `beforeAll(async () => { site = await startSite(); })`. */
export async function startSite(): Promise<Site> {
  const system = await startTestSystem();
  const browser = await launchChromium().catch(async (error: unknown) => {
    await system.stop();
    throw error;
  });
  const opened: Opened[] = [];
  let session: StoredState | undefined;

  async function open(options: PageOptions, state: StoredState | undefined): Promise<Page> {
    const context = await newContext(browser, system.issuer, state);
    const page = await context.newPage();
    const problems = watchForProblems(page, system.issuer, options.expected ?? [], options);
    await measureLayoutShift(page);
    opened.push({ context, problems });
    return page;
  }

  return {
    system,
    openPage: async (options = {}) => {
      if (options.signedOut !== true && session === undefined) {
        const page = await open({}, undefined);
        await signIn(page, system.admin);
        session = await page.context().storageState();
        // It would go on asking for news, also when the session has ended.
        await page.context().close();
      }
      return open(options, options.signedOut === true ? undefined : session);
    },
    endSession: async (page) => {
      const cookies = await page.context().cookies();
      const signed = decodeURIComponent(cookies.find(({ name }) => name === "kvsync")?.value ?? "");
      const id = /^s:([^.]+)\./u.exec(signed)?.[1];
      const ended = await system.database.$executeRaw`DELETE FROM "session" WHERE "sid" = ${id}`;
      if (ended !== 1) throw new Error("the page has no session to end");
      // It may be the one that pages are opened with.
      session = undefined;
    },
    closePages: async () => {
      const closing = opened.splice(0);
      const problems = closing.flatMap((one) => one.problems());
      await Promise.all(closing.map(async ({ context }) => context.close()));
      if (problems.length > 0) throw new Error(`in the browser:\n${problems.join("\n")}`);
    },
    stop: async () => {
      await browser.close();
      await system.stop();
    },
  };
}

/** Signs in as a person does. Ends when the first page is there. */
export async function signIn(
  page: Page,
  { email, password }: Readonly<{ email: string; password: string }>,
): Promise<void> {
  await page.goto("/sign-in");
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel(/^Password/u).fill(password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.waitForURL(/\/w\//u);
}

/** The same language, time zone and calm everywhere, so that pictures differ only where pages do. */
async function newContext(
  browser: Browser,
  baseURL: string,
  storageState: StoredState | undefined,
): Promise<BrowserContext> {
  const context = await browser.newContext({
    baseURL,
    viewport: wide,
    locale: "en-GB",
    timezoneId: "UTC",
    reducedMotion: "reduce",
    colorScheme: "light",
    ...(storageState === undefined ? {} : { storageState }),
  });
  // Ends what hangs: the cores are shared with all other tests, and whatever else the machine does.
  context.setDefaultTimeout(45_000);
  return context;
}
