-- Each run updates its sync's row twice and its own once, in columns without an index. Where the new row fits beside the
-- old one, PostgreSQL touches no index (heap-only tuples).
ALTER TABLE "Sync" SET (fillfactor = 50);
ALTER TABLE "Run" SET (fillfactor = 80);
ALTER TABLE "SyncRecord" SET (fillfactor = 80);

-- A run's begin looks for runs of its sync that never ended, however many have.
CREATE INDEX "Run_running_idx" ON "Run"("syncId") WHERE "state" = 'running';
