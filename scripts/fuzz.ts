import { parseArgs } from "node:util";

/**
 * `npm run fuzz -- --minutes N [--of vault|api] [--seed S --path P]`: the engine's model-based test for as long as it is
 * told (of the vault: the comparison of the one in memory with the real client; of the API: requests drawn from its
 * description), or one sequence again by the seed and path that a failure printed.
 */
const { values } = parseArgs({
  options: {
    minutes: { type: "string" },
    of: { type: "string", default: "engine" },
    seed: { type: "string" },
    path: { type: "string" },
  },
});
const tests: Readonly<Record<string, string>> = {
  engine: "apps/worker/src/model/model.test.ts",
  api: "apps/control/src/api-description/random-requests.test.ts",
  vault: "apps/end-to-end/src/vault-conformance.test.ts",
};
const testFile = tests[values.of];
if (testFile === undefined) {
  console.error(`--of must be one of ${Object.keys(tests).join(", ")}`);
  process.exit(2);
}
const minutes = Number(values.minutes ?? (values.seed === undefined ? "1" : "0"));
if (!Number.isFinite(minutes) || minutes < 0) {
  console.error("--minutes must be a number of minutes, like --minutes 10");
  process.exit(2);
}
process.env["FUZZ_MINUTES"] = String(minutes);
if (values.seed !== undefined) process.env["FUZZ_SEED"] = values.seed;
if (values.path !== undefined) process.env["FUZZ_PATH"] = values.path;
process.argv.splice(2, Infinity, testFile);
await import("./test.ts");
