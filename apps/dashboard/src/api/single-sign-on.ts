import type { RequestOf, SingleSignOnBody, singleSignOnOperations } from "@kvsync/contracts/api";
import { queryOptions } from "@tanstack/react-query";
import { call } from "./call.ts";
import { ApiFailure } from "./failure.ts";

/** An organisation's OpenID Connect provider. */
export type SingleSignOn = SingleSignOnBody;

/** The workspace's provider, or null where none is set up. */
export const singleSignOnQuery = (workspace: string) =>
  queryOptions({
    queryKey: ["workspace", workspace, "single-sign-on"],
    queryFn: async ({ signal }): Promise<SingleSignOn | null> => {
      try {
        return await call("GET", "/v1/workspace/{workspace}/single-sign-on", {
          params: { workspace },
          signal,
        });
      } catch (error) {
        if (error instanceof ApiFailure && error.code === "SINGLE_SIGN_ON_NOT_FOUND") return null;
        throw error;
      }
    },
  });

/** Sets it up, or changes it. @throws {ApiFailure} 400 `VALIDATION`, also where the issuer doesn't answer as one */
export const saveSingleSignOn = (
  workspace: string,
  body: RequestOf<(typeof singleSignOnOperations)["putSingleSignOn"]>["body"],
): Promise<SingleSignOn> =>
  call("PUT", "/v1/workspace/{workspace}/single-sign-on", { params: { workspace }, body });

export const removeSingleSignOn = (workspace: string): Promise<unknown> =>
  call("DELETE", "/v1/workspace/{workspace}/single-sign-on", { params: { workspace } });
