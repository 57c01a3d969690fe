import type {
  NewTokenBody,
  RequestOf,
  TokenBody,
  tokenLifetimes,
  tokenOperations,
} from "@kvsync/contracts/api";
import { queryOptions } from "@tanstack/react-query";
import { call } from "./call.ts";
import type { Scope } from "./session.ts";

export type Token = TokenBody;
/** A token that was just made or rotated: the only answer that has its plaintext. */
export type NewToken = NewTokenBody;
export type TokenLifetime = (typeof tokenLifetimes)[number];

export const tokensQuery = (workspace: string) =>
  queryOptions({
    queryKey: ["workspace", workspace, "tokens"],
    queryFn: ({ signal }) =>
      call("GET", "/v1/workspace/{workspace}/tokens", { params: { workspace }, signal }),
  });

/** A person's token, which may what the person may: it has no role of its own. */
type TokenWish = Omit<RequestOf<(typeof tokenOperations)["createToken"]>["body"], "role" | "scope"> &
  Readonly<{ scope: Scope }>;

/** @throws {ApiFailure} 400 `VALIDATION` */
export const createToken = (workspace: string, body: TokenWish): Promise<NewToken> =>
  call("POST", "/v1/workspace/{workspace}/tokens", { params: { workspace }, body });

/** Gives a token a new value; the old one stops working at once. */
export const rotateToken = (workspace: string, tokenId: string): Promise<NewToken> =>
  call("POST", "/v1/workspace/{workspace}/tokens/{tokenId}/rotate", {
    params: { workspace, tokenId },
  });

export const revokeToken = (workspace: string, tokenId: string): Promise<unknown> =>
  call("DELETE", "/v1/workspace/{workspace}/tokens/{tokenId}", { params: { workspace, tokenId } });
