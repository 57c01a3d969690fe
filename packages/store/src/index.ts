export {
  isUniqueViolation,
  openDatabase,
  pingDatabase,
  type Database,
  type Queryable,
  type Transaction,
} from "./database.ts";
export { raiseWantedGeneration } from "./generations.ts";
export { applyMigrations, MigrationError } from "./migrations.ts";
export { allowAdoption, type AdoptionRow } from "./adoption.ts";
export { FIRST_HASH, hashOf, type AuditFields } from "./audit/entry.ts";
export { findNamesOfPlaces, listAuditEvents, type AuditEventRow, type AuditFilter } from "./audit/list.ts";
export { lastAnchored, readChainState, saveAnchor, saveVerification } from "./audit/anchors.ts";
export {
  listChains,
  verifyChain,
  type AnchorRow,
  type ChainHead,
  type ChainVerdict,
} from "./audit/verify.ts";
export { INSTALLATION, note, systemActor, type Actor, type AuditNote } from "./audit/note.ts";
export { findPlaceOfJob } from "./audit/jobs.ts";
export { type TimePage } from "./paging.ts";
export { readChain, type ExportedEntry } from "./audit/reading.ts";
export { noteRuns } from "./audit/runs.ts";
export { forgetGuesses, takeGuess } from "./guesses.ts";
export {
  createDeviceLogin,
  decideDevice,
  findDeviceLogin,
  findPendingDevice,
  redeemDevice,
  type DeviceLoginRow,
} from "./device-logins.ts";
export {
  createInvitation,
  findInvitation,
  findInvitationOf,
  listInvitations,
  takeInvitation,
  withdrawInvitation,
  type InvitationRow,
} from "./invitations.ts";
export {
  changeMembers,
  createMember,
  findMember,
  hasOtherAdmin,
  hasOwner,
  listMembers,
  removeMember,
  updateMember,
  type MemberRole,
  type MemberRow,
} from "./members.ts";
export {
  changePassword,
  createPerson,
  findPersonByEmail,
  renamePerson,
  replaceHash,
  type NewPerson,
  type UserRow,
} from "./people.ts";
export {
  bindSubject,
  findPersonBySubject,
  findProvider,
  findSingleSignOn,
  isBound,
  listProvidersOf,
  removeSingleSignOn,
  saveSingleSignOn,
  type SingleSignOnRow,
} from "./single-sign-on.ts";
export { countHeldNames, releaseSync } from "./disconnecting.ts";
export { findGrownSecrets, growthOf, type GrownSecret } from "./growth.ts";
export { chooseName, findChosenName, listChosenNames, releaseName, type ChosenName } from "./names.ts";
export { claimNames, type ClaimResult } from "./claims.ts";
export { holdLease, renewLease, type Lease, type LeaseStanding } from "./leases.ts";
export { readDifferences, type Differences, type Naming } from "./differences.ts";
export {
  claimRequest,
  forgetOldRequests,
  keepAnswer,
  releaseRequest,
  type RequestClaim,
  type RequestKey,
} from "./idempotent-requests.ts";
export { findOwners, type OwnerState } from "./owners.ts";
export { forgetOldVersionCounts, saveProgress, type GrownVersion, type Progress } from "./progress.ts";
export {
  approvePlan,
  failPlan,
  findPlan,
  findQueuedPlan,
  findQueuedPlans,
  forgetOldPlans,
  listPlanActions,
  requestPlan,
  savePlan,
  supersedePlans,
  type PlanActionRow,
  type PlanOverrides,
  type PlanRow,
  type PlanState,
  type PlanToSave,
} from "./plans.ts";
export { countSecrets, countValues, listSecretNames } from "./setup-source.ts";
export { claimLeftProbes, createProbe, removeProbe, type ProbeRow } from "./probes.ts";
export {
  countRecords,
  readHeldRecords,
  readRecords,
  type CarriedProperties,
  type RecordRow,
  type RecordState,
  type RecordValue,
} from "./records.ts";
export {
  findRecord,
  isRecordKey,
  listRecords,
  summariseRecords,
  type RecordFilter,
  type RecordOrder,
  type RecordPlace,
  type RecordSummary,
} from "./record-lists.ts";
export { findRecorded, retryRecords } from "./retrying.ts";
export { readHistory, type HistoryRow } from "./history.ts";
export {
  countHealths,
  countRecordsOf,
  listOverview,
  listVaults,
  type Health,
  type OverviewFilter,
  type OverviewRow,
  type RecordStanding,
} from "./overview.ts";
export {
  beginRun,
  endRun,
  findRun,
  forgetOldRuns,
  latestRuns,
  listRuns,
  type RunBegin,
  type RunCounts,
  type RunEnd,
  type RunRow,
  type RunState,
  type RunTrigger,
} from "./runs.ts";
export { RestingRecords, type RestingRecord } from "./resting-records.ts";
export {
  readSealedValues,
  readSourceAndRecords,
  readWrappedDataKey,
  type SealedValue,
  type SourceSecret,
} from "./source.ts";
export {
  beginScheduledChecks,
  findDueSyncs,
  findDueValidations,
  findScheduledSyncs,
  type ScheduledSync,
} from "./sweeping.ts";
export {
  activateSync,
  changeSync,
  createSync,
  findSync,
  listSyncs,
  lockSync,
  nameSyncs,
  readSync,
  requestCheck,
  setSyncFailure,
  wantRun,
  type CheckTrigger,
  type SyncChange,
  type SyncRow,
  type SyncState,
} from "./syncs.ts";
export {
  abandonValidations,
  claimValidation,
  createValidation,
  endValidationAttempt,
  findValidation,
  listValidations,
  saveValidationSteps,
  validationSteps,
  type ValidationEnd,
  type ValidationRow,
  type ValidationStep,
  type ValidationStepName,
} from "./validations.ts";
export {
  findActiveSigningKey,
  listSigningKeys,
  rotateSigningKeys,
  type NewSigningKey,
  type SigningKeyRow,
} from "./signing-keys.ts";
export {
  createTokenRow,
  findPerson,
  findScopePlaces,
  findToken,
  findLoginToken,
  forgetOldTokens,
  findValidToken,
  listTokens,
  revokeToken,
  tokenScopeSchema,
  touchToken,
  type ListedToken,
  type NewToken,
  type Person,
  type ScopePlaces,
  type TokenOwner,
  type TokenRow,
  type TokenScope,
  type TokenPerson,
  type ValidToken,
} from "./tokens.ts";
export {
  createEnvironment,
  createFirstWorkspace,
  createProject,
  createTeam,
  createWorkspace,
  findEnvironment,
  findEnvironmentOfWorkspace,
  findEnvironmentsOfWorkspace,
  findProject,
  findProjectWithEnvironments,
  findTeam,
  findWorkspace,
  listEnvironments,
  listProjects,
  listTeams,
  listWorkspaces,
  type EnvironmentRow,
  type ProjectRow,
  type TeamRow,
  type WorkspaceRow,
} from "./workspaces.ts";
export {
  changeEnvironment,
  changeProject,
  countProjectsOfTeam,
  deleteEnvironment,
  deleteProject,
  deleteTeam,
  findConnectedSyncs,
  lockEnvironment,
  lockProject,
  lockTeam,
  renameTeam,
} from "./hierarchy.ts";
export {
  createSecrets,
  createValues,
  findNames,
  lockSecret,
  lockSecrets,
  raiseVersions,
  removeSecrets,
  replaceValues,
  saveSecret,
  type SecretChange,
  type StoredValue,
} from "./secret-changes.ts";
export {
  ensureWrappedDataKey,
  findSecret,
  listSecretOutlines,
  listSecrets,
  noValues,
  type NamePage,
  type SecretOutlineRow,
  type SecretRow,
  type SecretView,
} from "./secrets.ts";
export type { PipelinedTransaction, StatementSender } from "./pipelined-transaction.ts";
export { findForImport, type KnownSecret } from "./imports.ts";
export {
  findMembership,
  findPersonalValues,
  putPersonalValue,
  removePersonalValues,
  type StoredPersonalValue,
} from "./personal-values.ts";
export { listNamesIn, listSyncsOfEnvironment, readSyncStates, type SyncStateRow } from "./sync-states.ts";
export { openSessionPool, type Pool } from "./session-pool.ts";
export { readRunView, type RunView, type Telling } from "./sync-alarms.ts";
export { claimDelivery, endAttempt, type AttemptEnd, type ClaimedDelivery } from "./webhook-attempts.ts";
export {
  findDelivery,
  findDueDeliveries,
  latestDeliveries,
  listDeliveries,
  redeliver,
  type DeliveryRow,
  type DeliveryState,
  type DeliveryWithLog,
} from "./webhook-deliveries.ts";
export {
  changeWebhook,
  createWebhook,
  deleteWebhook,
  findWebhook,
  listWebhooks,
  lockWebhook,
  replaceWebhookSecret,
  type WebhookChange,
  type WebhookRow,
} from "./webhook-endpoints.ts";
export { forgetOldWebhookEvents, tellWebhook } from "./webhook-outbox.ts";
export { readVaultLimits, type VaultLimits } from "./vault-limits.ts";
