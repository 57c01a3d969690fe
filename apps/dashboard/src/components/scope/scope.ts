import type { Place } from "../../api/places.ts";
import type { Scope } from "../../api/session.ts";

export const EVERYTHING: Scope = { all: true, teams: [], projects: [], environments: [] };
export const NOTHING: Scope = { all: false, teams: [], projects: [], environments: [] };

/** How much of a place a scope holds. */
export type Share = "all" | "some" | "none";

const idsOf = ({ teams, projects, environments }: Scope): ReadonlySet<string> =>
  new Set([...teams, ...projects, ...environments]);

/** How much of a place is in the scope, whose ancestors it has: `above`. */
export function shareOf(scope: Scope, place: Place, above: readonly Place[] = []): Share {
  if (scope.all) return "all";
  const ids = idsOf(scope);
  if ([...above, place].some(({ id }) => ids.has(id))) return "all";
  return holdsSome(ids, place) ? "some" : "none";
}

const holdsSome = (ids: ReadonlySet<string>, place: Place): boolean =>
  ids.has(place.id) || place.children.some((child) => holdsSome(ids, child));

/**
 * The scope with a place put in, or taken out where it is wholly in. Where that makes a place's children all chosen,
 * the place stands for them, up to everything; what isn't in `teams` any more is left out.
 */
export function toggle(teams: readonly Place[], scope: Scope, target: Place): Scope {
  const before = idsOf(scope);
  const isIn = ancestry(teams, target).some(({ id }) => before.has(id)) || scope.all;
  const chosen = teams.map((team) => choose(team, scope.all, before, target, !isIn));
  return collapsed(chosen, teams);
}

/** A place, or the chosen ones of those in it. */
type Choice = "whole" | readonly Place[];

/** What of a place is chosen after the change: below the target everything is as the target is. */
function choose(
  place: Place,
  covered: boolean,
  ids: ReadonlySet<string>,
  target: Place,
  put: boolean,
): Choice {
  if (place.id === target.id) return put ? "whole" : [];
  const whole = covered || ids.has(place.id);
  if (place.children.length === 0) return whole ? "whole" : [];
  const choices = place.children.map((child) => choose(child, whole, ids, target, put));
  if (choices.every((choice) => choice === "whole")) return "whole";
  return choices.flatMap((choice, index) => {
    const child = place.children[index];
    return choice !== "whole" ? choice : child === undefined ? [] : [child];
  });
}

function collapsed(choices: readonly Choice[], teams: readonly Place[]): Scope {
  if (choices.length > 0 && choices.every((choice) => choice === "whole")) return EVERYTHING;
  const places = choices.flatMap((choice, index) => {
    const team = teams[index];
    return choice !== "whole" ? choice : team === undefined ? [] : [team];
  });
  const ids = (kind: Place["kind"]): string[] =>
    places.filter((place) => place.kind === kind).map(({ id }) => id);
  return { all: false, teams: ids("team"), projects: ids("project"), environments: ids("environment") };
}

/** The places above a target and itself, outermost first. */
function ancestry(places: readonly Place[], target: Place): readonly Place[] {
  for (const place of places) {
    if (place.id === target.id) return [place];
    const below = ancestry(place.children, target);
    if (below.length > 0) return [place, ...below];
  }
  return [];
}

/** The names of what a scope holds: “Platform (team)”, “Webshop”, “Webshop › production”. */
export function scopeNames(scope: Scope, teams: readonly Place[]): readonly string[] {
  if (scope.all) return ["Everything"];
  const ids = idsOf(scope);
  const names: string[] = [];
  for (const team of teams) {
    if (ids.has(team.id)) names.push(`${team.name} (team)`);
    for (const project of team.children) {
      if (ids.has(project.id)) names.push(project.name);
      for (const environment of project.children)
        if (ids.has(environment.id)) names.push(`${project.name} › ${environment.name}`);
    }
  }
  return names;
}
