import { allOperations, catalogue, problemSchema, type Access, type Operation } from "@kvsync/contracts/api";
import { z } from "zod";
import {
  createDocument,
  type oas31,
  type ZodObjectInput,
  type ZodOpenApiOperationObject,
  type ZodOpenApiPathsObject,
  type ZodOpenApiResponseObject,
} from "zod-openapi";

const INTRODUCTION = `kvsync keeps Azure Key Vaults equal to an application's secrets.

Workspaces, projects, environments, secrets and tokens have the shapes of Enkryptify's public API, so that its clients
work against this server. The operations under \`/v1/sync\` are this project's own.

**Errors** are \`{"message", "code"}\`: branch on \`code\`, show \`message\`. Retry 429 after \`Retry-After\`, and 5xx
with growing gaps; other errors stay what they are until something changes.

**Compatibility**: answers may get further fields, and operations further error codes. Ignore what you don't know.
Fields that a request doesn't have are refused.

**Limits**: requests are limited by address; \`RateLimit-Limit\`, \`RateLimit-Remaining\` and \`RateLimit-Reset\` (in
seconds) tell how many are left.`;

const MAY: Readonly<Record<Access, string>> = {
  anyone: "Needs no sign-in.",
  "signed-in": "For whoever is signed in; answers what is in reach.",
  "secret-writer": "For developers and admins, with a token that may write.",
  admin: "For admins.",
};

const STATUS: Readonly<Record<number, string>> = {
  400: "The request is wrong; the message names the field.",
  401: "Nobody is signed in, or the token has expired or was revoked.",
  403: "The role or the token doesn't allow it, or the request comes from another site.",
  404: "It doesn't exist, or isn't in reach.",
  409: "It doesn't fit what is there.",
  413: "The body is larger than 2 MB.",
  415: "The body isn't JSON in UTF-8.",
  422: "The request contradicts an earlier one.",
  429: "Too many requests.",
  500: "Something failed on this side.",
  503: "Something behind the API can't be reached; try again in a moment.",
};

/** What an answer says besides its body, where requests are limited. */
const limitHeaders = {
  "ratelimit-limit": z.string().meta({ description: "How many requests a window has." }),
  "ratelimit-remaining": z.string().meta({ description: "How many are left." }),
  "ratelimit-reset": z.string().meta({ description: "In how many seconds the next window begins." }),
};
const retryAfter = { "retry-after": z.string().meta({ description: "In seconds." }) };

const SHARED = new Set([401, 413, 415, 429, 500, 503]);
/** Made of what an operation has whose errors are all of them those that follow from what it is. */
const COMMON_PROBLEMS = Object.entries(catalogue.createTeam.allProblems).flatMap(([status, codes]) =>
  SHARED.has(Number(status)) ? [[Number(status), codes] as const] : [],
);

/** The API's description, made from the catalogue. */
export function describeApi(): oas31.OpenAPIObject {
  const paths: ZodOpenApiPathsObject = {};
  for (const operation of allOperations)
    paths[operation.path] = {
      ...paths[operation.path],
      [operation.method.toLowerCase()]: describeOperation(operation),
    };
  const document = createDocument({
    openapi: "3.1.0",
    info: { title: "kvsync", version: "1.0.0", description: INTRODUCTION, license: { name: "MIT" } },
    servers: [{ url: "/", description: "This server" }],
    tags: [...new Set(allOperations.map(({ tag }) => tag))].map((name) => ({ name })),
    security: [{ token: [] }, { session: [] }],
    paths,
    components: {
      schemas: { Problem: problemSchema },
      securitySchemes: {
        token: {
          type: "http",
          scheme: "bearer",
          description: "An API token (`ek_live_…`), or the access token that it was exchanged for.",
        },
        session: {
          type: "apiKey",
          in: "cookie",
          name: "__Host-kvsync",
          description: "A browser's session. Without HTTPS the cookie is called `kvsync`.",
        },
      },
    },
  });
  // One version of OpenAPI goes in, and the same comes out; the types know all that there are.
  return document as oas31.OpenAPIObject;
}

function describeOperation(operation: Operation): ZodOpenApiOperationObject {
  const { id, tag, summary, description, access, params, query, headers, body, example } = operation;
  return {
    operationId: id,
    tags: [tag],
    summary,
    description: [description, MAY[access]].filter((text) => text !== undefined).join("\n\n"),
    ...(access === "anyone" ? { security: [] } : {}),
    requestParams: {
      ...(params === undefined ? {} : { path: params }),
      ...(query === undefined ? {} : { query: query as ZodObjectInput }),
      ...(headers === undefined ? {} : { header: headers }),
    },
    ...(body === undefined
      ? {}
      : {
          requestBody: {
            required: !body.safeParse(undefined).success,
            content: { "application/json": { schema: body, example } },
          },
        }),
    responses: describeAnswers(operation),
  };
}

/** Successes and errors by status; a status may be both, with either body. */
function describeAnswers(
  operation: Operation,
): Record<`${2 | 3 | 4 | 5}${string}`, ZodOpenApiResponseObject> {
  const { path, answers, allProblems } = operation;
  const limited = path.startsWith("/v1/") ? limitHeaders : {};
  const described: Record<string, ZodOpenApiResponseObject> = {};
  for (const [status, codes] of Object.entries(allProblems))
    described[status] = common.get(`${status} ${codes.join()}`) ?? describeProblem(Number(status), codes);
  for (const [status, answer] of Object.entries(answers)) {
    const { description, body, contentType = "application/json", headers = {} } = answer;
    const codes = allProblems[Number(status)];
    const schema = body === undefined || codes === undefined ? body : z.union([body, problemOf(codes)]);
    const own = { ...(Number(status) < 400 ? limited : {}), ...headers };
    described[status] = {
      description,
      ...(schema === undefined ? {} : { content: { [contentType]: { schema } } }),
      ...(Object.keys(own).length === 0 ? {} : { headers: z.object(own) }),
    };
  }
  return described;
}

function describeProblem(status: number, codes: readonly string[]): ZodOpenApiResponseObject {
  return {
    description: STATUS[status] ?? "An error.",
    content: { "application/json": { schema: problemOf(codes) } },
    ...(status === 429 ? { headers: z.object({ ...limitHeaders, ...retryAfter }) } : {}),
  };
}

/** Errors that most operations share word for word, so that the description holds them once. */
const common: ReadonlyMap<string, ZodOpenApiResponseObject> = new Map(
  COMMON_PROBLEMS.map(([status, codes]) => [
    `${status} ${codes.join()}`,
    { ...describeProblem(status, codes), id: `Problem${status}` },
  ]),
);

function problemOf(codes: readonly string[]): z.ZodObject {
  const [first = "", ...others] = codes.toSorted();
  return problemSchema.extend({ code: z.enum([first, ...others]) });
}
