import { parseArgs } from "node:util";

/**
 * `npm run fuzz -- --minutes N [--of vault|api] [--seed S --path P]`: the engine's model-based test for as long as it is
 * told (of the vault: the comparison of the one in memory with the real client; of the API: requests drawn from its
 * description), or one sequence again by the seed and path that a failure printed.
 */
const values = readArguments();
if (values === undefined) process.exit(2);
if (values.help) {
  console.log(usage());
  process.exit(0);
}
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

/** @returns undefined, and explained, when the arguments aren't as {@link usage} says */
function readArguments() {
  try {
    return parseArgs({
      options: {
        minutes: { type: "string" },
        of: { type: "string", default: "engine" },
        seed: { type: "string" },
        path: { type: "string" },
        help: { type: "boolean", default: false },
      },
    }).values;
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    console.error(`${error.message}\n\n${usage()}`);
    return undefined;
  }
}

function usage(): string {
  return `Usage: npm run fuzz -- [--minutes NUMBER] [--of engine|vault|api] [--seed NUMBER --path PATH]

  --minutes       how long to try (1)
  --of            the engine against a model of it (the default); the vault in memory, which that uses, against the
                  real client; or the API with requests drawn from its description
  --seed, --path  one sequence again, as a failure printed them`;
}
