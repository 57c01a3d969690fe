import type { Cloud } from "@kvsync/contracts";
import type { KeyEncryptionKey } from "@kvsync/keys";
import type { CallPolicy } from "@kvsync/outbound";
import { NewsStand, type Doorbell } from "@kvsync/queue";
import type { Logger } from "@kvsync/runtime";
import type { Database, Pool } from "@kvsync/store";
import express, { type Express, type Request, type Response } from "express";
import helmet from "helmet";
import type { Redis } from "ioredis";
import { identifyAnew } from "./access/anew.ts";
import { authenticate } from "./access/authenticate.ts";
import { deviceDecisionRoutes, devicePollRoutes } from "./access/device/routes.ts";
import { identityRoutes } from "./access/identity/routes.ts";
import { invitationRoutes } from "./access/members/invitation-routes.ts";
import { memberRoutes } from "./access/members/routes.ts";
import { requireSignIn } from "./access/principal.ts";
import { sessionRoutes } from "./access/sessions/routes.ts";
import { sessions } from "./access/sessions/session.ts";
import { Providers } from "./access/single-sign-on/provider.ts";
import { singleSignOnSettingRoutes } from "./access/single-sign-on/routes.ts";
import { signInOptionRoutes, singleSignOnRoutes } from "./access/single-sign-on/sign-in-routes.ts";
import { AccessTokens } from "./access/tokens/access-token.ts";
import { logOutRoutes, tokenRoutes } from "./access/tokens/routes.ts";
import { apiDescriptionRoutes } from "./api-description/routes.ts";
import { ReadLog } from "./audit/read-log.ts";
import { auditLogRoutes } from "./audit/routes.ts";
import { boardRoutes } from "./board/routes.ts";
import { pageNotFound } from "./dashboard/page.ts";
import { dashboardRoutes } from "./dashboard/routes.ts";
import { healthRoutes } from "./health/routes.ts";
import { errorHandler, notFound } from "./http/errors.ts";
import { readJson } from "./http/json-body.ts";
import { refuseOtherMethods } from "./http/methods.ts";
import { foldSlashesBeforeApi, refuseNulInPath } from "./http/parse.ts";
import { issuerRoutes } from "./issuer/routes.ts";
import type { LocalAzureSettings } from "./local-azure/settings.ts";
import { createLimits } from "./limits/limits.ts";
import { overviewRoutes } from "./overview/routes.ts";
import { scheduleRoutes } from "./schedules/routes.ts";
import { environmentKeyRing } from "./secrets/environment-keys.ts";
import { secretBatchRoutes } from "./secrets/batch-routes.ts";
import { secretRoutes } from "./secrets/routes.ts";
import { SealedValues } from "./secrets/sealed-values.ts";
import { LiveViews } from "./syncs/live/live-views.ts";
import { syncRoutes } from "./syncs/routes.ts";
import { deliveryRoutes } from "./webhooks/delivery-routes.ts";
import { webhookRoutes } from "./webhooks/routes.ts";
import { workspaceRoutes } from "./workspaces/routes.ts";

export type AppDependencies = Readonly<{
  database: Database;
  sessionPool: Pool;
  redis: Redis;
  /** What holds all keys in Redis. */
  redisPrefix: string;
  doorbell: Doorbell;
  keyEncryptionKey: KeyEncryptionKey;
  cloud: Cloud;
  /** A local Azure that stands in for Azure; set-up can be done there. */
  localAzure?: LocalAzureSettings | undefined;
  issuer: string;
  sessionSecret: string;
  /** Whether identity providers may lie inside a network, and on the loopback speak HTTP. */
  singleSignOnPrivate: boolean;
  /** Where webhooks may go. */
  webhooks: CallPolicy;
  trustProxy: number;
  rateLimitPerMinute: number;
  /** How long (ms) a request waits for the plan that it asks for: 25 s unless it is given. */
  planWaitMs?: number | undefined;
  /** Aborted when the process is about to stop: then what would go on for ever ends. */
  stopping?: AbortSignal | undefined;
  /** How often (ms) streams give a sign of life: every 10 s unless it is given. */
  heartbeatMs?: number | undefined;
  logger: Logger;
}>;

/** Puts the parts together. Does no I/O. */
export function createApp(dependencies: AppDependencies): Express {
  const { database, redis, doorbell, issuer, logger, sessionSecret } = dependencies;
  const environmentKeys = environmentKeyRing(database, dependencies.keyEncryptionKey);
  const accessTokens = new AccessTokens(sessionSecret);
  const app = express();
  app.disable("x-powered-by");
  app.set("trust proxy", dependencies.trustProxy);

  app.use(foldSlashesBeforeApi, refuseNulInPath);
  app.use(refuseOtherMethods(healthRoutes(database, redis)));
  app.use(refuseOtherMethods(issuerRoutes(issuer, database)));
  app.use(contentSecurity);

  const secure = issuer.startsWith("https:");
  const browserSessions = sessions(dependencies.sessionPool, sessionSecret, secure, logger);
  const identify = authenticate(database, accessTokens);
  const limits = createLimits(dependencies);
  app.use("/v1", browserSessions, limits.requests, apiDescriptionRoutes());
  app.use("/v1", sessionRoutes({ database, secure, identify, limitFailures: limits.failedSignIns }));
  app.use("/v1", invitationRoutes({ database, secure, identify }), devicePollRoutes(database));
  const providers = new Providers(dependencies.keyEncryptionKey, dependencies.singleSignOnPrivate);
  app.use("/v1", signInOptionRoutes(database));
  app.use("/v1", identify, requireSignIn, ...readJson);
  app.use("/v1", identityRoutes({ database, accessTokens, limitExchanges: limits.exchanges }));
  app.use("/v1", deviceDecisionRoutes(database), logOutRoutes(database));
  app.use("/v1", workspaceRoutes(database), memberRoutes(database), tokenRoutes(database));
  app.use("/v1", singleSignOnSettingRoutes(database, providers));
  const { keyEncryptionKey, webhooks: callPolicy } = dependencies;
  app.use("/v1", webhookRoutes({ database, keyEncryptionKey, callPolicy }));
  app.use("/v1", deliveryRoutes({ database, doorbell, issuer, logger }));
  const values = new SealedValues(environmentKeys, logger);
  const secrets = { database, values, doorbell, logger };
  const readLog = new ReadLog(database);
  app.use("/v1", secretBatchRoutes(secrets), secretRoutes({ ...secrets, readLog }), auditLogRoutes(database));
  const { cloud, localAzure, planWaitMs } = dependencies;
  const syncs = { database, doorbell, cloud, logger, planWaitMs };
  const { stopping = new AbortController().signal, heartbeatMs } = dependencies;
  const live = {
    views: new LiveViews(database, new NewsStand(redis, doorbell.prefix), stopping, logger),
    identifyAnew: (request: Request, response: Response) => identifyAnew(identify, request, response),
    heartbeatMs,
  };
  app.use("/v1/sync", refuseOtherMethods(syncRoutes({ ...syncs, ...live, issuer, localAzure })));
  app.use("/v1", overviewRoutes({ database, redis, doorbell }), scheduleRoutes(database));
  app.use("/v1", notFound);

  app.use(dashboardRoutes());
  app.use(browserSessions, singleSignOnRoutes({ database, providers, secure, logger }, limits.requests));
  app.use(identify, boardRoutes({ database, doorbell }));
  app.use(pageNotFound, notFound);
  app.use(errorHandler(logger));
  return app;
}

const contentSecurity = helmet({
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      defaultSrc: ["'none'"],
      styleSrc: ["'self'"],
      imgSrc: ["'self'"],
      formAction: ["'self'"],
      frameAncestors: ["'none'"],
      baseUri: ["'none'"],
    },
  },
  strictTransportSecurity: { maxAge: 31_536_000 },
});
