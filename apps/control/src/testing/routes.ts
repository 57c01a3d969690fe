import type { Express } from "express";

/** A route of Express. Its parameters are `{}`, without their names. */
export type KnownRoute = Readonly<{ method: string; path: string }>;

type Layer = Readonly<{
  route?: Readonly<{ path: unknown; methods: Readonly<Record<string, boolean>> }>;
  handle?: Readonly<{ stack?: readonly Layer[] }>;
  /** Where it is mounted, as it was said. */
  rawPath?: unknown;
}>;

/**
 * Every route of the application, in its routers and theirs.
 *
 * @throws for a place that isn't a text, which nothing here understands
 */
export function routesOf(app: Express): KnownRoute[] {
  const walk = (layers: readonly Layer[], base: string): KnownRoute[] =>
    layers.flatMap(({ route, handle, rawPath }) => {
      if (route !== undefined)
        return Object.keys(route.methods)
          .filter((method) => method !== "_all")
          .map((method) => ({ method: method.toUpperCase(), path: below(base, route.path) }));
      return handle?.stack === undefined ? [] : walk(handle.stack, below(base, rawPath));
    });
  return walk((app.router as unknown as { stack: readonly Layer[] }).stack, "");
}

function below(base: string, path: unknown): string {
  if (typeof path !== "string")
    throw new Error(`below “${base}” lies something that isn't a text: ${String(path)}`);
  return `${base}${path === "/" ? "" : path}`.replaceAll(/[:*]\w+/g, "{}");
}
