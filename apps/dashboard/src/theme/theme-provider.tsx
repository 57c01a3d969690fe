import { localStorageColorSchemeManager, MantineProvider } from "@mantine/core";
import type { ReactNode } from "react";
import { styleNonce } from "./nonce.ts";
import { cssVariablesResolver, theme } from "./theme.ts";

/** The key is also in `public/first-paint.js`, which acts before the first paint. */
const colorScheme = localStorageColorSchemeManager({ key: "mantine-color-scheme-value" });

export function ThemeProvider({ children }: Readonly<{ children: ReactNode }>) {
  return (
    <MantineProvider
      theme={theme}
      cssVariablesResolver={cssVariablesResolver}
      colorSchemeManager={colorScheme}
      defaultColorScheme="auto"
      getStyleNonce={styleNonce}
    >
      {children}
    </MantineProvider>
  );
}
