import type {
  NewTokenBody,
  RequestOf,
  TokenBody,
  tokenLifetimes,
  tokenOperations,
} from "@kvsync/contracts/api";
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { call, callTagged } from "./call.ts";
import { allPages, pageFrom } from "./pages.ts";
import type { Scope } from "./session.ts";

export type Token = TokenBody;
/** A token that was just made or rotated: the only answer that has its plaintext. */
export type NewToken = NewTokenBody;
export type TokenLifetime = (typeof tokenLifetimes)[number];

/** What is known of the workspace's tokens, to be asked anew after a change. */
export const tokensOf = (workspace: string) => ({ queryKey: ["workspace", workspace, "tokens"] });

/** The tokens that one may see, a page at a time: those that work and, if wished, those that don't any more. */
export const tokensQuery = (workspace: string, withEnded: boolean) =>
  infiniteQueryOptions({
    queryKey: [...tokensOf(workspace).queryKey, withEnded ? "all" : "working"],
    queryFn: ({ pageParam, signal }) =>
      callTagged("GET", "/v1/workspace/{workspace}/tokens", {
        params: { workspace },
        query: { ended: String(withEnded), ...pageFrom(pageParam) },
        signal,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: ({ nextCursor }) => nextCursor,
  });

/** All tokens that one may see, to choose one of them. */
export const tokenNamesQuery = (workspace: string) =>
  queryOptions({
    queryKey: [...tokensOf(workspace).queryKey, "names"],
    queryFn: ({ signal }) =>
      allPages<Token>((query) =>
        callTagged("GET", "/v1/workspace/{workspace}/tokens", { params: { workspace }, query, signal }),
      ),
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
