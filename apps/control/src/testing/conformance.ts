import { allOperations, type Operation } from "@kvsync/contracts/api";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import formats from "ajv-formats";
import { describeApi } from "../api-description/document.ts";

/** An answer of control, and what was asked. */
export type Exchange = Readonly<{
  method: string;
  /** The address as it was asked for, with its query. */
  path: string;
  status: number;
  headers: Headers;
  /** The body, parsed where it is JSON. */
  body: unknown;
}>;

type Described = Readonly<{
  headers?: Readonly<Record<string, { required?: boolean }>>;
  content?: Readonly<Record<string, unknown>>;
}>;

const description = describeApi();
const ajv = new Ajv2020({ strict: false, allErrors: true });
formats.default(ajv);
ajv.addSchema(description, "api");

/**
 * The operation that an address belongs to, where the API has one: the most literal path that fits.
 *
 * @param method `HEAD` belongs to `GET`
 */
export function operationOf(method: string, path: string): Operation | undefined {
  const { pathname } = new URL(path, "http://here.invalid");
  const segments = pathname.replace(/\/$/, "").toLowerCase().split("/");
  const wanted = method === "HEAD" ? "GET" : method;
  return allOperations
    .filter((operation) => operation.method === wanted && fits(operation.path.split("/"), segments))
    .toSorted((one, other) => one.path.split("{").length - other.path.split("{").length)[0];
}

const fits = (pattern: readonly string[], segments: readonly string[]): boolean =>
  pattern.length === segments.length &&
  pattern.every((part, index) => (part.startsWith("{") ? segments[index] !== "" : part === segments[index]));

/**
 * Holds an answer against the API's description: status, headers, content type and body. What lies below `/v1` and isn't
 * an operation may only be refused.
 *
 * @throws when the answer isn't what the description says
 */
export function checkAgainstDescription(exchange: Exchange): void {
  const { method, path, status, headers, body } = exchange;
  const refuse = (problem: string): never => {
    throw new Error(`${method} ${path} isn't as the API's description says: ${problem}`);
  };
  const operation = operationOf(method, path);
  if (operation === undefined) {
    const { pathname } = new URL(path, "http://here.invalid");
    if (!pathname.startsWith("/v1/") || pathname.startsWith("/v1/docs/assets/")) return;
    if (status < 400) refuse(`it has no such operation, and the answer is ${status}`);
    if (method !== "HEAD") validate("#/components/schemas/Problem", body, refuse);
    return;
  }
  const pointer = `#/paths/${escape(operation.path)}/${operation.method.toLowerCase()}/responses/${status}`;
  const found = resolve(pointer);
  if (found === undefined) refuse(`${status} isn't among its answers; the body is ${JSON.stringify(body)}`);
  const [place, answer] = found as readonly [string, Described];
  for (const [name, { required }] of Object.entries(answer.headers ?? {})) {
    const value = headers.get(name);
    if (value !== null) validate(`${place}/headers/${escape(name)}/schema`, value, refuse);
    else if (required === true) refuse(`it lacks the header ${name}`);
  }
  if (method === "HEAD") return;
  const [type] = Object.keys(answer.content ?? {});
  if (type === undefined) {
    if (body !== "") refuse(`${status} has no body, and one came: ${JSON.stringify(body)}`);
    return;
  }
  if (headers.get("content-type")?.split(";")[0] !== type)
    refuse(`${status} is ${type}, and ${headers.get("content-type")} came`);
  validate(`${place}/content/${escape(type)}/schema`, body, refuse);
}

const escape = (part: string): string => part.replaceAll("~", "~0").replaceAll("/", "~1");
const unescape = (part: string): string => part.replaceAll("~1", "/").replaceAll("~0", "~");

/** A part of the description and where it really is: references are followed. */
function resolve(pointer: string): readonly [string, Described] | undefined {
  let part: unknown = description;
  for (const key of pointer.slice(2).split("/").map(unescape))
    part = (part as Record<string, unknown> | undefined)?.[key];
  const reference = (part as { $ref?: string } | undefined)?.$ref;
  if (reference !== undefined) return resolve(reference);
  return part === undefined ? undefined : [pointer, part as Described];
}

const validators = new Map<string, ValidateFunction>();

function validate(pointer: string, value: unknown, refuse: (problem: string) => never): void {
  // A pointer within an address is encoded as addresses are.
  const reference = `api${pointer.replaceAll(/[{}]/g, encodeURIComponent)}`;
  const validator = validators.get(pointer) ?? ajv.compile({ $ref: reference });
  validators.set(pointer, validator);
  if (validator(value)) return;
  const problems = validator.errors?.map(({ instancePath, message, params }) =>
    [instancePath || "/", message, JSON.stringify(params)].join(" "),
  );
  refuse(`${problems?.slice(0, 6).join("; ")}; the answer is ${JSON.stringify(value)?.slice(0, 2_000)}`);
}
