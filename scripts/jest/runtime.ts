/**
 * Loads test files as Node loads everything else. Jest's own runtime gives each file a context and a registry of modules
 * of its own, and so reads, compiles and runs the same thousand modules for each of them: a third of all that the tests
 * cost. Here a worker of Jest loads a module once, with Node's compile cache, and in the process's own context, where
 * `instanceof` says what it says in production. Only test files are run anew.
 *
 * What a module keeps is still there for the next file, as it is for the next request in production. There is no `jest`
 * to import: nothing here mocks modules.
 */
import { createRequire, registerHooks } from "node:module";
import { pathToFileURL } from "node:url";
import { setGlobals } from "./globals.ts";

const require = createRequire(import.meta.url);
const globals = new URL("globals.ts", import.meta.url).href;
const eventHandlers = Symbol.for("EVENT_HANDLERS");

registerHooks({
  resolve: (specifier, context, next) => next(specifier === "@jest/globals" ? globals : specifier, context),
});

/** The files that this process has run. */
const ran = new Set<string>();

/** What Jest's runner and framework ask of a runtime (`runtime` in jest.config.js). */
export default class NativeRuntime {
  /** Jest's framework, which keeps the tests of a file in its modules and so is loaded anew for each. */
  requireInternalModule(path: string): unknown {
    delete require.cache[path];
    Reflect.deleteProperty(globalThis, eventHandlers);
    return require(path) as unknown;
  }

  requireModule(path: string): unknown {
    return require(path) as unknown;
  }

  unstable_shouldLoadAsEsm(): boolean {
    return true;
  }

  async unstable_importModule(path: string): Promise<unknown> {
    const url = pathToFileURL(path);
    // While it watches, Jest runs a file again in the same process.
    if (ran.has(path)) url.searchParams.set("again", String(performance.now()));
    ran.add(path);
    return import(url.href) as Promise<unknown>;
  }

  setGlobalsForRuntime(ofThisFile: Parameters<typeof setGlobals>[0]): void {
    setGlobals(ofThisFile);
  }

  getSourceMaps(): null {
    return null;
  }

  getAllCoverageInfoCopy(): undefined {
    return undefined;
  }

  enterTestCode(): void {}

  leaveTestCode(): void {}

  teardown(): void {}
}
