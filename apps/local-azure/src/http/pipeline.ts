import type { Logger } from "@kvsync/runtime";
import type { Clock } from "../clock.ts";
import { chooseFault, type FaultTarget } from "../knobs/faults.ts";
import type { Knobs } from "../knobs/knobs.ts";
import type { Latency } from "../knobs/latency.ts";
import type { FaultEffect } from "../knobs/schema.ts";
import type { RequestLog } from "../statistics/request-log.ts";
import type { Outcome, Statistics } from "../statistics/statistics.ts";
import { type Answer, type Exchange, hasBody, send } from "./exchange.ts";

export type FaultAnswer = Extract<FaultEffect, { kind: "answer" }>;

/** What a service brings to the pipeline for one request. */
export type Work = Readonly<{
  target: FaultTarget;
  /** Carries the request out. Whatever the service refuses is an answer; only defects are thrown. */
  perform: () => Promise<Answer>;
  /** The service's own form of an answer that a fault asks for. */
  faultAnswer: (fault: FaultAnswer) => Answer;
  /** The answer to a defect. */
  failure: () => Answer;
}>;

/** What happens to every request to Entra and the vaults beside its own meaning: latency, faults, counts, the log. */
export class Pipeline {
  readonly #clock: Clock;
  readonly #knobs: Knobs;
  readonly #latency: Latency;
  readonly #statistics: Statistics;
  readonly #log: RequestLog;
  readonly #logger: Logger;

  constructor(
    parts: Readonly<{
      clock: Clock;
      knobs: Knobs;
      latency: Latency;
      statistics: Statistics;
      requestLog: RequestLog;
      logger: Logger;
    }>,
  ) {
    this.#clock = parts.clock;
    this.#knobs = parts.knobs;
    this.#latency = parts.latency;
    this.#statistics = parts.statistics;
    this.#log = parts.requestLog;
    this.#logger = parts.logger;
  }

  async run(exchange: Exchange, work: Work): Promise<void> {
    const { operation, vault, secret } = work.target;
    const at = new Date(this.#clock.now()).toISOString();
    const started = performance.now();
    const end = this.#statistics.begin(vault, operation);
    const { outcome, code } = await this.#answer(exchange, work);
    end(outcome);
    this.#log.add({
      at,
      ...(vault === undefined ? {} : { vault }),
      operation,
      method: exchange.method,
      ...(secret === undefined ? {} : { secret }),
      outcome,
      ...(code === undefined ? {} : { code }),
      hasBody: hasBody(exchange.request),
      hasToken: exchange.request.headers.authorization !== undefined,
      durationMs: Math.round((performance.now() - started) * 1000) / 1000,
    });
  }

  async #answer(exchange: Exchange, work: Work): Promise<{ outcome: Outcome; code?: string | undefined }> {
    const { latency, faults } = this.#knobs.values;
    const latencyMs = latency.allMs + (latency.byOperation[work.target.operation] ?? 0);
    if (latencyMs > 0 && !(await this.#latency.wait(latencyMs))) return { outcome: "dropped" };

    const roll = (): number => this.#knobs.roll();
    const before = chooseFault(faults, "before", work.target, roll);
    if (before !== undefined) return this.#inflict(exchange, work, before);

    const answer = await this.#perform(exchange, work);
    if (answer === undefined) return { outcome: "dropped" };
    const after =
      answer.status < 400 ? chooseFault(this.#knobs.values.faults, "after", work.target, roll) : undefined;
    if (after !== undefined) return this.#inflict(exchange, work, after);
    send(exchange.response, answer);
    return { outcome: answer.status, code: answer.code };
  }

  /** Undefined when the client went away in the middle of its request, which is nobody's defect. */
  async #perform({ request }: Exchange, work: Work): Promise<Answer | undefined> {
    try {
      return await work.perform();
    } catch (error) {
      if (request.destroyed && !request.complete) return undefined;
      this.#logger.error({ err: error, operation: work.target.operation }, "a request failed");
      return work.failure();
    }
  }

  async #inflict(
    { response, request }: Exchange,
    work: Work,
    effect: FaultEffect,
  ): Promise<{ outcome: Outcome; code?: string | undefined }> {
    if (effect.kind === "answer") {
      const answer = work.faultAnswer(effect);
      send(response, answer);
      return { outcome: answer.status, code: answer.code };
    }
    if (effect.kind === "drop") {
      request.socket.destroy();
      return { outcome: "dropped" };
    }
    // It hangs until the client gives up or the emulator stops, both of which close the connection.
    if (!response.destroyed) await new Promise((resolve) => response.once("close", resolve));
    return { outcome: "hung" };
  }
}
