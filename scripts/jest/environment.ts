/** The process as it is, in which `runtime.ts` loads modules. What a test file changes of it is put back at its end. */
export default class ProcessEnvironment {
  readonly global = globalThis;
  readonly fakeTimers = null;
  readonly fakeTimersModern = null;
  readonly #settings = { ...process.env };
  readonly #console = globalThis.console;
  readonly #exit = Object.getOwnPropertyDescriptor(process, "exit");

  async setup(): Promise<void> {}

  async teardown(): Promise<void> {
    // Jest puts its own in the place of these two.
    globalThis.console = this.#console;
    if (this.#exit !== undefined) Object.defineProperty(process, "exit", this.#exit);
    for (const name of Object.keys(process.env)) if (!(name in this.#settings)) delete process.env[name];
    Object.assign(process.env, this.#settings);
  }

  exportConditions(): string[] {
    return ["node", "node-addons"];
  }

  /** By this Jest knows an environment. */
  getVmContext(): null {
    return null;
  }
}
