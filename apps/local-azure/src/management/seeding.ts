import { z } from "zod";
import type { Clock } from "../clock.ts";
import type { SecretVersion } from "../vault/secret.ts";
import { isSecretName, MAX_VALUE_LENGTH } from "../vault/secret-input.ts";
import { keyOf, type NewSecret } from "../vault/secret-store.ts";
import type { RunningVault } from "../vault/vaults.ts";
import { newVersionId } from "../vault/write-operations.ts";
import { ManagementError, parseInput } from "./errors.ts";

const MAX_SEEDS = 1_000_000;

const secretName = z.string().refine(isSecretName, "1 to 127 letters, digits and hyphens.");
const secretFields = {
  value: z.string().max(MAX_VALUE_LENGTH),
  contentType: z.string().max(255).optional(),
  tags: z.record(z.string(), z.string()).optional(),
  enabled: z.boolean().default(true),
  /** Belongs to a certificate, so that it can't be set or deleted. */
  managed: z.boolean().default(false),
};
const seedInput = z.strictObject(secretFields);
const seedsInput = z.union([
  z.strictObject({
    secrets: z.array(z.strictObject({ name: secretName, ...secretFields })).max(100_000),
  }),
  z.strictObject({
    /** Makes `count` secrets named by the prefix and a number, from `prefix000000` on. */
    count: z.number().int().min(1).max(MAX_SEEDS),
    prefix: z
      .string()
      .regex(/^[0-9a-zA-Z-]{0,100}$/)
      .default("seed-"),
    ...secretFields,
    value: secretFields.value.default("seeded"),
  }),
]);

export type SeedInput = z.input<typeof seedInput>;
export type SeedsInput = z.input<typeof seedsInput>;

/**
 * Puts a secret into a vault past tokens, roles and throttling, as a new version where it is there already.
 *
 * @throws {ManagementError} 400, or 409 while the name is that of a deleted secret
 */
export function seedSecret(running: RunningVault, clock: Clock, name: string, input: SeedInput): void {
  const fields = parseInput(seedInput, input);
  addSeeds(running, clock, [{ name: parseInput(secretName, name), ...fields }]);
}

/** Like {@link seedSecret} for many at once: a list, or so many of one kind. Returns how many. */
export function seedSecrets(running: RunningVault, clock: Clock, input: SeedsInput): number {
  const parsed = parseInput(seedsInput, input);
  if ("secrets" in parsed) {
    addSeeds(running, clock, parsed.secrets);
    return parsed.secrets.length;
  }
  const { count, prefix, ...fields } = parsed;
  const digits = Math.max(6, String(count - 1).length);
  addSeeds(
    running,
    clock,
    Array.from({ length: count }, (_, index) => ({
      name: `${prefix}${String(index).padStart(digits, "0")}`,
      ...fields,
    })),
  );
  return count;
}

type Seed = Readonly<{ name: string } & z.output<typeof seedInput>>;

function addSeeds({ vault, store }: RunningVault, clock: Clock, seeds: readonly Seed[]): void {
  const now = clock.now();
  const keys = new Set(seeds.map(({ name }) => keyOf(name)));
  if (keys.size < seeds.length) throw new ManagementError(400, "BadRequest", "A name is there twice.");
  const additions: NewSecret[] = [];
  for (const seed of seeds) {
    const known = store.get(seed.name, now);
    const version = versionOf(seed, clock.seconds());
    if (known === undefined) {
      const managedBy = seed.managed
        ? `https://${vault.name}.vault.azure.net/keys/${seed.name}/${version.id}`
        : undefined;
      additions.push({ name: seed.name, versions: [version], managedBy });
    } else if (known.head.phase.phase === "active") store.addVersion(known, version);
    else {
      throw new ManagementError(
        409,
        "Conflict",
        `The secret '${seed.name}' is deleted; purge or recover it.`,
      );
    }
  }
  store.add(additions);
}

function versionOf({ value, contentType, tags, enabled }: Seed, seconds: number): SecretVersion {
  return {
    id: newVersionId(),
    value,
    ...(contentType === undefined ? {} : { contentType }),
    ...(tags === undefined ? {} : { tags }),
    enabled,
    created: seconds,
    updated: seconds,
  };
}
