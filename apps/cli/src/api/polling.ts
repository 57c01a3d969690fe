import { ApiProblem } from "@kvsync/contracts/api";
import { CliError } from "../cli-error.ts";
import type { Context } from "../context.ts";
import { exitCodes } from "../exit-codes.ts";

type Clock = Pick<Context, "now" | "sleep">;

/** How long a command may wait in all. */
export type Deadline = Readonly<{ at: number; text: string }>;

export function deadlineIn({ now }: Clock, timeout: Readonly<{ ms: number; text: string }>): Deadline {
  return { at: now() + timeout.ms, text: timeout.text };
}

const GAP = { firstMs: 400, growth: 1.3, capMs: 2_000 };
/** How long the server may be away before waiting for it is given up. */
const AWAY_FOR_MS = 60_000;

/**
 * Looks again and again, with gaps that grow. While the server is away for a moment or asks for patience, it goes on:
 * what is waited for goes on there.
 *
 * @throws {CliError} `TIMED_OUT` after the deadline; else what `look` throws
 */
export async function* polled<Seen>(
  clock: Clock,
  deadline: Deadline,
  look: () => Promise<Seen>,
): AsyncGenerator<Seen, never> {
  let awaySince: number | undefined;
  for (let gap = GAP.firstMs; ; gap = Math.min(gap * GAP.growth, GAP.capMs)) {
    let pause = gap;
    let seen: { value: Seen } | undefined;
    try {
      seen = { value: await look() };
      awaySince = undefined;
    } catch (error) {
      awaySince ??= clock.now();
      if (!passes(error) || clock.now() - awaySince > AWAY_FOR_MS) throw error;
      pause = Math.max(gap, (error.retryAfterSeconds ?? 0) * 1_000);
    }
    if (seen !== undefined) yield seen.value;
    const left = deadline.at - clock.now();
    if (left <= 0) throw timedOut(deadline);
    await clock.sleep(Math.min(pause, left));
  }
}

function passes(error: unknown): error is ApiProblem {
  return error instanceof ApiProblem && [0, 429, 502, 503, 504].includes(error.status);
}

const timedOut = ({ text }: Deadline): CliError =>
  new CliError({
    exitCode: exitCodes.timedOut,
    code: "TIMED_OUT",
    message: `It isn't done after ${text}.`,
    hint: "What was begun goes on at the server. Look with “kvsync sync status”, or wait longer with --timeout.",
  });
