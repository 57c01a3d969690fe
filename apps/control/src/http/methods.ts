import { ApiError } from "@kvsync/contracts";
import type { IRouter, Router } from "express";

type Layer = Readonly<{
  route?: Readonly<{ path: string; methods: Readonly<Record<string, boolean>> }>;
}>;

/**
 * Answers a known path with a method that it doesn't have: 405 with `Allow`. Call it after the router's last route. A
 * path's routes must all be in one router: of two that share a path, the first would refuse the methods of the second.
 */
export function refuseOtherMethods(router: Router): Router {
  const methods = new Map<string, Set<string>>();
  for (const { route } of (router as IRouter).stack as unknown as readonly Layer[]) {
    if (route === undefined) continue;
    const known = methods.get(route.path) ?? new Set<string>();
    for (const method of Object.keys(route.methods)) known.add(method.toUpperCase());
    methods.set(route.path, known);
  }
  for (const [path, known] of methods) {
    if (known.has("GET")) known.add("HEAD");
    router.all(path, (request, response) => {
      response.set("allow", [...known].join(", "));
      throw new ApiError(
        405,
        "METHOD_NOT_ALLOWED",
        `${request.method} isn't possible here; ${[...known].join(", ")} is`,
      );
    });
  }
  return router;
}
