import { z } from "zod";
import { operations } from "./operation.ts";
import { roleSchema, scopeBodySchema, scopeSchema } from "./tokens.ts";
import { idText, nameSchema, successSchema, workspaceParams } from "./values.ts";

const domainSchema = z
  .string()
  .trim()
  .toLowerCase()
  .pipe(
    z
      .string()
      .max(253)
      .regex(/^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])$/, {
        error: "must be a domain, like example.com",
      }),
  );

/** What control goes on to check: which addresses it may call depends on its settings. */
const issuerSchema = z
  .url({ protocol: /^https?$/, error: "must be an https address" })
  .max(500)
  .refine((text) => {
    const url = URL.parse(text);
    return url !== null && url.search === "" && url.hash === "" && url.username === "" && url.password === "";
  }, "must have no query, fragment or user");

export const singleSignOnInputSchema = z.strictObject({
  name: nameSchema,
  issuer: issuerSchema,
  clientId: z.string().trim().min(1).max(200),
  clientSecret: z
    .string()
    .min(1)
    .max(500)
    .nullable()
    .optional()
    .meta({ description: "Left out keeps the one that is stored; null is for a public client." }),
  domains: z.array(domainSchema).min(1, { error: "must name a domain" }).max(20),
  join: z.strictObject({ role: roleSchema, scope: scopeSchema }).nullable().meta({
    description: "What somebody may who signs in for the first time; null admits members and who is invited.",
  }),
});

export const singleSignOnSchema = z
  .object({
    id: idText,
    name: z.string(),
    issuer: z.string(),
    clientId: z.string(),
    hasClientSecret: z
      .boolean()
      .meta({ description: "Whether a client secret is stored. It is never answered." }),
    domains: z.array(z.string()),
    join: z.object({ role: roleSchema, scope: scopeBodySchema }).nullable(),
    callbackUrl: z.string().meta({ description: "What the provider must know as redirect address." }),
  })
  .meta({ id: "SingleSignOn" });
export type SingleSignOnBody = z.infer<typeof singleSignOnSchema>;

const TAG = "Single sign-on";

export const singleSignOnOperations = operations({
  getSingleSignOn: {
    method: "GET",
    path: "/v1/workspace/{workspace}/single-sign-on",
    tag: TAG,
    summary: "The organisation's OpenID Connect provider",
    access: "admin",
    params: workspaceParams,
    answers: { 200: { description: "The provider.", body: singleSignOnSchema } },
    problems: { 404: ["SINGLE_SIGN_ON_NOT_FOUND"] },
  },
  putSingleSignOn: {
    method: "PUT",
    path: "/v1/workspace/{workspace}/single-sign-on",
    tag: TAG,
    summary: "Sets single sign-on up, or changes it",
    description:
      "The provider is asked for its metadata at once. With another issuer the client secret must be given again; with another issuer or client id, everybody is linked anew at their next sign-in.",
    access: "admin",
    params: workspaceParams,
    body: singleSignOnInputSchema,
    example: {
      name: "Contoso",
      issuer: "https://id.example.com",
      clientId: "kvsync",
      clientSecret: "a secret of the provider's",
      domains: ["example.com"],
      join: null,
    },
    answers: { 200: { description: "The provider.", body: singleSignOnSchema } },
  },
  removeSingleSignOn: {
    method: "DELETE",
    path: "/v1/workspace/{workspace}/single-sign-on",
    tag: TAG,
    summary: "Ends single sign-on, and the sessions that began through it",
    access: "admin",
    params: workspaceParams,
    answers: { 200: { description: "Removed.", body: successSchema } },
    problems: { 404: ["SINGLE_SIGN_ON_NOT_FOUND"] },
  },
});
