import { addressOf, allOperations, exampleIds, exampleSlugs, type Operation } from "@kvsync/contracts/api";
import { z } from "zod";
import type { GivenProject } from "./given.ts";

/** An endpoint of the API, with a body that it takes. */
export type Endpoint = Readonly<{
  id: string;
  method: string;
  path: string;
  body?: Readonly<Record<string, unknown>>;
}>;

/** What the addresses are made of. */
export type Addressed = Readonly<{
  project: GivenProject;
  syncId: string;
  secretId: string;
  tokenId: string;
  memberId: string;
  invitationId: string;
  webhookId: string;
  deliveryId: string;
  /** Where it matters which team is meant. */
  teamId?: string;
}>;

const guarded = allOperations.filter(({ access }) => access !== "anyone");

/** All endpoints that read a body, out of the catalogue. */
export function writingEndpoints(addressed: Addressed): Endpoint[] {
  return guarded
    .filter(({ body }) => body !== undefined)
    .map((operation) => endpointOf(operation, addressed));
}

/** All endpoints that only read, or take no body, but those that wait for a worker. */
export function readingEndpoints(addressed: Addressed): Endpoint[] {
  return guarded
    .filter(({ body, id }) => body === undefined && id !== "previewPlan")
    .map((operation) => endpointOf(operation, addressed));
}

/** All endpoints of the API, also those that anybody may ask. */
export function allEndpoints(addressed: Addressed): Endpoint[] {
  return allOperations
    .filter(({ path }) => path.startsWith("/v1/"))
    .map((operation) => endpointOf(operation, addressed));
}

/** An operation's endpoint and body: its examples, with real ids in their places. */
export function endpointOf(operation: Operation, addressed: Addressed): Endpoint {
  const { id, method, params, query, example } = operation;
  const needed = query instanceof z.ZodObject ? Object.entries(query.shape).filter(isNeeded) : [];
  const path = withRealIds(
    addressOf(operation, examplesOf(Object.entries(params?.shape ?? {})), examplesOf(needed)),
    addressed,
  );
  if (example === undefined) return { id, method, path };
  const body = JSON.parse(withRealIds(JSON.stringify(example), addressed)) as Record<string, unknown>;
  return { id, method, path, body };
}

const isNeeded = ([, schema]: readonly [string, z.ZodType]): boolean => !schema.safeParse(undefined).success;

function examplesOf(shape: ReadonlyArray<readonly [string, z.ZodType]>): Record<string, string> {
  return Object.fromEntries(shape.map(([name, schema]) => [name, schema.meta()?.["example"] as string]));
}

function withRealIds(text: string, addressed: Addressed): string {
  const { project, syncId, secretId, tokenId, memberId, invitationId, webhookId, deliveryId, teamId } =
    addressed;
  const [environmentId = ""] = project.environments;
  const real: Readonly<Record<string, string>> = {
    [exampleSlugs.project]: project.slug,
    [exampleIds.project]: project.id,
    [exampleIds.environment]: environmentId,
    [exampleIds.sync]: syncId,
    [exampleIds.secret]: secretId,
    [exampleIds.token]: tokenId,
    [exampleIds.member]: memberId,
    [exampleIds.invitation]: invitationId,
    [exampleIds.webhook]: webhookId,
    [exampleIds.delivery]: deliveryId,
    ...(teamId === undefined ? {} : { [exampleIds.team]: teamId }),
  };
  return Object.entries(real).reduce((rest, [example, id]) => rest.replaceAll(example, id), text);
}
