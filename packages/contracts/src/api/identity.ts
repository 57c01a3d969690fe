import { z } from "zod";
import { operations } from "./operation.ts";
import { idText } from "./values.ts";

export const identityOperations = operations({
  getMe: {
    method: "GET",
    path: "/v1/me",
    tag: "Identity",
    summary: "Who asks",
    access: "signed-in",
    answers: {
      200: {
        description: "Who asks.",
        body: z.object({ id: idText, email: z.string(), name: z.string() }).meta({ id: "Me" }),
      },
    },
  },
  exchangeToken: {
    method: "POST",
    path: "/v1/auth/exchange",
    tag: "Identity",
    summary: "Exchanges an API token for an access token of 15 minutes",
    description: "Ten times a minute at most for each token.",
    access: "signed-in",
    answers: {
      200: {
        description: "The access token.",
        body: z
          .object({ accessToken: z.string(), expiresIn: z.int(), tokenType: z.literal("Bearer") })
          .meta({ id: "AccessToken" }),
      },
    },
  },
});
