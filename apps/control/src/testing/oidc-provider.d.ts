/** What the tests use of oidc-provider, which brings no types. */
declare module "oidc-provider" {
  import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";

  export type Interaction = Readonly<{
    prompt: Readonly<{ name: string }>;
    params: Readonly<{ client_id: string; scope: string }>;
    session?: Readonly<{ accountId: string }>;
  }>;

  class Grant {
    constructor(of: Readonly<{ accountId: string; clientId: string }>);
    addOIDCScope(scope: string): void;
    save(): Promise<string>;
  }

  export class Provider {
    constructor(issuer: string, configuration: object);
    readonly Grant: typeof Grant;
    callback(): RequestListener;
    interactionDetails(request: IncomingMessage, response: ServerResponse): Promise<Interaction>;
    interactionFinished(request: IncomingMessage, response: ServerResponse, result: object): Promise<void>;
  }
}

declare module "oidc-provider/lib/adapters/memory_adapter.js" {
  /** Where a provider keeps its sessions and grants: each of these is a storage of its own. */
  export function createMemoryAdapter(clockToleranceSeconds: number): object;
}
