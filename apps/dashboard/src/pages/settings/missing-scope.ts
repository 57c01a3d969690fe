import type { Scope } from "../../api/session.ts";

/** What is wrong with a scope that holds nothing, or null. */
export const missingScope = ({ all, teams, projects, environments }: Scope): string | null =>
  all || [teams, projects, environments].flat().length > 0 ? null : "Choose at least one place";
