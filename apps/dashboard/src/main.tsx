import "@mantine/core/styles.css";
import "@mantine/notifications/styles.css";
import "./theme/colours.css";
import "./theme/frame.css";
import "./theme/global.css";
import { Notifications } from "@mantine/notifications";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { queryClient } from "./api/query-client.ts";
import { Hints } from "./components/hints.tsx";
import { TimeZoneProvider } from "./components/time-zone.tsx";
import { router } from "./router.tsx";
import { SignInAgain } from "./shell/sign-in-again.tsx";
import { provideNonce } from "./theme/nonce.ts";
import { ThemeProvider } from "./theme/theme-provider.tsx";

const root = document.querySelector("#root");
if (root === null) throw new Error("index.html has no #root");
provideNonce();

createRoot(root).render(
  <StrictMode>
    <ThemeProvider>
      <QueryClientProvider client={queryClient}>
        <TimeZoneProvider>
          <RouterProvider router={router} />
          <SignInAgain />
        </TimeZoneProvider>
      </QueryClientProvider>
      <Hints />
      <Notifications position="bottom-right" limit={4} />
    </ThemeProvider>
  </StrictMode>,
);
