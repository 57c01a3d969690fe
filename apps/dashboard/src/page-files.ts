import { lazyRouteComponent, type AsyncRouteComponent } from "@tanstack/react-router";
import type { ComponentType } from "react";
import { NotFound } from "./shell/not-found.tsx";

const files = import.meta.glob<{ default: ComponentType }>("./pages/*/*-page.tsx");

/**
 * The page in `pages/{name}-page.tsx`, its default export, loaded when it is first shown. A route whose page isn't
 * there shows that nothing is found.
 */
export function page(name: string): AsyncRouteComponent<object> | typeof NotFound {
  const load = files[`./pages/${name}-page.tsx`];
  return load === undefined ? NotFound : lazyRouteComponent(load);
}
