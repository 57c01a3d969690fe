import { Anchor } from "@mantine/core";
import type { SetupGuide } from "../../api/setup.ts";
import classes from "./setup.module.css";

const PORTALS: Readonly<Partial<Record<SetupGuide["cloud"]["name"], string>>> = {
  public: "https://portal.azure.com",
  usgov: "https://portal.azure.us",
  china: "https://portal.azure.cn",
};

/** The set-up in Azure, click by click. What stands in code is what the portal calls it. */
export function PortalGuide({ guide }: Readonly<{ guide: SetupGuide }>) {
  const portal = PORTALS[guide.cloud.name];
  return (
    <ol className={classes.guide}>
      <li>
        <h4>Create or select an app registration</h4>
        <ul>
          <li>
            In{" "}
            {portal === undefined ? (
              "Azure"
            ) : (
              <Anchor href={portal} target="_blank" rel="noreferrer" inherit underline="always">
                Azure
              </Anchor>
            )}
            , go to Microsoft Entra ID → <code>App registrations</code>.
          </li>
          <li>Create a new app registration or open an existing one dedicated to this sync.</li>
          <li>
            Copy the app’s <code>Application (client) ID</code> and your <code>Directory (tenant) ID</code>.
            You enter them in the next step.
          </li>
        </ul>
      </li>
      <li>
        <h4>Add the federated credential</h4>
        <ul>
          <li>
            In the app registration, open <code>Certificates &amp; secrets</code> →{" "}
            <code>Federated credentials</code>.
          </li>
          <li>
            Add a new credential and choose <code>Other issuer</code>.
          </li>
          <li>
            Paste the <code>Issuer</code>, <code>Subject</code> and <code>Audience</code> values from above.
            Copy them, don’t type them: Azure compares them letter by letter.
          </li>
          <li>
            Use a name such as <code>{guide.credentialName}</code>.
          </li>
        </ul>
      </li>
      <li>
        <h4>Grant Key Vault access</h4>
        <ul>
          <li>
            Open your Key Vault → <code>Access control (IAM)</code>.
          </li>
          <li>
            Add a role assignment for <code>{guide.role.name}</code>.
          </li>
          <li>Assign the role to the app registration’s service principal: search for it by its name.</li>
        </ul>
      </li>
    </ol>
  );
}
