import { parseArgs } from "node:util";

/**
 * `npm run fuzz -- --minutes N [--seed S --path P]`: the model-based test for as long as it is told, or one sequence
 * again by the seed and path that a failure printed.
 */
const { values } = parseArgs({
  options: { minutes: { type: "string" }, seed: { type: "string" }, path: { type: "string" } },
});
const minutes = Number(values.minutes ?? (values.seed === undefined ? "1" : "0"));
if (!Number.isFinite(minutes) || minutes < 0) {
  console.error("--minutes must be a number of minutes, like --minutes 10");
  process.exit(2);
}
process.env["FUZZ_MINUTES"] = String(minutes);
if (values.seed !== undefined) process.env["FUZZ_SEED"] = values.seed;
if (values.path !== undefined) process.env["FUZZ_PATH"] = values.path;
process.argv.splice(2, Infinity, "apps/worker/src/model/model.test.ts");
await import("./test.ts");
