/** Where text goes: a terminal with its width, a pipe or a file. */
export type Sink = Readonly<{
  write: (text: string) => unknown;
  isTTY?: boolean;
  columns?: number;
}>;

/** What a command has of the world. */
export type Context = Readonly<{
  env: Readonly<Record<string, string | undefined>>;
  cwd: string;
  home: string;
  stdin: Source;
  stdout: Sink;
  stderr: Sink;
  fetch: typeof fetch;
  /** Milliseconds since the epoch. */
  now: () => number;
  sleep: (ms: number) => Promise<void>;
  /** Asks on the terminal. Only where somebody sits at it: `canAsk`. */
  ask: (question: string) => Promise<string>;
}>;

export type Source = AsyncIterable<Uint8Array | string> & Readonly<{ isTTY?: boolean }>;

/** Whether somebody is there to answer a question. */
export const canAsk = ({ stdin, stderr }: Context): boolean => stdin.isTTY === true && stderr.isTTY === true;

/**
 * What stands for the standard input where a file is asked for. In the arguments it is `-`, which yargs would take for
 * an option without a value, and forget.
 */
export const STANDARD_INPUT = "/dev/stdin";

/** All of the standard input as text, without a byte order mark. @throws {TypeError} when it isn't UTF-8 */
export async function readAll(source: Source): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of source) chunks.push(typeof chunk === "string" ? Buffer.from(chunk) : chunk);
  return new TextDecoder("utf-8", { fatal: true }).decode(Buffer.concat(chunks));
}
