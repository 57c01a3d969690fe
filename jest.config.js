/** Node loads the TypeScript sources as they are (see scripts/jest/runtime.ts). */
export default {
  transform: {},
  testSequencer: "<rootDir>/scripts/jest/sequencer.js",
  runtime: "<rootDir>/scripts/jest/runtime.ts",
  extensionsToTreatAsEsm: [".ts"],
  testEnvironment: "<rootDir>/scripts/jest/environment.ts",
  testMatch: ["<rootDir>/{apps,packages,scripts,bench}/**/*.test.ts"],
  testPathIgnorePatterns: ["/node_modules/", "/dist/"],
  modulePathIgnorePatterns: ["<rootDir>/.kvsync/", "<rootDir>/.tools/"],
  injectGlobals: false,
  // Ends what hangs. How fast anything is isn't tested: a busy machine may take many times as long as an idle one.
  testTimeout: 120_000,
};
