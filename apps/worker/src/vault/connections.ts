import type { ClientRequest } from "node:http";
import { Agent, type RequestOptions } from "node:https";
import type { Duplex } from "node:stream";
import { createSecureContext, getCACertificates, TLSSocket, type SecureContext } from "node:tls";
import { lookupWithLoopback } from "./loopback.ts";

/** How long the one connection that each vault keeps may be idle, in milliseconds. */
const WARM_MS = 4 * 60_000;
/** How long any other may be idle, in milliseconds: between two requests of a run. */
const IDLE_MS = 3_000;
/** Of so many vaults the TLS sessions are kept, which spare most of the next handshake. */
const SESSIONS = 4_000;

export type ConnectionLimits = Readonly<{ warmMs: number; idleMs: number }>;

/**
 * Connections to all vaults. A run has as many as it has requests under way; once it is over, one stays for the next
 * change, and the others close: with all of them, a worker of a thousand vaults would keep a gigabyte. They trust the
 * authorities that the process trusts by default; a request's own don't count.
 */
export class VaultConnections extends Agent {
  readonly #limits: ConnectionLimits;
  readonly #warm = new Map<string, TLSSocket>();
  #authorities: readonly string[] | undefined;
  #secureContext: SecureContext | undefined;

  constructor(limits: ConnectionLimits = { warmMs: WARM_MS, idleMs: IDLE_MS }) {
    super({
      keepAlive: true,
      maxSockets: 64,
      maxCachedSessions: SESSIONS,
      lookup: lookupWithLoopback,
      timeout: limits.warmMs,
    });
    this.#limits = limits;
  }

  override createConnection(
    options: RequestOptions,
    callback?: (error: Error | null, stream: Duplex) => void,
  ): Duplex | null | undefined {
    const secured = { ...options, secureContext: this.#context };
    return super.createConnection(secured, callback);
  }

  /** One for all connections, where each would make its own of the same authorities. */
  get #context(): SecureContext {
    const authorities = getCACertificates("default");
    if (this.#secureContext === undefined || authorities !== this.#authorities) {
      this.#authorities = authorities;
      this.#secureContext = createSecureContext();
    }
    return this.#secureContext;
  }

  /** Asked by Node when a request has ended and none waits: whether the connection is kept. */
  override keepSocketAlive(socket: Duplex): boolean {
    // Node's own looks whether the server keeps it, and how long.
    const isKept: unknown = super.keepSocketAlive(socket);
    if (isKept === false) return false;
    if (socket instanceof TLSSocket && !this.#isWarm(socket)) socket.setTimeout(this.#limits.idleMs);
    return true;
  }

  override reuseSocket(socket: Duplex, request: ClientRequest): void {
    // How long a request may take is its sender's to say.
    if (socket instanceof TLSSocket) socket.setTimeout(0);
    super.reuseSocket(socket, request);
  }

  /** Whether this is the connection that its vault keeps: the first one that is free. */
  #isWarm(socket: TLSSocket): boolean {
    const host = `${socket.servername}:${socket.remotePort}`;
    const warm = this.#warm.get(host);
    if (warm !== undefined) return warm === socket;
    this.#warm.set(host, socket);
    socket.once("close", () => this.#warm.delete(host));
    return true;
  }
}
