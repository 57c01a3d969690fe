import type { Express } from "express";

/** A route of Express: its parameters are in braces, without their names, which differ. */
export type KnownRoute = Readonly<{ method: string; path: string }>;

type Layer = Readonly<{
  route?: Readonly<{ path: string | RegExp; methods: Readonly<Record<string, boolean>> }>;
  handle?: Readonly<{ stack?: readonly Layer[] }>;
  /** What of the address the last match took up. */
  path?: string;
  slash: boolean;
  match: (path: string) => boolean;
}>;

/**
 * Every route of the application, in its routers and theirs. A router doesn't tell where it is mounted; it is asked with
 * addresses until one fits.
 *
 * @param probes addresses, of which at least one must lie below each mounted router
 * @throws for a router that none of the addresses lies below
 */
export function routesOf(app: Express, probes: readonly string[]): KnownRoute[] {
  const walk = (layers: readonly Layer[], base: string): KnownRoute[] =>
    layers.flatMap((layer) => {
      const { route, handle } = layer;
      if (route !== undefined)
        return Object.keys(route.methods)
          .filter((method) => method !== "_all")
          .map((method) => ({ method: method.toUpperCase(), path: withoutNames(base, route.path) }));
      if (handle?.stack === undefined) return [];
      return walk(handle.stack, base + mountOf(layer, base, probes));
    });
  return walk((app.router as unknown as { stack: readonly Layer[] }).stack, "");
}

function mountOf(layer: Layer, base: string, probes: readonly string[]): string {
  if (layer.slash) return "";
  const found = probes
    .filter((probe) => probe.startsWith(base))
    .find((probe) => layer.match(probe.slice(base.length)));
  if (found === undefined) throw new Error(`no address lies below a router in ${base || "the application"}`);
  return layer.path ?? "";
}

function withoutNames(base: string, path: string | RegExp): string {
  if (path instanceof RegExp) return `${base}${String(path)}`;
  const whole = `${base}${path === "/" ? "" : path}`;
  return whole.replaceAll(/[:*]\w+/g, "{}");
}
