import { parseArgs } from "node:util";
import { resolve } from "node:path";

export type NamePolicy = "strict" | "hyphenate" | "dotnet";

export type StartOptions = Readonly<{
  /** Ends after the job, with exit code 0 only if exactly what should have arrived stands in the vault. */
  once: boolean;
  /** Forgets everything of earlier starts first. */
  fresh: boolean;
  envFile: string;
  namePolicy: NamePolicy;
  help: boolean;
}>;

export const usage = `npm start [-- options]

  --once                 end after the job; exit code 0 only if the vault holds exactly what it should
  --env-file PATH        sync this file instead of examples/webshop.env
  --name-policy POLICY   hyphenate (default here), strict (the system's default) or dotnet
  --fresh                forget everything of earlier starts (.kvsync/) first
  --help                 show this

DATABASE_URL, REDIS_URL and ISSUER_URL, where set, are used instead of what npm start would bring.
KVSYNC_STATE keeps the state elsewhere than in .kvsync/.`;

/** @throws TypeError with a sentence for a person when the arguments aren't as {@link usage} says */
export function readOptions(args: readonly string[], root: string): StartOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      once: { type: "boolean", default: false },
      fresh: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
      "env-file": { type: "string" },
      "name-policy": { type: "string", default: "hyphenate" },
    },
  });
  const namePolicy = values["name-policy"];
  if (namePolicy !== "strict" && namePolicy !== "hyphenate" && namePolicy !== "dotnet")
    throw new TypeError(`--name-policy must be hyphenate, strict or dotnet, not “${namePolicy}”`);
  const { once, fresh, help } = values;
  const given = values["env-file"];
  // npm runs scripts in the project's folder; the person is where INIT_CWD says.
  const from = process.env["INIT_CWD"] ?? process.cwd();
  const envFile = given === undefined ? resolve(root, "examples/webshop.env") : resolve(from, given);
  return { once, fresh, help, envFile, namePolicy };
}
