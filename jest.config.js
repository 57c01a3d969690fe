/** Jest runs the TypeScript sources as they are: Node strips the types (see docs/dependencies.md). */
export default {
  transform: {},
  extensionsToTreatAsEsm: [".ts"],
  testEnvironment: "node",
  testMatch: ["<rootDir>/{apps,packages,scripts,bench}/**/*.test.ts"],
  testPathIgnorePatterns: ["/node_modules/", "/dist/"],
  modulePathIgnorePatterns: ["<rootDir>/.kvsync/", "<rootDir>/.tools/"],
  injectGlobals: false,
  testTimeout: 30_000,
};
