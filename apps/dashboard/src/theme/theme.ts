import {
  Badge,
  Button,
  Card,
  createTheme,
  Menu,
  Modal,
  NumberInput,
  PasswordInput,
  Select,
  TagsInput,
  Textarea,
  TextInput,
  Tooltip,
  type CSSVariablesResolver,
  type InputWrapperProps,
  type MantineColorsTuple,
} from "@mantine/core";

const brand: MantineColorsTuple = [
  "#eef3ff",
  "#dce6fe",
  "#b9ccfc",
  "#93b0f9",
  "#7297f5",
  "#4a76ee",
  "#2f5be0",
  "#264cc4",
  "#20409f",
  "#1b357f",
];

/** GitHub-like greys, cooler and with more steps near the dark end than Mantine's. */
const dark: MantineColorsTuple = [
  "#e6e9ee",
  "#c3c9d2",
  "#9aa3b0",
  "#717b89",
  "#3a424e",
  "#222932",
  "#14191f",
  "#0c0f13",
  "#0a0d10",
  "#07090c",
];

const gray: MantineColorsTuple = [
  "#f7f8fa",
  "#f0f2f5",
  "#e4e7ec",
  "#d3d8df",
  "#b6bdc8",
  "#8b95a3",
  "#6b7583",
  "#56606d",
  "#3a434e",
  "#1c2228",
];

const field = {
  defaultProps: { inputWrapperOrder: ["label", "input", "description", "error"] },
} satisfies { defaultProps: Pick<InputWrapperProps, "inputWrapperOrder"> };

export const theme = createTheme({
  colors: { brand, dark, gray },
  primaryColor: "brand",
  primaryShade: 6,
  black: "#15191e",
  fontFamily:
    'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", Ubuntu, Cantarell, "Helvetica Neue", sans-serif',
  fontFamilyMonospace: 'ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace',
  fontSizes: { xs: "0.75rem", sm: "0.8125rem", md: "0.875rem", lg: "1rem", xl: "1.125rem" },
  headings: {
    fontWeight: "600",
    sizes: {
      h1: { fontSize: "1.375rem", lineHeight: "1.3" },
      h2: { fontSize: "1.0625rem", lineHeight: "1.4" },
      h3: { fontSize: "0.9375rem", lineHeight: "1.4" },
    },
  },
  defaultRadius: "sm",
  radius: { xs: "3px", sm: "6px", md: "8px", lg: "12px", xl: "20px" },
  respectReducedMotion: true,
  cursorType: "pointer",
  components: {
    Badge: Badge.extend({ defaultProps: { radius: "xl", tt: "none", fw: 500 } }),
    Button: Button.extend({ defaultProps: { size: "sm", fw: 500 } }),
    Card: Card.extend({
      defaultProps: { withBorder: true, padding: "lg", radius: "md", bg: "var(--kv-page)" },
      styles: { root: { borderColor: "var(--kv-border)" } },
    }),
    // Their placeholder for the first focus is no child that a menu may have.
    Menu: Menu.extend({ defaultProps: { withInitialFocusPlaceholder: false } }),
    Modal: Modal.extend({
      defaultProps: {
        centered: true,
        radius: "md",
        closeButtonProps: { "aria-label": "Close" },
        // The border shows where it ends, also on what is dark.
        styles: { title: { fontWeight: 600 }, content: { border: "1px solid var(--kv-border)" } },
        // It is a header element, which would be taken for the page's.
        attributes: { header: { role: "none" } },
      },
    }),
    NumberInput: NumberInput.extend(field),
    PasswordInput: PasswordInput.extend({
      defaultProps: {
        ...field.defaultProps,
        visibilityToggleFocusable: true,
        visibilityToggleButtonProps: { "aria-label": "Show or hide the password" },
      },
    }),
    Select: Select.extend(field),
    TagsInput: TagsInput.extend(field),
    Textarea: Textarea.extend(field),
    TextInput: TextInput.extend(field),
    Tooltip: Tooltip.extend({
      defaultProps: { openDelay: 150, events: { hover: true, focus: true, touch: true } },
    }),
  },
});

/**
 * Colours that Mantine's own choice leaves below WCAG's 4.5 : 1. Our own are in `colours.css`.
 */
export const cssVariablesResolver: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    "--mantine-color-dimmed": "#59636e",
    "--mantine-color-placeholder": "#6b7583",
    "--mantine-color-error": "#c0272d",
    "--mantine-color-anchor": "#264cc4",
    "--mantine-color-default-border": "#d3d8df",
  },
  dark: {
    "--mantine-color-body": "#0c0f13",
    "--mantine-color-text": "#e6e9ee",
    "--mantine-color-dimmed": "#9aa3b0",
    "--mantine-color-placeholder": "#8a94a2",
    "--mantine-color-error": "#ff8a8a",
    "--mantine-color-anchor": "#93b0f9",
    "--mantine-color-default": "#161b21",
    "--mantine-color-default-hover": "#1f252d",
    "--mantine-color-default-border": "#3a424e",
  },
});
