import { ApiProblem } from "@kvsync/contracts/api";
import { CliError } from "./cli-error.ts";
import type { Context } from "./context.ts";
import { exitCodes } from "./exit-codes.ts";

export const CLIENT_ID = "kvsync-cli";

/** What the server answers to a device that wants to sign in (RFC 8628, in camel case). */
export type DeviceCode = Readonly<{
  deviceCode: string;
  userCode: string;
  verificationUri: string;
  verificationUriComplete?: string;
  expiresIn: number;
  interval?: number;
}>;
export type DeviceToken = Readonly<{ accessToken: string; expiresIn: number }>;

type Sender = Pick<Context, "fetch" | "now" | "sleep">;

/** RFC 8628: by how much a client slows down when it is told to. */
const SLOWER_BY_MS = 5_000;
const ANSWER_WITHIN_MS = 30_000;
/** How often in a row the server may not be there while a person goes to their browser. */
const AWAY = 5;

/** @throws {CliError} @throws {ApiProblem} */
export async function requestDeviceCode(sender: Sender, server: string): Promise<DeviceCode> {
  const { status, body } = await post(sender, `${server}/v1/auth/device/code`, { clientId: CLIENT_ID });
  if (status < 300 && typeof body["deviceCode"] === "string" && typeof body["userCode"] === "string")
    return body as DeviceCode;
  throw refusal(status, body);
}

/**
 * Waits until a person has approved in a browser, asking no more often than the server wants.
 *
 * @throws {CliError} when they denied it, it expired or took longer than `deadlineAt`
 */
export async function awaitApproval(
  sender: Sender,
  server: string,
  code: DeviceCode,
  deadlineAt: number = Infinity,
): Promise<DeviceToken> {
  const expiresAt = sender.now() + code.expiresIn * 1_000;
  let interval = Math.max(1, code.interval ?? 5) * 1_000;
  for (let away = 0; ;) {
    const until = Math.min(expiresAt, deadlineAt);
    await sender.sleep(Math.min(interval, Math.max(0, until - sender.now())));
    if (sender.now() >= until) throw until === expiresAt ? expired() : tooLate();
    const answer = await tokenOnce(sender, server, code);
    if (answer === "away") {
      if (++away >= AWAY) throw unreachable();
      continue;
    }
    away = 0;
    if (answer === "slow_down") interval += SLOWER_BY_MS;
    else if (answer !== "authorization_pending") return answer;
  }
}

async function tokenOnce(
  sender: Sender,
  server: string,
  { deviceCode }: DeviceCode,
): Promise<DeviceToken | "authorization_pending" | "slow_down" | "away"> {
  let answer: Answer;
  try {
    answer = await post(sender, `${server}/v1/auth/device/token`, { clientId: CLIENT_ID, deviceCode });
  } catch (error) {
    if (error instanceof ApiProblem && error.status === 0) return "away";
    throw error;
  }
  const { status, body } = answer;
  if (status < 300 && typeof body["accessToken"] === "string") return body as unknown as DeviceToken;
  const { error } = body;
  if (error === "authorization_pending" || error === "slow_down") return error;
  if (error === "access_denied") throw denied();
  if (error === "expired_token") throw expired();
  // The general limit of requests, or a server that restarts: as good as being told to slow down.
  if (status === 429) return "slow_down";
  if (status >= 502) return "away";
  throw refusal(status, body);
}

type Answer = Readonly<{ status: number; body: Readonly<Record<string, unknown>> }>;

async function post({ fetch: send }: Sender, url: string, body: unknown): Promise<Answer> {
  let response: Response;
  try {
    response = await send(url, {
      method: "POST",
      headers: { "content-type": "application/json", accept: "application/json" },
      body: JSON.stringify(body),
      redirect: "error",
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    });
  } catch (error) {
    throw new ApiProblem({ status: 0, code: "NETWORK", message: "No answer." }, { cause: error });
  }
  const parsed: unknown = await response.json().catch(() => undefined);
  const fields = typeof parsed === "object" && parsed !== null ? (parsed as Answer["body"]) : {};
  return { status: response.status, body: fields };
}

function refusal(status: number, { code, message, error }: Answer["body"]): Error {
  if (typeof message === "string" && typeof code === "string")
    return new ApiProblem({ status, code, message });
  return new CliError({
    exitCode: exitCodes.failed,
    code: typeof error === "string" ? error.toUpperCase() : "UNREADABLE",
    message: `The server refused the sign-in (${typeof error === "string" ? error : status}).`,
    hint: "Is this the address of a kvsync server? Else give a token: kvsync login --token.",
  });
}

const ended = (code: string, message: string, hint: string): CliError =>
  new CliError({ exitCode: exitCodes.notSignedIn, code, message, hint });
const denied = (): CliError =>
  ended("ACCESS_DENIED", "The sign-in was denied in the browser.", "Start again with “kvsync login”.");
const expired = (): CliError =>
  ended(
    "EXPIRED_TOKEN",
    "The code has expired.",
    "Start again with “kvsync login”; codes last some minutes.",
  );
const tooLate = (): CliError =>
  new CliError({
    exitCode: exitCodes.timedOut,
    code: "TIMED_OUT",
    message: "Nobody has approved the sign-in in time.",
    hint: "Start again with “kvsync login”, or wait longer with --timeout.",
  });
const unreachable = (): CliError =>
  new CliError({
    exitCode: exitCodes.unreachable,
    code: "UNREACHABLE",
    message: "The server stopped answering.",
    hint: "Start again with “kvsync login” when it is back.",
  });
