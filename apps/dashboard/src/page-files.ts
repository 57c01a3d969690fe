import { lazyRouteComponent, type AsyncRouteComponent } from "@tanstack/react-router";
import type { ComponentType } from "react";
import { NotFound } from "./shell/not-found.tsx";
import { answers } from "./api/reach.ts";
import { ServerAway } from "./shell/server-away.tsx";

const files = import.meta.glob<{ default: ComponentType }>("./pages/*/*-page.tsx");

/**
 * The page in `pages/{name}-page.tsx`, its default export, loaded when it is first shown. A route whose page isn't
 * there shows that nothing is found. Where it can't be loaded since the server is away, it says so and waits; where a
 * newer version of the dashboard has taken its place, the router loads the document anew.
 */
export function page(name: string): AsyncRouteComponent<object> | typeof NotFound {
  const load = files[`./pages/${name}-page.tsx`];
  if (load === undefined) return NotFound;
  return lazyRouteComponent(async () => {
    try {
      return await load();
    } catch (error) {
      if (await answers()) throw error;
      return { default: ServerAway };
    }
  });
}
