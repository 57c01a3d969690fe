import type * as jest from "@jest/globals";

/**
 * What stands for `@jest/globals`. Modules that are loaded once import these names, and many test files come by: each
 * name always is that of the file that is running.
 */
export let { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } = {} as typeof jest;

/** From now on these are the names of this file. */
export function setGlobals(ofThisFile: typeof jest): void {
  ({ afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } = ofThisFile);
}
