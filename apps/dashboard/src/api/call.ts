import type { CallInput, catalogue, Operation, ResponseOf } from "@kvsync/contracts/api";
import { request, requestTagged, type RequestOptions, type Tagged } from "./client.ts";

type Operations = (typeof catalogue)[keyof typeof catalogue];
type Method = Operations["method"];
type PathOf<Verb extends Method> = Extract<Operations, { method: Verb }>["path"];
type At<Verb extends Method, Path extends string> = Extract<Operations, { method: Verb; path: Path }>;

type Options<Called extends Operation> = Omit<CallInput<Called>, "signal" | "headers"> &
  Omit<RequestOptions, "body">;

type Arguments<Called extends Operation> =
  Partial<Options<Called>> extends Options<Called> ? [options?: Options<Called>] : [options: Options<Called>];

/**
 * Asks an operation of the API, named by its method and path as the catalogue has them. Parameters, query, body and
 * answer have the catalogue's types; only the types, so that none of its schemas is sent to the browser.
 *
 * @throws {ApiFailure} for everything that isn't a success, but see {@link requestTagged} for what is waited out
 */
export async function call<Verb extends Method, Path extends PathOf<Verb>>(
  method: Verb,
  path: Path,
  ...[options]: Arguments<At<Verb, Path>>
): Promise<ResponseOf<At<Verb, Path>>> {
  return request(method, addressOf(path, options), options as RequestOptions | undefined);
}

/** Like {@link call}, with the version of what was answered, for `ifMatch` of a later change. */
export async function callTagged<Verb extends Method, Path extends PathOf<Verb>>(
  method: Verb,
  path: Path,
  ...[options]: Arguments<At<Verb, Path>>
): Promise<Tagged<ResponseOf<At<Verb, Path>>>> {
  return requestTagged(method, addressOf(path, options), options as RequestOptions | undefined);
}

type Scalar = string | number | boolean;
type Address = Readonly<{
  params?: Readonly<Record<string, Scalar>>;
  query?: Readonly<Record<string, Scalar | readonly Scalar[] | undefined>>;
}>;

/** A path of the catalogue with its parameters and query filled in. */
export function addressOf(path: string, options: unknown): string {
  const { params = {}, query = {} } = (options ?? {}) as Address;
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const value = params[name];
    if (value === undefined || value === "") throw new TypeError(`${path} lacks its ${name}`);
    return encodeURIComponent(value);
  });
  const search = new URLSearchParams();
  for (const [name, given] of Object.entries(query))
    for (const value of [given].flat()) if (value !== undefined) search.append(name, String(value));
  const text = search.toString();
  return text === "" ? filled : `${filled}?${text}`;
}
