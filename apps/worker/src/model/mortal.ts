import type { FailureCode } from "@kvsync/contracts";
import type { Database } from "@kvsync/store";
import { FailureError } from "../failure-error.ts";
import type { Intercept } from "../vault/memory/memory-vault.ts";

/** What a killed process is: nothing it does after that has an effect. */
export class Killed extends Error {
  override readonly name = "Killed";
}

/** What happens to one of a run's requests to the vault, counted from 0. */
export type Fault =
  /** This request and so many in all are refused. */
  | {
      readonly kind: "refuse";
      readonly at: number;
      readonly times: number;
      readonly code: FailureCode;
      /** Requests of another kind are let through. */
      readonly of?: string;
    }
  /** The request takes effect, and its answer is lost. */
  | { readonly kind: "lose"; readonly at: number }
  /** The process stands still before the request, while whatever `meanwhile` does happens. */
  | { readonly kind: "freeze"; readonly at: number; readonly meanwhile: () => Promise<void> };

/** The life of one worker process: its effects, counted, and when it dies. */
export class Life {
  readonly #killAt: number;
  readonly #faults: readonly Fault[];
  readonly #onCall: (kind: string) => void;
  readonly #count: (what: string) => void;
  #effects = 0;
  #requests = 0;
  #dead = false;

  /**
   * @param killAt before which effect, on the vault or the database, it is killed
   * @param onCall told each request to the vault
   * @param count told each trouble that strikes
   */
  constructor(
    killAt: number,
    faults: readonly Fault[],
    onCall: (kind: string) => void,
    count: (what: string) => void,
  ) {
    this.#killAt = killAt;
    this.#onCall = onCall;
    this.#count = count;
    this.#faults = faults;
  }

  get isDead(): boolean {
    return this.#dead;
  }

  /** Called before and after each effect. @throws {Killed} */
  step(place: string): void {
    if (this.#dead) throw new Killed();
    if (this.#effects === this.#killAt) {
      this.#dead = true;
      this.#count(`killed ${place}`);
      throw new Killed();
    }
    this.#effects += 1;
  }

  readonly intercept: Intercept = async ({ kind }, when) => {
    this.step(`${when} the vault's ${kind}`);
    if (when === "before") this.#onCall(kind);
    if (when === "before") this.#requests += 1;
    const number = this.#requests - 1;
    for (const fault of this.#faults) {
      const times = fault.kind === "refuse" ? fault.times : 1;
      if (number < fault.at || number >= fault.at + times) continue;
      if (fault.kind === "refuse" && fault.of !== undefined && fault.of !== kind) continue;
      if (fault.kind === "lose" && when === "after") {
        this.#count(`lost the answer of ${kind}`);
        throw timedOut();
      }
      if (when === "after") continue;
      if (fault.kind === "refuse") {
        this.#count(`refused ${kind} with ${fault.code}`);
        throw new FailureError({ code: fault.code, fields: {} });
      }
      if (fault.kind === "freeze") {
        this.#count(`stood still before ${kind}`);
        await fault.meanwhile();
      }
    }
  };

  /** The database as this process reaches it. */
  reach(database: Database): Database {
    return mortal(database, (place) => this.step(place));
  }
}

const timedOut = (): FailureError => new FailureError({ code: "VAULT_TIMEOUT", fields: { seconds: 30 } });

/** Each call is an effect: the process may die before it, or after it and before it learns of it. */
function mortal<Target extends object>(target: Target, step: (place: string) => void): Target {
  return new Proxy(target, {
    get: (_, property) => {
      const value: unknown = Reflect.get(target, property, target);
      if (typeof value === "object" && value !== null) return mortal(value, step);
      if (typeof value !== "function") return value;
      if (property === "$transaction")
        return async (work: (transaction: object) => Promise<unknown>, options: unknown) => {
          step("before a transaction");
          const begin = value.bind(target) as (work: unknown, options: unknown) => Promise<unknown>;
          const result = await begin((transaction: object) => work(mortal(transaction, step)), options);
          step("after a transaction");
          return result;
        };
      return async (...args: unknown[]) => {
        step(`before the database's ${String(property)}`);
        const result: unknown = await Reflect.apply(value, target, args);
        step(`after the database's ${String(property)}`);
        return result;
      };
    },
  });
}
