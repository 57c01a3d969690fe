import { generateKeyPairSync, randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Provider } from "oidc-provider";
import { createMemoryAdapter } from "oidc-provider/lib/adapters/memory_adapter.js";

/** Who signs in at the provider, and what it says of them. */
export type Account = Readonly<{
  sub: string;
  email?: string;
  email_verified?: boolean;
  name?: string;
}>;

/** An organisation's OpenID Connect provider: a real one, on the loopback, that asks nobody anything. */
export type IdentityProvider = Readonly<{
  issuer: string;
  clientId: string;
  clientSecret: string;
  /** Who signs in from now on; null refuses. */
  become: (account: Account | null) => void;
  /** What a browser does at the provider, from the address that control sends it to until the one it is sent back to. */
  visit: (address: string) => Promise<URL>;
  stop: () => Promise<void>;
}>;

/** @param controlOrigin where it sends browsers back to */
export async function startIdentityProvider(controlOrigin: string): Promise<IdentityProvider> {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const [clientId, clientSecret] = ["kvsync", randomBytes(24).toString("base64url")];
  let current: Account | null = null;
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: clientId,
        client_secret: clientSecret,
        redirect_uris: [`${controlOrigin}/sign-in/sso/callback`],
        response_types: ["code"],
        grant_types: ["authorization_code"],
        token_endpoint_auth_method: "client_secret_post",
      },
    ],
    adapter: createMemoryAdapter(0),
    jwks: { keys: [{ ...privateKey.export({ format: "jwk" }), alg: "RS256", use: "sig" }] },
    ttl: {
      AccessToken: 600,
      AuthorizationCode: 60,
      Grant: 600,
      IdToken: 600,
      Interaction: 600,
      Session: 600,
    },
    claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name"] },
    pkce: { required: () => true },
    cookies: { keys: [randomBytes(16).toString("hex")] },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_context: unknown, { uid }: { uid: string }) => `/interaction/${uid}` },
    findAccount: (_context: unknown, accountId: string) => ({
      accountId,
      claims: () => ({ ...current, sub: accountId }),
    }),
  });
  const answer = provider.callback();
  server.on("request", (request, response) => {
    if (request.url?.startsWith("/interaction/") !== true) answer(request, response);
    else interact(request, response).catch((error: unknown) => response.destroy(error as Error));
  });

  async function interact(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { prompt, params, session } = await provider.interactionDetails(request, response);
    if (current === null) {
      await provider.interactionFinished(request, response, { error: "access_denied" });
    } else if (prompt.name === "login") {
      await provider.interactionFinished(request, response, { login: { accountId: current.sub } });
    } else {
      const grant = new provider.Grant({ accountId: session?.accountId ?? "", clientId: params.client_id });
      grant.addOIDCScope(params.scope);
      await provider.interactionFinished(request, response, { consent: { grantId: await grant.save() } });
    }
  }

  return {
    issuer,
    clientId,
    clientSecret,
    become: (account) => {
      current = account;
    },
    visit: async (address) => {
      const cookies = new Map<string, string>();
      for (let next = address; ;) {
        if (new URL(next).origin === controlOrigin) return new URL(next);
        const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
        const { status, headers } = await fetch(next, { redirect: "manual", headers: { cookie } });
        for (const set of headers.getSetCookie()) {
          const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(set) ?? [];
          cookies.set(name, value);
        }
        const location = headers.get("location");
        if (location === null) throw new Error(`the identity provider answers ${status} at ${next}`);
        next = new URL(location, next).href;
      }
    },
    stop: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}
