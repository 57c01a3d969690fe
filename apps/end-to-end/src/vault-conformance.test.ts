import { randomBytes } from "node:crypto";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { startWorld, type World } from "@kvsync/local-azure/testing";
import { AzureVault } from "@kvsync/worker/azure-vault";
import {
  describeConformance,
  describeSameness,
  WINDOW_MS,
  type MakeSubject,
  type Others,
} from "@kvsync/worker/conformance";

let world: World;
/** Milliseconds by which the clock is ahead of the real one; it stands still between the changes. */
let time: number;

beforeAll(async () => {
  time = Date.parse("2026-01-01T00:00:00.999Z");
  world = await startWorld({ now: () => time });
  setDefaultCACertificates([...getCACertificates(), world.azure.ca]);
});
afterAll(() => world.stop());

/** A vault of its own behind Azure's SDK, with an access token as long as a test may take by the vault's clock. */
const makeSubject: MakeSubject = async ({ emptyPages = false } = {}) => {
  const { azure } = world;
  azure.knobs.patch({
    deletion: { deleteMs: WINDOW_MS, recoverMs: WINDOW_MS, purgeMs: WINDOW_MS },
    throttle: { creates: 1_000_000, others: 1_000_000 },
    paging: { emptyPageRate: emptyPages ? 1 : 0 },
    token: { lifetimeSeconds: 86_400 },
  });
  const name = `v${randomBytes(6).toString("hex")}`;
  const given = await world.addVault(name);
  world.grant(given.id);
  const token = await world.accessToken({ now: azure.clock.seconds() });
  const vault = new AzureVault({
    vaultUrl: azure.addressesOf(given).vaultUri.replace(/\/$/, ""),
    credential: { getToken: async () => ({ token, expiresOnTimestamp: Date.now() + 86_400_000 }) },
    verifyChallenge: false,
    readPacing: { onThrottled: () => undefined, nextTurn: async () => undefined },
  });
  return {
    vault,
    others: othersIn(given, token),
    now: () => azure.clock.now(),
    pass: (ms) => {
      time += ms;
    },
  };
};

/** Somebody who calls the vault without our client. */
function othersIn(vault: Awaited<ReturnType<World["addVault"]>>, token: string): Others {
  const { azure } = world;
  const send = async (method: string, path: string, body?: unknown): Promise<void> => {
    const headers = { authorization: `Bearer ${token}` };
    const { status: statusCode } = await world.call(path, { vault, method, headers, body });
    if (statusCode >= 300) throw Object.assign(new Error(`${method} ${path}: ${statusCode}`), { statusCode });
  };
  return {
    set: (name, value, { tags = {}, contentType, notBefore, expires } = {}) =>
      send("PUT", `/secrets/${name}`, {
        value,
        tags,
        contentType,
        attributes: { nbf: notBefore, exp: expires },
      }),
    amend: (name, { tags, contentType, notBefore, expires, enabled }) =>
      send("PATCH", `/secrets/${name}`, {
        tags,
        contentType,
        attributes: { enabled, nbf: notBefore, exp: expires },
      }),
    delete: (name) => send("DELETE", `/secrets/${name}`),
    recover: (name) => send("POST", `/deletedsecrets/${name}/recover`),
    purge: (name) => send("DELETE", `/deletedsecrets/${name}`),
    addManaged: (name, value) => {
      const { store } = azure.resources.vault(vault.name);
      if (store.get(name, azure.clock.now()) !== undefined)
        throw Object.assign(new Error("the name is taken"), { statusCode: 409 });
      azure.seedSecret(vault.name, name, { value, managed: true });
    },
    peek: (name) => azure.peek(vault.name, name),
  };
}

describeConformance("Local Azure through the SDK", makeSubject);
describeSameness("Local Azure through the SDK", makeSubject);

test("No call of the port read a value", () => {
  expect(world.azure.requests({ operation: "setSecret" })).not.toEqual([]);
  expect(world.azure.requests({ operation: "getSecret" })).toEqual([]);
});
