import { randomUUID } from "node:crypto";
import { z } from "zod";
import type { Clock } from "../clock.ts";
import type { Directory } from "../directory/directory.ts";
import type { Application, FederatedCredential, ServicePrincipal, Tenant } from "../directory/model.ts";
import type { Knobs } from "../knobs/knobs.ts";
import { ManagementError, parseInput } from "./errors.ts";

const BAD_REQUEST = "Request_BadRequest";
const DUPLICATE = "Request_MultipleObjectsWithSameKeyValue";
const MAX_CREDENTIALS = 20;

const displayName = z.string().trim().min(1).max(256);
const applicationInput = z.strictObject({
  displayName,
  signInAudience: z.literal("AzureADMyOrg").optional(),
  isFallbackPublicClient: z.boolean().default(false),
});
const applicationPatch = z.strictObject({
  displayName: displayName.optional(),
  isDisabled: z.boolean().nullable().optional(),
  isFallbackPublicClient: z.boolean().nullable().optional(),
});
const principalInput = z.strictObject({ appId: z.guid() });
const principalPatch = z.strictObject({ accountEnabled: z.boolean() });

const filled = z.string().min(1).max(600);
const credentialInput = z.strictObject({
  name: z
    .string()
    .regex(
      /^[0-9a-zA-Z][0-9a-zA-Z_-]{2,119}$/,
      "The name has 3 to 120 letters, digits, '-' and '_', and begins with a letter or digit.",
    ),
  issuer: filled.refine(
    (issuer) => /^https?:$/.test(URL.parse(issuer)?.protocol ?? ""),
    "The issuer is an https URL.",
  ),
  subject: filled,
  audiences: z.tuple([filled], "Federated identity credentials must have exactly one audience."),
  description: z.string().max(600).nullable().default(null),
});

export type ApplicationInput = z.input<typeof applicationInput>;
export type FederatedCredentialInput = z.input<typeof credentialInput>;

/**
 * App registrations, service principals and federated credentials, with the rules of Microsoft Graph
 * (source: Microsoft's “Considerations for federated credentials”). Methods that take unknown input check it.
 */
export class Graph {
  readonly #directory: Directory;
  readonly #clock: Clock;
  readonly #knobs: Knobs;

  constructor(directory: Directory, clock: Clock, knobs: Knobs) {
    this.#directory = directory;
    this.#clock = clock;
    this.#knobs = knobs;
  }

  /** Not idempotent, as in Azure: each call registers another application. */
  createApplication(tenant: Tenant, input: ApplicationInput): Application {
    const { displayName, isFallbackPublicClient } = parseInput(applicationInput, input, BAD_REQUEST);
    const application: Application = {
      id: randomUUID(),
      appId: randomUUID(),
      tenantId: tenant.id,
      displayName,
      createdDateTime: new Date(this.#clock.now()).toISOString(),
      isDisabled: false,
      isFallbackPublicClient,
      federatedCredentials: [],
    };
    this.#directory.saveApplication(application);
    return application;
  }

  /** @param patch `isDisabled` true makes the token endpoint refuse the application */
  updateApplication(id: string, patch: unknown): Application {
    const change = parseInput(applicationPatch, patch, BAD_REQUEST);
    const before = this.application(id);
    const application = {
      ...before,
      displayName: change.displayName ?? before.displayName,
      isDisabled: change.isDisabled === undefined ? before.isDisabled : change.isDisabled === true,
      isFallbackPublicClient:
        change.isFallbackPublicClient === undefined
          ? before.isFallbackPublicClient
          : change.isFallbackPublicClient === true,
    };
    this.#directory.saveApplication(application);
    return application;
  }

  /** @throws {ManagementError} 404 */
  application(id: string): Application {
    return this.#directory.application(id) ?? missing(id);
  }

  /** @throws {ManagementError} 409 when the application has its service principal already */
  createServicePrincipal(tenant: Tenant, input: unknown): ServicePrincipal {
    const { appId } = parseInput(principalInput, input, BAD_REQUEST);
    const application = this.#directory.applicationByAppId(appId);
    if (application?.tenantId !== tenant.id) {
      throw new ManagementError(
        400,
        BAD_REQUEST,
        `The appId '${appId}' of the service principal does not reference a valid application object.`,
      );
    }
    if (this.#directory.principalByAppId(appId) !== undefined) {
      throw new ManagementError(
        409,
        DUPLICATE,
        `The service principal cannot be created because the service principal name ${appId} is already in use.`,
      );
    }
    const principal: ServicePrincipal = {
      id: randomUUID(),
      appId: application.appId,
      tenantId: tenant.id,
      displayName: application.displayName,
      accountEnabled: true,
    };
    this.#directory.savePrincipal(principal);
    return principal;
  }

  updateServicePrincipal(id: string, patch: unknown): ServicePrincipal {
    const { accountEnabled } = parseInput(principalPatch, patch, BAD_REQUEST);
    const principal = { ...this.servicePrincipal(id), accountEnabled };
    this.#directory.savePrincipal(principal);
    return principal;
  }

  /** @throws {ManagementError} 404 */
  servicePrincipal(id: string): ServicePrincipal {
    return this.#directory.principal(id) ?? missing(id);
  }

  /** The token endpoint sees it after the knob `propagation.federatedCredentialMs`. */
  addFederatedCredential(applicationId: string, input: FederatedCredentialInput): FederatedCredential {
    const application = this.application(applicationId);
    const given = parseInput(credentialInput, input, BAD_REQUEST);
    refuseClash(application.federatedCredentials, given);
    const { federatedCredentialMs } = this.#knobs.values.propagation;
    const credential: FederatedCredential = {
      id: randomUUID(),
      ...given,
      visibleAt: this.#clock.now() + federatedCredentialMs,
    };
    const federatedCredentials = [...application.federatedCredentials, credential];
    this.#directory.saveApplication({ ...application, federatedCredentials });
    return credential;
  }

  /** @param idOrName as Graph takes either */
  removeFederatedCredential(applicationId: string, idOrName: string): void {
    const application = this.application(applicationId);
    const { id } = this.federatedCredential(applicationId, idOrName);
    const federatedCredentials = application.federatedCredentials.filter((other) => other.id !== id);
    this.#directory.saveApplication({ ...application, federatedCredentials });
  }

  /** @throws {ManagementError} 404 */
  federatedCredential(applicationId: string, idOrName: string): FederatedCredential {
    const credentials = this.application(applicationId).federatedCredentials;
    return credentials.find(({ id, name }) => id === idOrName || name === idOrName) ?? missing(idOrName);
  }
}

function refuseClash(
  known: readonly FederatedCredential[],
  { name, issuer, subject }: Pick<FederatedCredential, "name" | "issuer" | "subject">,
): void {
  if (known.some((other) => other.name === name)) {
    throw new ManagementError(
      409,
      DUPLICATE,
      `FederatedIdentityCredential with name ${name} already exists.`,
    );
  }
  if (known.some((other) => other.issuer === issuer && other.subject === subject)) {
    throw new ManagementError(
      400,
      BAD_REQUEST,
      "Issuer and subject combination already exists for this Managed Identity or application.",
    );
  }
  if (known.length >= MAX_CREDENTIALS) {
    throw new ManagementError(
      400,
      BAD_REQUEST,
      `The application already has the maximum of ${String(MAX_CREDENTIALS)} federated identity credentials.`,
    );
  }
}

function missing(id: string): never {
  throw new ManagementError(
    404,
    "Request_ResourceNotFound",
    `Resource '${id}' does not exist or one of its queried reference-property objects are not present.`,
  );
}
