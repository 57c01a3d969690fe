import { z } from "zod";
import { operations } from "./operation.ts";
import { newPasswordSchema, personNameSchema, sessionSchema } from "./session.ts";
import { roleSchema } from "./tokens.ts";

const invitationTokenSchema = z.string().trim().min(1).max(200);

export const lookAtInvitationSchema = z.strictObject({ token: invitationTokenSchema });
export const acceptInvitationSchema = z.strictObject({
  token: invitationTokenSchema,
  name: personNameSchema.optional().meta({ description: "For somebody new." }),
  password: newPasswordSchema.optional().meta({ description: "For somebody new." }),
});

const TAG = "Members";
const EXAMPLE_TOKEN = "J3vW0yC9gqk2n1yJc8rT5mQ7hXo4sLzB6dFpAeUiVwY";

export const invitationOperations = operations({
  lookAtInvitation: {
    method: "POST",
    path: "/v1/invitations/look",
    tag: TAG,
    summary: "What a link invites to",
    access: "anyone",
    body: lookAtInvitationSchema,
    example: { token: EXAMPLE_TOKEN },
    answers: {
      200: {
        description: "The invitation.",
        body: z.object({
          email: z.string(),
          workspace: z.object({ name: z.string(), slug: z.string() }),
          role: roleSchema,
          needsPassword: z.boolean().meta({
            description:
              "Whether to ask for a name and a new password. Otherwise the person has to be signed in.",
          }),
        }),
      },
    },
    problems: { 404: ["INVITATION_NOT_FOUND"] },
  },
  acceptInvitation: {
    method: "POST",
    path: "/v1/invitations/accept",
    tag: TAG,
    summary: "Accepts an invitation, for browsers",
    description:
      "Somebody new gives a name and a password, and is signed in. Who has an account already must be signed in as the one who is invited.",
    access: "anyone",
    body: acceptInvitationSchema,
    example: { token: EXAMPLE_TOKEN, name: "Ada Lovelace", password: "correct horse battery staple" },
    answers: { 201: { description: "A member now. The session is in the cookie.", body: sessionSchema } },
    problems: {
      400: ["HTTPS_NEEDED"],
      401: ["SIGN_IN_NEEDED"],
      404: ["INVITATION_NOT_FOUND"],
      409: ["EXISTS"],
    },
  },
});
