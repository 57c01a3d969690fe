import type { z } from "zod";
import type { Operation, RequestOf, ResponseOf } from "./operation.ts";

/** An answer of the API other than success, or none at all. */
export class ApiProblem extends Error {
  override readonly name = "ApiProblem";
  /** 0 when there was no answer. */
  readonly status: number;
  /** A code of the operation's; `NETWORK` without an answer, and `UNREADABLE` for one that isn't the API's. */
  readonly code: string;
  /** How long the API asks to wait before the next try. */
  readonly retryAfterSeconds: number | undefined;

  constructor(
    problem: Readonly<{
      status: number;
      code: string;
      message: string;
      retryAfterSeconds?: number | undefined;
    }>,
    options?: ErrorOptions,
  ) {
    super(problem.message, options);
    this.status = problem.status;
    this.code = problem.code;
    this.retryAfterSeconds = problem.retryAfterSeconds;
  }
}

/** What a client asks with. */
export type ApiClientOptions = Readonly<{
  /** The API's origin; nothing in a browser, which asks its own. */
  origin?: string;
  /** Headers of every request, asked for anew each time: the authorization of a client without a cookie. */
  headers?: () => Readonly<Record<string, string>>;
  fetch?: typeof fetch;
}>;

/** Whether a part of a request may be left out: it need not be there, or nothing in it need be. */
type Omittable<Part> = undefined extends Part ? true : Partial<Part> extends Part ? true : false;

type Parts<Called extends Operation> = {
  readonly [
    Name in keyof RequestOf<Called> as [RequestOf<Called>[Name]] extends [undefined] ? never : Name
  ]: RequestOf<Called>[Name];
};

/** What an operation is called with: the parts of a request that it has. */
export type CallInput<Called extends Operation> = {
  readonly [
    Name in keyof Parts<Called> as Omittable<Parts<Called>[Name]> extends true ? never : Name
  ]: Parts<Called>[Name];
} & {
  readonly [
    Name in keyof Parts<Called> as Omittable<Parts<Called>[Name]> extends true ? Name : never
  ]?: Parts<Called>[Name];
} & Readonly<{ signal?: AbortSignal }>;

type Arguments<Called extends Operation> =
  Partial<CallInput<Called>> extends CallInput<Called>
    ? [input?: CallInput<Called>]
    : [input: CallInput<Called>];

/** A successful answer with its status and headers. */
export type ApiAnswer<Body> = Readonly<{ status: number; headers: Headers; body: Body }>;

export type ApiClient = Readonly<{
  /** The body of the successful answer. @throws {ApiProblem} for every other, and for none */
  call: <Called extends Operation>(
    operation: Called,
    ...input: Arguments<Called>
  ) => Promise<ResponseOf<Called>>;
  /** The same with status and headers, for operations that tell something there. @throws {ApiProblem} */
  ask: <Called extends Operation>(
    operation: Called,
    ...input: Arguments<Called>
  ) => Promise<ApiAnswer<ResponseOf<Called>>>;
}>;

/**
 * A client of the API. It checks nothing that the server checks, follows no redirect and tries nothing again: that is
 * the caller's to decide, by the problem's code.
 */
export function apiClient({ origin = "", headers, fetch: send = fetch }: ApiClientOptions = {}): ApiClient {
  const ask: ApiClient["ask"] = async (operation, ...[input]) => {
    const { params, query, body, headers: own, signal } = (input ?? {}) as GivenParts;
    const url = origin + addressOf(operation, params, query);
    let response: Response;
    try {
      response = await send(url, {
        method: operation.method,
        headers: {
          accept: "application/json",
          ...(body === undefined ? {} : { "content-type": "application/json" }),
          ...headers?.(),
          ...own,
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        ...(signal === undefined ? {} : { signal }),
        credentials: "same-origin",
        redirect: "error",
      });
    } catch (error) {
      if (signal?.aborted === true) throw error;
      throw new ApiProblem(
        {
          status: 0,
          code: "NETWORK",
          message: "The server can't be reached. Check the connection and try again.",
        },
        { cause: error },
      );
    }
    const answer = await bodyOf(response);
    if (!response.ok) throw problemFrom(response, answer);
    return { status: response.status, headers: response.headers, body: answer as never };
  };
  return { ask, call: async (operation, ...input) => (await ask(operation, ...input)).body };
}

type Scalar = string | number | boolean;
type GivenParts = Readonly<{
  params?: Readonly<Record<string, Scalar>>;
  query?: Readonly<Record<string, Scalar | readonly Scalar[] | undefined>>;
  body?: z.core.util.JSONType;
  headers?: Readonly<Record<string, string>>;
  signal?: AbortSignal;
}>;

/** An operation's path with its parameters and query filled in. */
export function addressOf(
  { path }: Pick<Operation, "path">,
  params: GivenParts["params"] = {},
  query: GivenParts["query"] = {},
): string {
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const value = params[name];
    if (value === undefined || value === "") throw new TypeError(`${path} lacks its ${name}`);
    return encodeURIComponent(value);
  });
  const search = new URLSearchParams();
  for (const [name, given] of Object.entries(query))
    for (const value of [given].flat()) if (value !== undefined) search.append(name, String(value));
  return search.size === 0 ? filled : `${filled}?${search.toString()}`;
}

async function bodyOf(response: Response): Promise<unknown> {
  const text = await response.text();
  if (text === "") return undefined;
  if (response.headers.get("content-type")?.includes("json") !== true) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function problemFrom(response: Response, answer: unknown): ApiProblem {
  const { status } = response;
  const seconds = Number(response.headers.get("retry-after") ?? Number.NaN);
  const retryAfterSeconds = Number.isFinite(seconds) ? seconds : undefined;
  const { message, code } = (typeof answer === "object" && answer !== null ? answer : {}) as Record<
    string,
    unknown
  >;
  return typeof message === "string" && typeof code === "string"
    ? new ApiProblem({ status, code, message, retryAfterSeconds })
    : new ApiProblem({
        status,
        code: "UNREADABLE",
        message: `The server answered ${status} in a form that this client doesn't know.`,
        retryAfterSeconds,
      });
}
