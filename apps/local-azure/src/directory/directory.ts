import type { Record } from "../journal/entry.ts";
import type { Application, ServicePrincipal, Tenant } from "./model.ts";

/** Tenants, applications and service principals. Ids and domains are found whatever their case. */
export class Directory {
  readonly #record: Record;
  readonly #tenants = new Map<string, Tenant>();
  readonly #domains = new Map<string, Tenant>();
  readonly #applications = new Map<string, Application>();
  readonly #applicationsByAppId = new Map<string, Application>();
  readonly #principals = new Map<string, ServicePrincipal>();
  readonly #principalsByAppId = new Map<string, ServicePrincipal>();

  constructor(record: Record) {
    this.#record = record;
  }

  /** Adds or replaces. */
  saveTenant(tenant: Tenant): void {
    this.restoreTenant(tenant);
    this.#record([{ type: "tenant", tenant }]);
  }

  saveApplication(application: Application): void {
    this.restoreApplication(application);
    this.#record([{ type: "application", application }]);
  }

  savePrincipal(servicePrincipal: ServicePrincipal): void {
    this.restorePrincipal(servicePrincipal);
    this.#record([{ type: "servicePrincipal", servicePrincipal }]);
  }

  restoreTenant(tenant: Tenant): void {
    this.#tenants.set(tenant.id.toLowerCase(), tenant);
    this.#domains.set(tenant.domain.toLowerCase(), tenant);
  }

  restoreApplication(application: Application): void {
    this.#applications.set(application.id.toLowerCase(), application);
    this.#applicationsByAppId.set(application.appId.toLowerCase(), application);
  }

  restorePrincipal(principal: ServicePrincipal): void {
    this.#principals.set(principal.id.toLowerCase(), principal);
    this.#principalsByAppId.set(principal.appId.toLowerCase(), principal);
  }

  tenants(): readonly Tenant[] {
    return [...this.#tenants.values()];
  }

  /** @param idOrDomain as it stands in a URL */
  tenant(idOrDomain: string): Tenant | undefined {
    const key = idOrDomain.toLowerCase();
    return this.#tenants.get(key) ?? this.#domains.get(key);
  }

  applications(tenantId: string): readonly Application[] {
    return [...this.#applications.values()].filter((application) => application.tenantId === tenantId);
  }

  application(id: string): Application | undefined {
    return this.#applications.get(id.toLowerCase());
  }

  applicationByAppId(appId: string): Application | undefined {
    return this.#applicationsByAppId.get(appId.toLowerCase());
  }

  principals(tenantId: string): readonly ServicePrincipal[] {
    return [...this.#principals.values()].filter((principal) => principal.tenantId === tenantId);
  }

  principal(id: string): ServicePrincipal | undefined {
    return this.#principals.get(id.toLowerCase());
  }

  principalByAppId(appId: string): ServicePrincipal | undefined {
    return this.#principalsByAppId.get(appId.toLowerCase());
  }
}
