import { ApiProblem } from "@kvsync/contracts/api";
import { CliError } from "../cli-error.ts";
import { exitCodes, type ExitCode } from "../exit-codes.ts";

/** Any error as what a command ends with. Nothing of a stack, and nothing that was sent. */
export function explain(error: unknown, server: string | undefined): CliError {
  if (error instanceof CliError) return error;
  if (error instanceof ApiProblem) return explainProblem(error, server ?? "the server");
  const message = error instanceof Error ? error.message : "Something unforeseen happened.";
  return new CliError(
    { exitCode: exitCodes.failed, code: codeOf(error) ?? "INTERNAL", message },
    { cause: error },
  );
}

function explainProblem(problem: ApiProblem, server: string): CliError {
  const { status, code, message, retryAfterSeconds } = problem;
  const cause = { cause: problem };
  if (status === 0)
    return new CliError(
      {
        exitCode: exitCodes.unreachable,
        code: "UNREACHABLE",
        message: `${server} can't be reached${reasonOf(problem.cause)}.`,
        hint: "Check the address (--server or KVSYNC_SERVER), and that the server runs.",
      },
      cause,
    );
  const hint =
    status === 401
      ? "Sign in with “kvsync login”, or give a token that is valid in KVSYNC_TOKEN."
      : status === 403 && code === "FORBIDDEN"
        ? "Your role or your token doesn't allow it. Syncs are for admins, and a read-only token changes nothing."
        : status === 429
          ? `Try again in ${retryAfterSeconds ?? 60} seconds.`
          : hints[code];
  return new CliError({ exitCode: exitCodeOf(status), code, message: sentence(message), hint }, cause);
}

/** What to do where an answer says only what isn't there. */
const hints: Readonly<Record<string, string>> = {
  PROJECT_NOT_FOUND:
    "Give its slug, as it stands in the dashboard's address, or its id; what is out of your reach isn't there either.",
  WORKSPACE_NOT_FOUND: "“kvsync whoami” shows the workspaces in your reach.",
};

/** What an answer's status means for a script. */
export function exitCodeOf(status: number): ExitCode {
  if (status === 401) return exitCodes.notSignedIn;
  if (status === 403 || status === 404) return exitCodes.refused;
  if (status === 400 || status === 413 || status === 415 || status === 422) return exitCodes.usage;
  if (status === 0 || status === 502 || status === 503 || status === 504) return exitCodes.unreachable;
  return exitCodes.failed;
}

const sentence = (text: string): string => (/[.!?”]$/u.test(text) ? text : `${text}.`);

/** Words for why there was no answer, as far as they help. */
function reasonOf(error: unknown): string {
  const code = codeOf(error);
  if (code === "ECONNREFUSED") return ": the connection is refused";
  if (code === "ENOTFOUND" || code === "EAI_AGAIN") return ": there is no such host";
  if (code === "TIMEOUT") return ": it doesn't answer in time";
  if (code?.includes("CERT") === true || code?.includes("SIGNATURE") === true)
    return `: its certificate isn't trusted (${code})`;
  return code === undefined ? "" : ` (${code})`;
}

/** The first code in a chain of causes. */
function codeOf(error: unknown): string | undefined {
  for (let at = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth++) {
    if (at.name === "TimeoutError") return "TIMEOUT";
    const { code } = at as { code?: unknown };
    if (typeof code === "string") return code;
  }
  return undefined;
}
