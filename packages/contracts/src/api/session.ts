import { z } from "zod";
import { operations } from "./operation.ts";
import { roleSchema, scopeBodySchema } from "./tokens.ts";
import { idText, timestampSchema } from "./values.ts";

/** An e-mail address, in lower case. */
export const emailSchema = z
  .string()
  .trim()
  .max(254)
  .toLowerCase()
  .pipe(z.email({ error: "must be an e-mail address" }));

/** A password that somebody chooses. Length is what counts; a few letters over and over aren't taken. */
export const newPasswordSchema = z
  .string()
  .min(12, { error: "must have at least 12 characters" })
  .max(200, { error: "must have at most 200 characters" })
  .refine((password) => new Set(password).size >= 5, { error: "must have at least 5 different characters" });

/** The name that a person goes by. */
export const personNameSchema = z.string().trim().min(1).max(100);

const passwordSchema = z.string().min(1).max(1_000);

export const signInSchema = z.strictObject({
  email: z.string().trim().min(1).max(254).toLowerCase(),
  password: passwordSchema,
});
export const signInOptionsSchema = z.strictObject({ email: emailSchema });
export const changePasswordSchema = z.strictObject({ current: passwordSchema, password: newPasswordSchema });
export const changeMeSchema = z.strictObject({ name: personNameSchema });

/** Who is signed in, and where they may work. */
export const sessionSchema = z
  .object({
    user: z.object({ id: idText, email: z.string(), name: z.string() }),
    workspaces: z.array(
      z.object({
        id: idText,
        name: z.string(),
        slug: z.string(),
        role: roleSchema,
        isOwner: z.boolean(),
        scope: scopeBodySchema,
      }),
    ),
    method: z.enum(["password", "single-sign-on"]),
    expiresAt: timestampSchema.meta({ description: "When the session ends, unless it is used before." }),
  })
  .meta({ id: "Session" });
export type SessionBody = z.infer<typeof sessionSchema>;

const TAG = "Sessions";

export const sessionOperations = operations({
  getSession: {
    method: "GET",
    path: "/v1/session",
    tag: TAG,
    summary: "Who is signed in in this browser",
    access: "signed-in",
    answers: { 200: { description: "The session. A token has none.", body: sessionSchema } },
  },
  signIn: {
    method: "POST",
    path: "/v1/session",
    tag: TAG,
    summary: "Signs in with a password, for browsers",
    description:
      "The answer is the same for an unknown e-mail address and for a wrong password. After five wrong passwords in a row an address is locked, for longer each time.",
    access: "anyone",
    body: signInSchema,
    example: { email: "admin@kvsync.local", password: "correct horse battery staple" },
    answers: { 201: { description: "Signed in. The session is in the cookie.", body: sessionSchema } },
    problems: { 400: ["HTTPS_NEEDED"], 401: ["SIGN_IN_FAILED"], 429: ["SIGN_IN_LOCKED"] },
  },
  signOut: {
    method: "DELETE",
    path: "/v1/session",
    tag: TAG,
    summary: "Signs out",
    access: "anyone",
    answers: { 204: { description: "The session has ended, if there was one." } },
  },
  getSignInOptions: {
    method: "POST",
    path: "/v1/sign-in/options",
    tag: TAG,
    summary: "How an e-mail address can sign in",
    description: "Says of an address that is nobody's what it says of others of its domain.",
    access: "anyone",
    body: signInOptionsSchema,
    example: { email: "ada@example.com" },
    answers: {
      200: {
        description: "The ways.",
        body: z.object({
          password: z.boolean(),
          singleSignOn: z.array(z.object({ id: idText, name: z.string() })),
        }),
      },
    },
  },
  changePassword: {
    method: "POST",
    path: "/v1/session/password",
    tag: TAG,
    summary: "Changes one's password, which ends all other sessions and the sign-ins from command lines",
    access: "signed-in",
    body: changePasswordSchema,
    example: { current: "correct horse battery staple", password: "a better horse, battery and staple" },
    answers: { 204: { description: "Changed." } },
    problems: { 400: ["PASSWORD_WRONG", "NO_PASSWORD"], 429: ["SIGN_IN_LOCKED"] },
  },
  changeMe: {
    method: "PATCH",
    path: "/v1/me",
    tag: "Identity",
    summary: "Changes one's name",
    access: "signed-in",
    body: changeMeSchema,
    example: { name: "Ada Lovelace" },
    answers: {
      200: {
        description: "Changed.",
        body: z.object({ id: idText, email: z.string(), name: z.string() }),
      },
    },
    problems: { 403: ["FORBIDDEN"] },
  },
});
