import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { allOperations } from "@kvsync/contracts/api";
import { Validator } from "@seriousme/openapi-schema-validator";
import { startControl, type TestControl } from "../testing/control.ts";
import { routesOf } from "../testing/routes.ts";
import { describeApi } from "./document.ts";

let control: TestControl;
beforeAll(async () => {
  control = await startControl();
});
afterAll(() => control.stop());

describe("the catalogue and Express", () => {
  const isApi = (path: string): boolean => /^\/(v1(\/|$)|livez|readyz|\.well-known\/)/.test(path);
  const inCatalogue = allOperations.map(
    ({ method, path }) => `${method} ${path.replaceAll(/\{\w+\}/g, "{}")}`,
  );

  test("know the same operations", () => {
    const inExpress = routesOf(control.app)
      .filter(({ path }) => isApi(path))
      .map(({ method, path }) => `${method} ${path}`);
    expect(inExpress.toSorted()).toEqual(inCatalogue.toSorted());
  });
});

describe("/v1/openapi.json", () => {
  test("is valid OpenAPI 3.1", async () => {
    const { body } = await control.ask<Record<string, unknown>>("GET", "/v1/openapi.json", { token: null });
    const validator = new Validator();
    const { valid, errors } = await validator.validate(body);
    expect(errors).toBeUndefined();
    expect([valid, validator.version, body["openapi"]]).toEqual([true, "3.1", "3.1.0"]);
  });

  test("has every operation, each with what it needs to be called", () => {
    const document = describeApi();
    const described = Object.values(document.paths ?? {}).flatMap((item) => [
      item.get,
      item.post,
      item.put,
      item.patch,
      item.delete,
    ]);
    const ids = described.flatMap((operation) => operation?.operationId ?? []);
    expect(ids.toSorted()).toEqual(allOperations.map(({ id }) => id).toSorted());
  });

  test("refers to nothing that it hasn't", () => {
    const document = describeApi();
    const text = JSON.stringify(document);
    const references = new Set(
      [...text.matchAll(/"\$ref":"#\/([^"]+)"/g)].map(([, pointer]) => pointer ?? ""),
    );
    expect(references.size).toBeGreaterThan(10);
    for (const pointer of references) {
      const found = pointer
        .split("/")
        .reduce<unknown>((part, key) => (part as Record<string, unknown> | undefined)?.[key], document);
      expect([pointer, typeof found]).toEqual([pointer, "object"]);
    }
  });

  test("may be kept, and isn't sent again to who has it", async () => {
    const first = await control.ask("GET", "/v1/openapi.json", { token: null });
    expect(first.headers.get("cache-control")).toBe("public, max-age=300");
    const etag = first.headers.get("etag") ?? "";
    const again = await control.ask("GET", "/v1/openapi.json", {
      token: null,
      // Node's fetch would say no-cache by itself.
      headers: { "if-none-match": etag, "cache-control": "max-age=0" },
    });
    expect([again.status, again.text]).toEqual([304, ""]);
  });
});

describe("/v1/docs", () => {
  test("is a page that loads from this server alone, for anybody", async () => {
    const { text, headers } = await control.ask("GET", "/v1/docs", { token: null });
    expect(headers.get("content-security-policy")).toBe(
      "default-src 'none';script-src 'self';style-src 'self';style-src-attr 'unsafe-inline';img-src 'self' data:;connect-src 'self';form-action 'none';frame-ancestors 'none';base-uri 'none'",
    );
    const addresses = [...text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, address]) => address ?? "");
    expect(addresses.length).toBeGreaterThan(4);
    for (const address of addresses) {
      expect(address).toMatch(/^\/[^/]/);
      const asset = await control.ask("GET", address, { token: null });
      expect([address, asset.status, asset.text.length > 100]).toEqual([address, 200, true]);
    }
    // Nothing is done about a request that has its answer already.
    expect(control.logs).toEqual([]);
  });

  test.each([
    "index.html",
    "swagger-initializer.js",
    "package.json",
    "../routes.ts",
    "%2e%2e%2froutes.ts",
    "x",
  ])("serves no %s", async (name) => {
    expect((await control.ask("GET", `/v1/docs/assets/${name}`)).status).toBe(404);
  });
});
