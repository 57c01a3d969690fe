import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import { startWorld, type World } from "../../testing/world.ts";
import { nextLink, pageSize, readSkipToken, skipToken } from "./paging.ts";

type Page = Readonly<{
  value: ReadonlyArray<Readonly<Record<string, unknown> & { id: string }>>;
  nextLink: string | null;
}>;

let world: World;

beforeAll(async () => {
  world = await startWorld();
});

afterAll(async () => {
  await world.stop();
});

afterEach(() => {
  world.azure.knobs.reset();
});

/** Every page of a list, followed by its links. */
async function pagesOf(first: string): Promise<Page[]> {
  const headers = { authorization: `Bearer ${await world.accessToken()}` };
  const pages: Page[] = [];
  let link: string | null = first;
  while (link !== null) {
    const { status, body, text } = await world.https.call(link, { headers });
    if (status !== 200) throw new Error(text);
    pages.push(body as Page);
    link = (body as Page).nextLink;
  }
  return pages;
}

const nameOf = ({ id }: Readonly<{ id: string }>): string => id.split("/").at(-1) ?? "";

async function seeded(vault: string, names: readonly string[]): Promise<string> {
  const made = await world.addVault(vault);
  world.grant(made.id);
  world.azure.seedSecrets(vault, { secrets: names.map((name) => ({ name, value: `value of ${name}` })) });
  return `${world.azure.addressesOf(made).localUri}secrets?api-version=2026-04-01`;
}

describe("The skip token", () => {
  test("has Key Vault's form and survives the way there and back", () => {
    const token = skipToken({ after: "SOME-NAME", afterEmptyPage: false });
    const decoded = JSON.parse(Buffer.from(token, "base64").toString()) as Record<string, unknown>;
    expect(decoded).toEqual({ NextMarker: expect.stringMatching(/^2!\d+!/), TargetLocation: 0 });
    const [, length, marker] = String(decoded["NextMarker"]).split("!");
    expect(marker).toHaveLength(Number(length));
    expect(readSkipToken(new URLSearchParams({ $skiptoken: token }))).toEqual({
      after: "SOME-NAME",
      afterEmptyPage: false,
    });
  });

  test("is refused when it isn't one", () => {
    for (const token of ["", "nonsense", Buffer.from("{}").toString("base64")]) {
      expect(() => readSkipToken(new URLSearchParams({ $skiptoken: token }))).toThrow("invalid value");
    }
  });
});

describe("The page size", () => {
  test("is 25 or what the client asks for, from 1 to 25", () => {
    expect(pageSize(new URLSearchParams())).toBe(25);
    expect(pageSize(new URLSearchParams({ maxresults: "1" }))).toBe(1);
    for (const maxresults of ["0", "26", "-1", "2.5", ""]) {
      expect(() => pageSize(new URLSearchParams({ maxresults }))).toThrow("invalid value");
    }
  });
});

describe("The next link", () => {
  test("always names the port and keeps the page size", () => {
    const query = new URLSearchParams({ "api-version": "7.3", maxresults: "1" });
    const link = nextLink("https://v.vault.azure.net:443", "/secrets", query, {
      after: "A",
      afterEmptyPage: false,
    });
    expect(link).toMatch(
      /^https:\/\/v\.vault\.azure\.net:443\/secrets\?api-version=7\.3&\$skiptoken=eyJ[^&]+&maxresults=1$/,
    );
  });
});

describe("The list of secrets", () => {
  test("is ordered by upper-cased name and shows tags and times, but never a value", async () => {
    const first = await seeded("ordered", ["b", "A", "a-b", "C", "1"]);
    const [page] = await pagesOf(first);
    expect(page?.value.map(nameOf)).toEqual(["1", "A", "a-b", "b", "C"]);
    expect(page?.nextLink).toBeNull();
    for (const item of page?.value ?? []) {
      expect(item).not.toHaveProperty("value");
      expect(item).toHaveProperty("attributes.updated");
    }
  });

  test("comes in pages of the size that the client asks for", async () => {
    const first = await seeded("small-pages", ["a", "b", "c", "d", "e"]);
    const pages = await pagesOf(`${first}&maxresults=2`);
    expect(pages.map(({ value }) => value.map(nameOf))).toEqual([["a", "b"], ["c", "d"], ["e"]]);
  });

  test("links to the host and port by which the client came, also where that is the vault's name", async () => {
    await seeded("by-name", ["a", "b"]);
    const { port } = world.azure;
    const { body } = await world.https.call(
      `https://localhost:${String(port)}/secrets?api-version=7.6&maxresults=1`,
      {
        host: `by-name.vault.localhost:${String(port)}`,
        headers: { authorization: `Bearer ${await world.accessToken()}` },
      },
    );
    const { value, nextLink: link } = body as Page;
    expect(value[0]?.id).toBe(`https://by-name.vault.localhost:${String(port)}/secrets/a`);
    expect(link).toContain(
      `https://by-name.vault.localhost:${String(port)}/secrets?api-version=7.6&$skiptoken=`,
    );
  });

  test("holds empty pages with a link where the knob says so, and still ends", async () => {
    const first = await seeded("gaps", ["a", "b", "c"]);
    world.azure.knobs.patch({ paging: { emptyPageRate: 1 } });
    const pages = await pagesOf(`${first}&maxresults=1`);
    expect(pages.map(({ value }) => value.map(nameOf))).toEqual([[], ["a"], [], ["b"], [], ["c"]]);
  });

  test("goes on at the right place when a secret of the page before is deleted meanwhile", async () => {
    const first = await seeded("shrinking", ["a", "b", "c"]);
    const headers = { authorization: `Bearer ${await world.accessToken()}` };
    const page = (await world.https.call(`${first}&maxresults=1`, { headers })).body as Page;
    await world.https.call(first.replace("/secrets?", "/secrets/a?"), { method: "DELETE", headers });
    const [next] = await pagesOf(page.nextLink ?? "");
    expect(next?.value.map(nameOf)).toEqual(["b"]);
  });

  test("has 4,000 pages for 100,000 secrets, each name once and in order", async () => {
    const vault = await world.addVault("crowded");
    world.grant(vault.id);
    world.azure.seedSecrets("crowded", { count: 100_000, prefix: "app-" });
    world.azure.knobs.patch({ throttle: { others: 100_000 } });
    const pages = await pagesOf(`${world.azure.addressesOf(vault).localUri}secrets?api-version=2026-04-01`);
    const names = pages.flatMap(({ value }) => value.map(nameOf));
    expect(pages).toHaveLength(4000);
    expect(names).toHaveLength(100_000);
    expect(new Set(names).size).toBe(100_000);
    expect(names).toEqual(names.toSorted());
    expect(world.azure.requests({ vault: "crowded", operation: "listSecrets" })).toHaveLength(4000);
  }, 60_000);
});

describe("The list of versions", () => {
  test("is ordered by version id, pages, and has the version in each id", async () => {
    const first = await seeded("versions", ["a"]);
    for (let version = 0; version < 29; version += 1) {
      world.azure.seedSecret("versions", "a", { value: String(version) });
    }
    const pages = await pagesOf(first.replace("/secrets?", "/secrets/A/versions?"));
    const ids = pages.flatMap(({ value }) => value.map(nameOf));
    expect(pages.map(({ value }) => value.length)).toEqual([25, 5]);
    expect(new Set(ids).size).toBe(30);
    expect(ids).toEqual(ids.toSorted());
  });
});

describe("The list of deleted secrets", () => {
  test("shows what is deleted once that has taken effect, without version in the id", async () => {
    const first = await seeded("bin", ["a", "b", "c"]);
    const headers = { authorization: `Bearer ${await world.accessToken()}` };
    for (const name of ["a", "c"]) {
      await world.https.call(first.replace("/secrets?", `/secrets/${name}?`), { method: "DELETE", headers });
    }
    const list = first.replace("/secrets?", "/deletedsecrets?");
    const during = await pagesOf(list);
    expect(during.flatMap(({ value }) => value)).toEqual([]);
    world.azure.knobs.advance(1000);
    const [page] = await pagesOf(list);
    expect(page?.value.map(nameOf)).toEqual(["a", "c"]);
    expect(page?.value[0]).toMatchObject({
      recoveryId: expect.stringContaining("/deletedsecrets/a"),
      deletedDate: expect.any(Number),
      scheduledPurgeDate: expect.any(Number),
    });
  });
});
