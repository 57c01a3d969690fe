import { describe, expect, test } from "@jest/globals";
import type { Place } from "../../api/places.ts";
import type { Scope } from "../../api/session.ts";
import { EVERYTHING, NOTHING, scopeNames, shareOf, toggle, type Share } from "./scope.ts";

const place = (kind: Place["kind"], name: string, children: readonly Place[] = []): Place => ({
  kind,
  id: name,
  name,
  children,
});
const development = place("environment", "development");
const production = place("environment", "production");
const shop = place("project", "shop", [development, production]);
const empty = place("project", "empty");
const web = place("team", "web", [shop, empty]);
const data = place("team", "data");
const teams = [web, data];

describe("choosing places for a scope", () => {
  test("a place alone", () => {
    expect(toggle(teams, NOTHING, production)).toEqual({ ...NOTHING, environments: ["production"] });
    expect(toggle(teams, NOTHING, data)).toEqual({ ...NOTHING, teams: ["data"] });
  });

  test("all children become the parent, up to everything", () => {
    const one = toggle(teams, NOTHING, production);
    const project = toggle(teams, one, development);
    expect(project).toEqual({ ...NOTHING, projects: ["shop"] });
    const team = toggle(teams, project, empty);
    expect(team).toEqual({ ...NOTHING, teams: ["web"] });
    expect(toggle(teams, team, data)).toEqual(EVERYTHING);
  });

  test("a child taken out of everything leaves all others", () => {
    expect(toggle(teams, EVERYTHING, production)).toEqual({
      all: false,
      teams: ["data"],
      projects: ["empty"],
      environments: ["development"],
    });
  });

  test("a parent takes what is chosen in it with it", () => {
    const some = { ...NOTHING, environments: ["production"] };
    expect(toggle(teams, some, web)).toEqual({ ...NOTHING, teams: ["web"] });
    expect(toggle(teams, { ...NOTHING, teams: ["web"] }, web)).toEqual(NOTHING);
  });

  test("what is gone is left out", () => {
    expect(toggle(teams, { ...NOTHING, projects: ["removed"] }, data)).toEqual({
      ...NOTHING,
      teams: ["data"],
    });
  });
});

describe("a scope’s share of a place", () => {
  const some = { ...NOTHING, environments: ["production"] };
  test.each<[string, Scope, Place, readonly Place[], Share]>([
    ["everything", EVERYTHING, shop, [web], "all"],
    ["an ancestor", { ...NOTHING, teams: ["web"] }, production, [web, shop], "all"],
    ["a descendant", some, web, [], "some"],
    ["a sibling", some, development, [web, shop], "none"],
  ])("by %s", (_, scope, of, above, share) => {
    expect(shareOf(scope, of, above)).toBe(share);
  });
});

test("a scope in words", () => {
  const scope = { all: false, teams: ["data"], projects: ["empty"], environments: ["production", "removed"] };
  expect(scopeNames(scope, teams)).toEqual(["shop › production", "empty", "data (team)"]);
  expect(scopeNames(EVERYTHING, teams)).toEqual(["Everything"]);
});
