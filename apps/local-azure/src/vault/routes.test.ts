import { describe, expect, test } from "@jest/globals";
import { routeOf } from "./routes.ts";

describe("A path leads to its operation", () => {
  test.each([
    ["GET", "/secrets", { operation: "listSecrets" }],
    ["GET", "/secrets/", { operation: "listSecrets" }],
    ["PUT", "/secrets/a", { operation: "setSecret", name: "a" }],
    ["GET", "/secrets/a/", { operation: "getSecret", name: "a" }],
    ["GET", "/secrets/a/v1", { operation: "getSecret", name: "a", version: "v1" }],
    ["PATCH", "/secrets/a/", { operation: "updateSecret", name: "a" }],
    ["PATCH", "/secrets/a/v1", { operation: "updateSecret", name: "a", version: "v1" }],
    ["GET", "/secrets/a/versions", { operation: "listSecretVersions", name: "a" }],
    ["DELETE", "/secrets/a", { operation: "deleteSecret", name: "a" }],
    ["POST", "/secrets/a/backup", { operation: "backupSecret", name: "a" }],
    ["POST", "/secrets/restore", { operation: "restoreSecret" }],
    ["GET", "/secrets/restore", { operation: "getSecret", name: "restore" }],
    ["GET", "/deletedsecrets", { operation: "listDeletedSecrets" }],
    ["GET", "/deletedsecrets/a", { operation: "getDeletedSecret", name: "a" }],
    ["POST", "/deletedsecrets/a/recover", { operation: "recoverDeletedSecret", name: "a" }],
    ["DELETE", "/deletedsecrets/a", { operation: "purgeDeletedSecret", name: "a" }],
    ["PUT", "/secrets/a%2Fb", { operation: "setSecret", name: "a/b" }],
    ["PUT", "/secrets/", { operation: "unknown", refusal: "methodNotAllowed" }],
    ["constructor", "/secrets/a", { operation: "unknown", refusal: "methodNotAllowed", name: "a" }],
    ["GET", "/secrets/%zz", { operation: "unknown", refusal: "invalidName", name: "%zz" }],
    ["GET", "/certificates/a", { operation: "unknown", refusal: "noSuchPath" }],
    ["GET", "/secrets//a", { operation: "getSecret", name: "", version: "a" }],
  ])("%s %s", (method, path, route) => {
    expect(routeOf(method, path)).toEqual(route);
  });
});
