/** Jest runs the TypeScript sources as they are: Node strips the types (see docs/dependencies.md). */
export default {
  transform: {},
  testSequencer: "<rootDir>/jest.sequencer.js",
  extensionsToTreatAsEsm: [".ts"],
  testEnvironment: "node",
  testMatch: ["<rootDir>/{apps,packages,scripts,bench}/**/*.test.ts"],
  testPathIgnorePatterns: ["/node_modules/", "/dist/"],
  modulePathIgnorePatterns: ["<rootDir>/.kvsync/", "<rootDir>/.tools/"],
  injectGlobals: false,
  // Ends what hangs. How fast anything is isn't tested: a busy machine may take many times as long as an idle one.
  testTimeout: 120_000,
};
