import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

/** The control that `npm run dashboard:dev` works with. */
const CONTROL = "http://127.0.0.1:8080";

export default defineConfig({
  plugins: [react()],
  // Control puts each answer's nonce in this word's place; see apps/control/src/dashboard/page.ts.
  html: { cspNonce: "kvsync-csp-nonce" },
  build: {
    target: "es2022",
    // The policy lets no font or style in by a data: address.
    assetsInlineLimit: 0,
    // Recharts alone is larger than the default; it is loaded by the pages with a chart.
    chunkSizeWarningLimit: 700,
  },
  server: {
    proxy: Object.fromEntries(
      // Without `changeOrigin`, so that control sees the host that the browser names as origin.
      ["/v1", "/ops", "/sign-in/sso", "/sign-out"].map((path) => [path, { target: CONTROL }]),
    ),
  },
});
