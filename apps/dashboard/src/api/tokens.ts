import type { NewTokenBody, TokenBody, tokenLifetimes } from "@kvsync/contracts/api";
import { queryOptions } from "@tanstack/react-query";
import { call } from "./call.ts";
import { request } from "./client.ts";
import type { Scope } from "./session.ts";

/** `user` is whose it is: null for a token of the operators'. */
export type Token = Omit<TokenBody, "type"> &
  Readonly<{
    type: TokenBody["type"] | "login";
    user: Readonly<{ id: string; email: string; name: string }> | null;
  }>;
/** A token that was just made or rotated: the only answer that has its plaintext. */
export type NewToken = Omit<NewTokenBody, "expiresAt">;
export type TokenLifetime = (typeof tokenLifetimes)[number];

export const tokensQuery = (workspace: string) =>
  queryOptions({
    queryKey: ["workspace", workspace, "tokens"],
    queryFn: ({ signal }) =>
      call("GET", "/v1/workspace/{workspace}/tokens", { params: { workspace }, signal }) as Promise<Token[]>,
  });

type TokenWish = Readonly<{
  name: string;
  permission: Token["permission"];
  scope: Scope;
  expiresIn: TokenLifetime;
}>;

/** @throws {ApiFailure} 400 `VALIDATION` */
export const createToken = (workspace: string, { scope, ...wish }: TokenWish): Promise<NewToken> => {
  const { all, teams, projects, environments } = scope;
  return call("POST", "/v1/workspace/{workspace}/tokens", {
    params: { workspace },
    body: {
      ...wish,
      scope: { all, teams: [...teams], projects: [...projects], environments: [...environments] },
    },
  });
};

/** Gives a token a new value; the old one stops working at once. */
export const rotateToken = (workspace: string, id: string): Promise<NewToken> =>
  request("POST", `/v1/workspace/${encodeURIComponent(workspace)}/tokens/${id}/rotate`, { body: {} });

export const revokeToken = (workspace: string, tokenId: string): Promise<unknown> =>
  call("DELETE", "/v1/workspace/{workspace}/tokens/{tokenId}", { params: { workspace, tokenId } });
