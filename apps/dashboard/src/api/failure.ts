import { fieldProblems, type FieldProblems } from "./field-problems.ts";

/** What a failed request tells: a stable code to decide by, and a sentence to show. */
export class ApiFailure extends Error {
  readonly code: string;
  /** The answer's status; 0 where there was no answer. */
  readonly status: number;
  /** How many seconds to wait before another try, where the server says so. */
  readonly retryAfter: number | null;
  /** What is wrong with which field, for a `VALIDATION` failure. */
  readonly fields: FieldProblems;
  /** What was read in vain, so that it can be asked whether it would work now; null where something was to be done. */
  readonly address: string | null;

  constructor(
    failure: Readonly<{
      code: string;
      message: string;
      status: number;
      retryAfter?: number | null;
      address?: string | null;
    }>,
    options?: ErrorOptions,
  ) {
    super(failure.message, options);
    this.name = "ApiFailure";
    this.code = failure.code;
    this.status = failure.status;
    this.retryAfter = failure.retryAfter ?? null;
    this.address = failure.address ?? null;
    this.fields = failure.code === "VALIDATION" ? fieldProblems(failure.message) : {};
  }
}

/** The failure that an answer stands for; also of one that isn't from control but from a proxy on the way. */
export async function failureOf(response: Response, address: string | null): Promise<ApiFailure> {
  const { status } = response;
  const retryAfter = seconds(response.headers.get("retry-after"));
  const body = await readJson(response);
  if (isProblem(body)) return new ApiFailure({ ...body, status, retryAfter, address });
  const message = `The server answered with status ${status} and no explanation. Try again in a moment.`;
  return new ApiFailure({ code: `HTTP_${status}`, message, status, retryAfter, address });
}

/** The failure of a request that got no answer. */
export function unreachable(cause: unknown, address: string | null): ApiFailure {
  const message = "The server can’t be reached. Check your connection and try again.";
  return new ApiFailure({ code: "UNREACHABLE", message, status: 0, address }, { cause });
}

/** `Retry-After` is a number of seconds or a date. */
function seconds(header: string | null): number | null {
  if (header === null) return null;
  const count = Number(header);
  if (Number.isFinite(count)) return Math.max(0, count);
  const date = Date.parse(header);
  return Number.isNaN(date) ? null : Math.max(0, Math.ceil((date - Date.now()) / 1000));
}

async function readJson(response: Response): Promise<unknown> {
  try {
    return await response.json();
  } catch {
    return null; // a proxy's page
  }
}

function isProblem(body: unknown): body is { code: string; message: string } {
  if (typeof body !== "object" || body === null) return false;
  const { code, message } = body as Record<string, unknown>;
  return typeof code === "string" && typeof message === "string";
}
