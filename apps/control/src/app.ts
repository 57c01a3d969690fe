import { ApiError, type Cloud } from "@kvsync/contracts";
import type { KeyEncryptionKey } from "@kvsync/keys";
import type { Doorbell } from "@kvsync/queue";
import type { Logger } from "@kvsync/runtime";
import type { Database, Pool } from "@kvsync/store";
import express, { type Express, type RequestHandler } from "express";
import { rateLimit } from "express-rate-limit";
import helmet from "helmet";
import type { Redis } from "ioredis";
import { AccessTokens } from "./access/access-token.ts";
import { authenticate } from "./access/authenticate.ts";
import { requireSignIn } from "./access/principal.ts";
import { sessionRoutes } from "./access/sessions/routes.ts";
import { sessions } from "./access/sessions/session.ts";
import { identityRoutes, tokenRoutes } from "./access/token-routes.ts";
import { apiDescriptionRoutes } from "./api-description/routes.ts";
import { auditLogRoutes } from "./audit/routes.ts";
import { boardRoutes } from "./board/routes.ts";
import { pageNotFound } from "./dashboard/page.ts";
import { dashboardRoutes } from "./dashboard/routes.ts";
import { healthRoutes } from "./health/routes.ts";
import { addressOf } from "./http/address.ts";
import { errorHandler, notFound } from "./http/errors.ts";
import { readJson } from "./http/json-body.ts";
import { refuseOtherMethods } from "./http/methods.ts";
import { refuseNulInPath } from "./http/parse.ts";
import { issuerRoutes } from "./issuer/routes.ts";
import type { LocalAzureSettings } from "./local-azure/settings.ts";
import { pageRoutes } from "./pages/routes.ts";
import { environmentKeyRing } from "./secrets/environment-keys.ts";
import { secretRoutes } from "./secrets/routes.ts";
import { syncRoutes } from "./syncs/routes.ts";
import { workspaceRoutes } from "./workspaces/routes.ts";

export type AppDependencies = Readonly<{
  database: Database;
  sessionPool: Pool;
  redis: Redis;
  doorbell: Doorbell;
  keyEncryptionKey: KeyEncryptionKey;
  cloud: Cloud;
  /** A local Azure that stands in for Azure; set-up can be done there. */
  localAzure?: LocalAzureSettings | undefined;
  issuer: string;
  sessionSecret: string;
  trustProxy: number;
  rateLimitPerMinute: number;
  /** How long (ms) a request waits for the plan that it asks for: 25 s unless it is given. */
  planWaitMs?: number | undefined;
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

  app.use(refuseNulInPath);
  app.use(refuseOtherMethods(healthRoutes(database, redis)));
  app.use(refuseOtherMethods(issuerRoutes(issuer, database)));
  app.use(contentSecurity);

  const secure = issuer.startsWith("https:");
  const browserSessions = sessions(dependencies.sessionPool, sessionSecret, secure, logger);
  const identify = authenticate(database, accessTokens);
  app.use("/v1", limitRate(dependencies.rateLimitPerMinute), apiDescriptionRoutes(), browserSessions);
  app.use("/v1", sessionRoutes({ database, secure, identify }));
  app.use("/v1", identify, requireSignIn, ...readJson);
  app.use("/v1", identityRoutes(database, accessTokens), workspaceRoutes(database), tokenRoutes(database));
  app.use("/v1", auditLogRoutes(database));
  app.use("/v1", secretRoutes({ database, environmentKeys, doorbell, logger }));
  const { cloud, localAzure, planWaitMs } = dependencies;
  const syncs = { database, doorbell, cloud, logger, planWaitMs };
  app.use("/v1/sync", refuseOtherMethods(syncRoutes({ ...syncs, issuer, localAzure })));
  app.use("/v1", notFound);

  app.use(dashboardRoutes());
  app.use(browserSessions, identify, boardRoutes(doorbell), pageRoutes(syncs));
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

/** By address, and in this process: with several behind a balancer each counts for itself. */
function limitRate(limit: number): RequestHandler {
  return rateLimit({
    windowMs: 60_000,
    limit,
    standardHeaders: "draft-6",
    legacyHeaders: false,
    keyGenerator: addressOf,
    handler: (_request, _response, next) => {
      next(new ApiError(429, "RATE_LIMITED", "Rate limit exceeded"));
    },
  });
}
