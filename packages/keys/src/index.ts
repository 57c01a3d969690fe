export { anchorHolds, sealAnchor } from "./audit-anchor.ts";
export { createWrappedEnvironmentKey, EnvironmentKey } from "./environment-key.ts";
export { EnvironmentKeyRing } from "./environment-key-ring.ts";
export {
  keyEncryptionKeySchema,
  localKeyEncryptionKey,
  type KeyEncryptionKey,
} from "./key-encryption-key.ts";
export {
  defaultRotationPolicy,
  planRotation,
  readyAt,
  type KeyOnRing,
  type KeyState,
  type RotationPolicy,
  type RotationRequest,
  type RotationStep,
} from "./rotation.ts";
export { SealError } from "./sealing.ts";
export {
  createSigningKey,
  unwrapSigningKey,
  type PublicSigningKey,
  type StoredSigningKey,
} from "./signing-key.ts";
export {
  createWebhookSecret,
  signWebhook,
  unwrapWebhookSecret,
  type WebhookSecret,
} from "./webhook-secret.ts";
