import type { ApiClient } from "@kvsync/contracts/api";
import { environmentOf, projectOf, workspaceOf, type Environment } from "../../api/places.ts";
import type { Invocation } from "../../invocation.ts";

/** A project with one of its environments, and a client for them. */
export type Target = Readonly<{
  api: ApiClient;
  params: Readonly<{ workspace: string; project: string }>;
  environment: Environment;
}>;

/** @throws {CliError} when it isn't clear which environment is meant */
export async function targetOf(invocation: Invocation): Promise<Target> {
  const { api } = await invocation.session();
  const place = await invocation.place();
  const project = projectOf(place);
  const params = { workspace: await workspaceOf(api, place), project };
  return { api, params, environment: await environmentOf(api, params, place.environment) };
}
