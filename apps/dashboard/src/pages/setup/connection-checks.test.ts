import { describe, expect, test } from "@jest/globals";
import {
  connectionProblems,
  guidTypo,
  mendGuid,
  mendVaultUrl,
  prefixProblem,
  vaultUrlProblem,
} from "./connection-checks.ts";

const cloud = { vaultSuffix: ".vault.azure.net" };
const TENANT = "11111111-2222-3333-4444-555555555555";
const CLIENT = "66666666-7777-8888-9999-aaaaaaaaaaaa";
const URL = "https://my-vault.vault.azure.net";

describe("a GUID that is being typed", () => {
  test.each(["", "1", "11111111-22", TENANT, `{${TENANT}}`, ` ${TENANT} `])("%j may become one", (text) => {
    expect(guidTypo(text, "tenant ID")).toBeNull();
  });

  test.each([
    ["contoso.onmicrosoft.com", "not a domain"],
    ["me@contoso.com", "not a domain"],
    ["1111111x", "“x”"],
    [`${TENANT}1`, "longer than a GUID"],
  ])("%j can't any more", (text, problem) => {
    expect(guidTypo(text, "tenant ID")).toContain(problem);
  });

  test("loses what copying brings along", () => {
    expect(mendGuid(`  {${TENANT.toUpperCase()}} `)).toBe(TENANT);
  });
});

describe("a Key Vault URL that is pasted", () => {
  test.each([
    [URL, null],
    [`${URL}/`, null],
    ["HTTPS://My-Vault.vault.azure.net", null],
    [`${URL}/secrets/a/0123`, "Shortened"],
    ["http://my-vault.vault.azure.net", "Shortened"],
    ["my-vault.vault.azure.net", "Shortened"],
    [`${URL}:443/?x=1`, "Shortened"],
    ["my-vault", "Made of"],
    ["/subscriptions/s/resourceGroups/g/providers/Microsoft.KeyVault/vaults/My-Vault", "resource id"],
    [
      "https://portal.azure.com/#@contoso.com/resource/subscriptions/s/resourceGroups/g/providers/Microsoft.KeyVault/vaults/my-vault/overview",
      "resource id",
    ],
    [
      "https://portal.azure.com/#resource%2Fsubscriptions%2Fs%2Fproviders%2FMicrosoft.KeyVault%2Fvaults%2Fmy-vault%2Fsecrets",
      "resource id",
    ],
  ])("%s is understood", (text, notice) => {
    const mended = mendVaultUrl(text, cloud);
    expect(mended.vaultUrl).toBe(URL);
    if (notice === null) expect(mended.notice).toBeNull();
    else expect(mended.notice).toContain(notice);
    expect(vaultUrlProblem(text, cloud)).toBeNull();
  });

  test.each([
    ["", "Enter"],
    ["https://my-vault.vault.azure.cn", "Must be a Key Vault of this cloud"],
    ["https://evil.example/my-vault.vault.azure.net", "Must "],
    ["https://user:pw@my-vault.vault.azure.net", "user or password"],
    ["https://a--b.vault.azure.net", "Must name a vault"],
    ["two words", "Must "],
  ])("%j is not", (text, problem) => {
    expect(mendVaultUrl(text, cloud).vaultUrl).toBe(text);
    expect(vaultUrlProblem(text, cloud)).toContain(problem);
  });
});

test.each([
  ["", null],
  ["app-1-", null],
  ["a".repeat(126), null],
  ["a".repeat(127), "no room"],
  ["my_app ", "“_”, a space"],
])("the prefix %j", (text, problem) => {
  if (problem === null) expect(prefixProblem(text)).toBeNull();
  else expect(prefixProblem(text)).toContain(problem);
});

test("a form tells of each field what is wrong with it", () => {
  const good = { tenantId: TENANT, clientId: CLIENT, vaultUrl: URL, prefix: "" };
  expect(connectionProblems(good, cloud)).toEqual({});
  expect(connectionProblems({ ...good, clientId: ` ${TENANT}` }, cloud)).toEqual({
    clientId: expect.stringContaining("tenant ID again"),
  });
  expect(
    Object.keys(connectionProblems({ tenantId: "", clientId: "1", vaultUrl: "?", prefix: "_" }, cloud)),
  ).toEqual(["tenantId", "clientId", "vaultUrl", "prefix"]);
});
