export { isPrivateAddress } from "./addresses.ts";
export { guardedFetch } from "./guarded-fetch.ts";
export { guardedRequest, type Resolve } from "./guarded-request.ts";
export { AddressRefused, requireCallable, type CallPolicy } from "./policy.ts";
export { webhookPolicy, webhookSettings } from "./settings.ts";
