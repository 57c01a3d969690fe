import type { Reply } from "./https.ts";
import type { World } from "./world.ts";

/** Calls of management by their methods. */
export type Management = Readonly<{
  get: (path: string, headers?: Record<string, string>) => Promise<Reply>;
  post: (path: string, body?: unknown, headers?: Record<string, string>) => Promise<Reply>;
  put: (path: string, body?: unknown) => Promise<Reply>;
  patch: (path: string, body?: unknown) => Promise<Reply>;
  del: (path: string) => Promise<Reply>;
}>;

export function managementOf(world: World): Management {
  return {
    get: (path, headers = {}) => world.manage(path, { headers }),
    post: (path, body, headers = {}) => world.manage(path, { method: "POST", body, headers }),
    put: (path, body) => world.manage(path, { method: "PUT", body }),
    patch: (path, body) => world.manage(path, { method: "PATCH", body }),
    del: (path) => world.manage(path, { method: "DELETE" }),
  };
}
