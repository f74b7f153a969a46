/** The explorer of a network as one of its services. */
import { publishedHostName } from "../../services/template.ts";
import { explorerName } from "./explorer-name.ts";
import type { GivenExplorer } from "./explorer-schema.ts";
import { freePort } from "./node-schema.ts";
import type { ServicePlan } from "./service-plan.ts";

/** TCP ports in its container, which others of its kind have. */
const containerPorts = { http: 3000, electrum: 50001 };

/** Where explorer/main.ts reads user and password of the node, which nobody sees there but the container itself. */
const credentialsFile = "/regtest-network/credentials";

export interface ExplorerDeclared {
  readonly explorer: GivenExplorer | undefined;
  readonly nodes: readonly { readonly name: string }[];
  /** Seconds that its start may take. */
  readonly timeout: number;
}

/** The service; none where there is no explorer. */
export function explorerPlans({ explorer, nodes, timeout }: ExplorerDeclared): ServicePlan[] {
  if (explorer === undefined) return [];
  const { node = nodes[0]?.name ?? "", ports, limits } = explorer;
  const limitArguments = Object.entries(limits).flatMap(([name, limit]) =>
    limit === undefined ? [] : [`--${name}=${limit}`],
  );
  const chosen = (port: number | typeof freePort): { host?: number } =>
    port === freePort ? {} : { host: port };
  return [
    {
      name: explorerName,
      key: "explorer",
      image: { own: "explorer" },
      command: [
        `--node={{${node}.url}}`,
        `--credentials=${credentialsFile}`,
        `--name=${explorerName}`,
        `--published-host={{${publishedHostName}}}`,
        `--http-port=${containerPorts.http}`,
        `--electrum-port=${containerPorts.electrum}`,
        ...limitArguments,
      ],
      environment: {},
      files: { [credentialsFile]: "{{rpcUser}}:{{rpcPassword}}" },
      ports: [
        {
          ...{ name: "http", container: containerPorts.http, scheme: "http" },
          ...chosen(ports.http),
        },
        {
          ...{ name: "electrum", container: containerPorts.electrum, scheme: "tcp" },
          ...chosen(ports.electrum),
        },
      ],
      follows: [node],
      state: [],
      ready: { http: "http", path: "/blocks/tip/height" },
      startTimeout: timeout,
      // It has nothing to write.
      stopTimeout: 5,
      confined: true,
    },
  ];
}
