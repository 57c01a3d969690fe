import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { exampleIds } from "@kvsync/contracts/api";
import fc from "fast-check";
import { generate, type JsonSchema } from "json-schema-faker";
import { startControl, type TestControl } from "../testing/control.ts";
import { givenActiveSync, givenProject, givenSecrets, secretIdOf } from "../testing/given.ts";
import { describeApi } from "./document.ts";

let control: TestControl;
let known: Readonly<Record<string, readonly string[]>>;
beforeAll(async () => {
  control = await startControl({ planWaitMs: 1 });
  const project = await givenProject(control, 2);
  await givenSecrets(control, project, { API_KEY: "value", OTHER: "value" });
  const secretId = await secretIdOf(control, project, "API_KEY");
  known = {
    workspace: ["default", control.workspaceId],
    project: [project.slug, project.id],
    syncId: [await givenActiveSync(control, project), await givenActiveSync(control, project)],
    secretId: [secretId],
    key: ["API_KEY", "OTHER", secretId],
    environmentId: project.environments,
    environments: project.environments,
    teamId: [control.teamId],
  };
});
afterAll(() => control.stop());

type Parameter = Readonly<{ in: string; name: string; required?: boolean; schema: JsonSchema }>;
type Described = Readonly<{
  operationId: string;
  parameters?: readonly Parameter[];
  requestBody?: Readonly<{ content: Readonly<Record<string, { schema: JsonSchema }>> }>;
}>;

const document = describeApi();
const described = Object.entries(document.paths ?? {}).flatMap(([path, item]) =>
  Object.entries(item as Record<string, Described>).map(([method, operation]) => ({
    method: method.toUpperCase(),
    path,
    ...operation,
  })),
);
const components = document.components?.schemas as Readonly<Record<string, JsonSchema>>;

/** A value that fits a schema, drawn with a seed. */
const drawn = async (schema: JsonSchema, seed: number): Promise<unknown> =>
  generate(typeof schema === "object" ? { ...schema, components: { schemas: components } } : schema, {
    seed,
    maxItems: 3,
    maxLength: 60,
    optionalsProbability: 0.5,
  });

/** What somebody might send in a value's place. */
const stray = fc.oneof(
  fc.constantFrom<unknown>(null, "", "\0", "\ud800", -1, 1e21, 0.5, [], {}, [[]], "__proto__", true),
  fc.string({ unit: "binary", maxLength: 40 }),
  fc.constantFrom(...Object.values(exampleIds)),
  fc.jsonValue({ maxDepth: 2 }),
);

/** Where values are put that don't fit: how far into the body, and what. */
const mutation = fc.option(fc.record({ turns: fc.array(fc.nat(20), { maxLength: 4 }), value: stray }), {
  freq: 2,
});
type Mutation = Readonly<{ turns: readonly number[]; value: unknown }>;

/** The body with one of its parts replaced; the turns choose at each level which, and the body itself when there are none. */
function mutated(body: unknown, { turns, value }: Mutation): unknown {
  const [turn, ...rest] = turns;
  if (turn === undefined || typeof body !== "object" || body === null) return value;
  const entries = Object.entries(body);
  const [chosen] = entries[turn % (entries.length + 1)] ?? ["further"];
  const inner: unknown = Reflect.get(body, chosen);
  const replaced = mutated(inner, { turns: rest, value });
  return Array.isArray(body)
    ? body.map((part: unknown, index) => (String(index) === chosen ? replaced : part))
    : Object.fromEntries([...entries.filter(([name]) => name !== chosen), [chosen, replaced]]);
}

/** Puts ids of what is there into places that are called as such, so that requests get further than to a 404. */
function withKnown(part: unknown, seed: number, name = ""): unknown {
  const choices = known[name];
  if (typeof part === "string" && choices !== undefined) return choices[seed % choices.length];
  if (Array.isArray(part)) return part.map((item, index) => withKnown(item, seed + index, name));
  if (typeof part !== "object" || part === null) return part;
  return Object.fromEntries(Object.entries(part).map(([key, value]) => [key, withKnown(value, seed, key)]));
}

async function addressOf(
  { path, parameters = [] }: (typeof described)[number],
  seed: number,
  change: Mutation | null,
): Promise<string> {
  let address = path;
  const query = new URLSearchParams();
  for (const [index, parameter] of parameters.entries()) {
    const fitting = withKnown(await drawn(parameter.schema, seed + index), seed, parameter.name);
    const here = change !== null && change.turns[0] === index;
    const value = here ? JSON.stringify(change.value) : fitting;
    const text = (typeof value === "string" ? value : JSON.stringify(value)).toWellFormed();
    if (parameter.in === "path")
      address = address.replace(`{${parameter.name}}`, encodeURIComponent(text || "x"));
    else if (parameter.in === "query" && (here || parameter.required === true || (seed >> index) % 2 === 1))
      for (const part of [value].flat()) query.append(parameter.name, String(part).toWellFormed());
  }
  return `${address}?${query.toString()}`;
}

const seed = fc.nat(1_000_000);
/** How many requests a test run draws for each operation; `npm run fuzz -- --of api` goes on for as long as it is told. */
const RUNS = 20;
const minutes = Number(process.env["FUZZ_MINUTES"] ?? "0");
const replay = {
  ...(process.env["FUZZ_SEED"] === undefined ? {} : { seed: Number(process.env["FUZZ_SEED"]) }),
  ...(process.env["FUZZ_PATH"] === undefined ? {} : { path: process.env["FUZZ_PATH"] }),
};
const share =
  minutes === 0
    ? { numRuns: RUNS }
    : {
        numRuns: Number.MAX_SAFE_INTEGER,
        interruptAfterTimeLimit: (minutes * 60_000) / described.length,
        markInterruptAsFailure: false,
      };

test.each(
  described.map((operation): [string, (typeof described)[number]] => [operation.operationId, operation]),
)(
  "%s answers whatever is drawn from its schemas as the description says, and never fails",
  async (_id, operation) => {
    await fc.assert(
      fc.asyncProperty(seed, mutation, mutation, async (number, inAddress, inBody) => {
        const address = await addressOf(operation, number, inAddress);
        const schema = operation.requestBody?.content["application/json"]?.schema;
        const fitting = schema === undefined ? undefined : withKnown(await drawn(schema, number), number);
        const body = schema === undefined || inBody === null ? fitting : mutated(fitting, inBody);
        const { status, text } = await control.ask(operation.method, address, {
          body: body === undefined ? undefined : JSON.stringify(body),
        });
        expect([status < 500, text]).toEqual([true, text]);
      }),
      { ...share, ...replay },
    );
    expect(control.logs.filter((line) => line.includes('"level":"error"'))).toEqual([]);
  },
  120_000 + (minutes * 60_000) / described.length,
);
