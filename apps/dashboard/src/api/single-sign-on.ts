import { queryOptions } from "@tanstack/react-query";
import { addressOf } from "./call.ts";
import { request } from "./client.ts";
import { ApiFailure } from "./failure.ts";
import type { Access } from "./members.ts";

/** An organisation's OpenID Connect provider. */
export type SingleSignOn = Readonly<{
  id: string;
  name: string;
  issuer: string;
  clientId: string;
  /** Whether a client secret is stored. It is never answered. */
  hasClientSecret: boolean;
  domains: readonly string[];
  /** What somebody may who signs in for the first time; null admits only who is a member or invited. */
  join: Access | null;
  /** What the provider must know as redirect address. */
  callbackUrl: string;
}>;

export type SingleSignOnWish = Readonly<{
  name: string;
  issuer: string;
  clientId: string;
  /** Left out keeps the one that is stored; null removes it. */
  clientSecret?: string | null;
  domains: readonly string[];
  join: Access | null;
}>;

const at = (workspace: string): string =>
  addressOf("/v1/workspace/{workspace}/single-sign-on", { params: { workspace } });

/** The workspace's provider, or null where none is set up. */
export const singleSignOnQuery = (workspace: string) =>
  queryOptions({
    queryKey: ["workspace", workspace, "single-sign-on"],
    queryFn: async ({ signal }): Promise<SingleSignOn | null> => {
      try {
        return await request<SingleSignOn>("GET", at(workspace), { signal });
      } catch (error) {
        if (error instanceof ApiFailure && error.code === "SINGLE_SIGN_ON_NOT_FOUND") return null;
        throw error;
      }
    },
  });

/** Sets it up, or changes it. @throws {ApiFailure} 400 `VALIDATION`, also where the issuer doesn't answer as one */
export const saveSingleSignOn = (workspace: string, body: SingleSignOnWish): Promise<SingleSignOn> =>
  request("PUT", at(workspace), { body });

export const removeSingleSignOn = (workspace: string): Promise<void> => request("DELETE", at(workspace));
