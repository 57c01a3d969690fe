import { expect } from "@jest/globals";
import type { Failure } from "@kvsync/contracts";
import { FailureError } from "../../failure-error.ts";
import type { Vault, VaultItem, VersionProperties } from "../port.ts";

/** What somebody changes of a current version without writing a new one; what isn't given stays. */
type Amendment = Readonly<Partial<VersionProperties> & { enabled?: boolean }>;

/** Somebody else with rights to the same vault. What Key Vault refuses is thrown with its `statusCode`. */
export type Others = Readonly<{
  set: (name: string, value: string, properties?: Partial<VersionProperties>) => Promise<void> | void;
  /** Changes the current version without a new one. */
  amend: (name: string, amendment: Amendment) => Promise<void> | void;
  delete: (name: string) => Promise<void> | void;
  recover: (name: string) => Promise<void> | void;
  purge: (name: string) => Promise<void> | void;
  /** Makes a certificate under a free name, and with it a secret that Key Vault manages. */
  addManaged: (name: string, value: string) => Promise<void> | void;
  /** The current value of a secret that isn't deleted. */
  peek: (name: string) => string | undefined;
}>;

/** A new, empty vault that a test has for itself. */
export type Subject = Readonly<{
  vault: Vault;
  others: Others;
  /** The vault's time in milliseconds since 1970. */
  now: () => number;
  /** Makes that time pass. */
  pass: (ms: number) => void;
}>;

export type SubjectOptions = Readonly<{
  /** Whether an empty page comes before each page of a list. */
  emptyPages?: boolean;
}>;

/**
 * Deletions, recoveries and the pause after a purge must take this long in a subject, in milliseconds. More than a
 * test's real time, as a subject's clock may also move by itself.
 */
export const WINDOW_MS = 60_000;

export type MakeSubject = (options?: SubjectOptions) => Promise<Subject>;

export const signal = new AbortController().signal;
export const plain: VersionProperties = { tags: {} };

/** All entries of a list, whose pages must not hold more than Key Vault's. */
export async function allOf<Entry>(pages: AsyncIterable<readonly Entry[]>): Promise<Entry[]> {
  const entries: Entry[] = [];
  for await (const page of pages) {
    expect(page.length).toBeLessThanOrEqual(25);
    entries.push(...page);
  }
  return entries;
}

/** The one entry of a vault's list. */
export async function onlyItem(vault: Vault): Promise<VaultItem> {
  const [item, ...rest] = await allOf(vault.list(signal));
  if (item === undefined || rest.length > 0) throw new Error("there isn't exactly one secret");
  return item;
}

export type Outcome<Result> =
  Readonly<{ result: Result }> | Readonly<{ failure: Pick<Failure, "code" | "fields"> }>;

/** What a call of the port comes to. Anything but a `FailureError` is an error of the port, and thrown. */
export async function outcomeOf<Result>(work: Promise<Result>): Promise<Outcome<Result>> {
  try {
    return { result: await work };
  } catch (error) {
    if (!(error instanceof FailureError)) throw error;
    expect(error.failure.requestId).toEqual(expect.stringMatching(/./));
    const { code, fields } = error.failure;
    return { failure: { code, fields } };
  }
}

/** A failure that says nothing but which secret it is about. */
export const failure = (code: Failure["code"], vaultName: string): Outcome<never> => ({
  failure: { code, fields: { vaultName } },
});

export const tagsOf = (count: number): Record<string, string> =>
  Object.fromEntries(Array.from({ length: count }, (_, n) => [`tag-${n}`, `value ${n}`]));
