import { argon2, randomBytes, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";
import { Gate } from "./gate.ts";

/** OWASP's first choice for Argon2id: 19 MiB, two passes, one lane. */
const PARAMETERS = { memory: 19_456, passes: 2, parallelism: 1 } as const;
const SALT_BYTES = 16;
const TAG_BYTES = 32;
/** More than any hash of ours ever had: one that asks for more would be a way to exhaust the memory. */
const MOST = { memory: 262_144, passes: 16, parallelism: 8 } as const;

/** Two at once leave half of libuv's threads to everything else; some hundred may wait, which is seconds. */
const gate = new Gate(2, 200);
const derive = promisify(argon2);

type Parameters = Readonly<{ memory: number; passes: number; parallelism: number }>;
type Parsed = Readonly<{ parameters: Parameters; salt: Buffer; tag: Buffer }>;

/**
 * The hash of a password, in PHC's string format: `$argon2id$v=19$m=19456,t=2,p=1$<salt>$<hash>`.
 *
 * @throws {ApiError} 503 `UNAVAILABLE` when too many are waiting already
 */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const tag = await tagOf(password, salt, PARAMETERS, TAG_BYTES);
  const { memory, passes, parallelism } = PARAMETERS;
  return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${encode(salt)}$${encode(tag)}`;
}

/**
 * Whether a password is the hash's. Where there is no hash, as with an unknown e-mail address, it takes as long, and is
 * false.
 *
 * @throws {ApiError} 503 `UNAVAILABLE` when too many are waiting already
 */
export async function verifyPassword(password: string, hash: string | null): Promise<boolean> {
  const parsed = hash === null ? null : parse(hash);
  const { parameters, salt, tag } = parsed ?? nobodys;
  const found = await tagOf(password, salt, parameters, tag.length);
  return timingSafeEqual(found, tag) && parsed !== null;
}

/** Whether a hash was made with other parameters than those of today. */
export function isOutdated(hash: string): boolean {
  const { memory, passes, parallelism } = parse(hash)?.parameters ?? { memory: 0, passes: 0, parallelism: 0 };
  return (
    memory !== PARAMETERS.memory || passes !== PARAMETERS.passes || parallelism !== PARAMETERS.parallelism
  );
}

const nobodys: Parsed = {
  parameters: PARAMETERS,
  salt: randomBytes(SALT_BYTES),
  tag: randomBytes(TAG_BYTES),
};

/** Passwords are compared as NFKC, so that it doesn't matter how a keyboard composes letters (NIST SP 800-63B). */
async function tagOf(
  password: string,
  nonce: Uint8Array,
  parameters: Parameters,
  tagLength: number,
): Promise<Buffer> {
  const message = password.normalize("NFKC");
  return gate.pass(() => derive("argon2id", { message, nonce, tagLength, ...parameters }));
}

const encode = (bytes: Buffer): string => bytes.toString("base64").replace(/=+$/, "");

function parse(hash: string): Parsed | null {
  const found = /^\$argon2id\$v=19\$m=(\d{1,9}),t=(\d{1,4}),p=(\d{1,3})\$([\w+/]+)\$([\w+/]+)$/.exec(hash);
  if (found === null) return null;
  const [, memory, passes, parallelism, salt = "", tag = ""] = found;
  const parameters = { memory: Number(memory), passes: Number(passes), parallelism: Number(parallelism) };
  const excessive =
    parameters.memory > MOST.memory ||
    parameters.passes > MOST.passes ||
    parameters.parallelism > MOST.parallelism;
  if (excessive) return null;
  return { parameters, salt: Buffer.from(salt, "base64"), tag: Buffer.from(tag, "base64") };
}
