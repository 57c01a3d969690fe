import { CronExpressionParser } from "cron-parser";
import { z } from "zod";
import { timeZoneSchema } from "../time-zone.ts";
import { operations } from "./operation.ts";
import { exampleIds, idSchema, timestampSchema } from "./values.ts";

export const cronSchema = z
  .string()
  .min(9)
  .max(100)
  .refine((text) => text.trim().split(/\s+/).length === 5 && isCron(text), {
    error: "must be a cron expression with five fields, like 0 3 * * *",
  })
  .meta({ example: "0 3 * * *" });

/** When a sync looks at its vault by itself. */
export const scheduleSchema = z.strictObject({ cron: cronSchema, timeZone: timeZoneSchema.default("UTC") });

/** `GET /v1/schedule-preview` */
export const schedulePreviewQuerySchema = z.strictObject({
  cron: cronSchema,
  timeZone: timeZoneSchema.default("UTC"),
  syncId: idSchema
    .optional()
    .meta({ description: "For whom: each sync has its own offset.", example: exampleIds.sync }),
});

export const schedulePreviewSchema = z
  .object({
    cron: z.string(),
    timeZone: z.string(),
    words: z.string().meta({ description: "The expression in plain words." }),
    times: z.array(timestampSchema).meta({ description: "The next five." }),
    spreadMs: z.int().min(0).meta({
      description: "By how much runs are put off at most, so that not all begin at once.",
    }),
    offsetMs: z.int().min(0).nullable().meta({
      description: "By how much this sync's are, which `times` have in them; null where none was named.",
    }),
  })
  .meta({ id: "SchedulePreview" });
export type SchedulePreviewBody = z.infer<typeof schedulePreviewSchema>;

export const scheduleOperations = operations({
  previewSchedule: {
    method: "GET",
    path: "/v1/schedule-preview",
    tag: "Syncs",
    summary: "What a schedule means: in words, and its next times",
    access: "admin",
    query: schedulePreviewQuerySchema,
    answers: { 200: { description: "The schedule's meaning.", body: schedulePreviewSchema } },
    problems: { 404: ["SYNC_NOT_FOUND"] },
  },
});

function isCron(text: string): boolean {
  try {
    CronExpressionParser.parse(text).next();
    return true;
  } catch {
    return false;
  }
}
