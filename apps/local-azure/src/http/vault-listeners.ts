import type { IncomingMessage, ServerResponse } from "node:http";
import { type Identity, listen, type Listener } from "./listener.ts";
import { isSystemError } from "../system-error.ts";

export type VaultHandler = (vault: string, request: IncomingMessage, response: ServerResponse) => void;

/**
 * A listener for each vault, because `*.localhost` resolves only where the resolver knows that name: at
 * `https://localhost:<port>` any client reaches the vault without help.
 */
export class VaultListeners {
  readonly #identity: Identity;
  readonly #host: string;
  readonly #handle: VaultHandler;
  readonly #listeners: Listener[] = [];

  constructor(identity: Identity, host: string, handle: VaultHandler) {
    this.#identity = identity;
    this.#host = host;
    this.#handle = handle;
  }

  /** Opens the vault's listener at the port that it had before, if that is free, else at any. Gives the port. */
  async open(vault: string, formerPort?: number): Promise<number> {
    const listener =
      formerPort === undefined ? await this.#listen(vault, 0) : await this.#listenAgain(vault, formerPort);
    this.#listeners.push(listener);
    return listener.port;
  }

  async close(): Promise<void> {
    await Promise.all(this.#listeners.splice(0).map((listener) => listener.close()));
  }

  async #listenAgain(vault: string, port: number): Promise<Listener> {
    try {
      return await this.#listen(vault, port);
    } catch (error) {
      if (isSystemError(error, "EADDRINUSE")) return this.#listen(vault, 0);
      throw error;
    }
  }

  #listen(vault: string, port: number): Promise<Listener> {
    return listen(this.#identity, this.#host, port, (request, response) =>
      this.#handle(vault, request, response),
    );
  }
}
