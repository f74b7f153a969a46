import { expect, test } from "vitest";

import { readSettings } from "../../../toolchain/settings.ts";
import { PULUMI_VERSION } from "../../../toolchain/pulumi/versions.ts";

test("nothing set means the official release, and the stand-in where there is none", () => {
  const settings = readSettings({
    REGTEST_BASE_IMAGE: "",
    REGTEST_CLI_DOWNLOAD_BASE: "",
    REGTEST_DOCKER_PLUGIN: "",
  });
  expect(settings).toEqual({
    cliDownloadBase: new URL(
      `https://github.com/pulumi/pulumi/releases/download/v${PULUMI_VERSION}/`,
    ),
    pluginDownloadBase: undefined,
    dockerPlugin: "auto",
    baseImage: undefined,
  });
});

test("a download base is a folder, with a slash or without", () => {
  const settings = readSettings({
    REGTEST_CLI_DOWNLOAD_BASE: "http://mirror.example/pulumi",
    REGTEST_PLUGIN_DOWNLOAD_BASE: "https://mirror.example/plugins/",
  });
  expect(settings.cliDownloadBase.href).toBe("http://mirror.example/pulumi/");
  expect(settings.pluginDownloadBase?.href).toBe("https://mirror.example/plugins/");
});

test.for([
  [
    { REGTEST_DOCKER_PLUGIN: "standin" },
    'REGTEST_DOCKER_PLUGIN is "standin"; allowed: auto, official, stand-in',
  ],
  [
    { REGTEST_CLI_DOWNLOAD_BASE: "/srv/mirror" },
    'REGTEST_CLI_DOWNLOAD_BASE is "/srv/mirror"; allowed: an http:// or https:// URL of a folder',
  ],
  [
    { REGTEST_PLUGIN_DOWNLOAD_BASE: "ftp://mirror.example" },
    'REGTEST_PLUGIN_DOWNLOAD_BASE is "ftp://mirror.example"; allowed: an http:// or https:// URL of a folder',
  ],
] as const)("a setting that cannot be is refused by name: %o", ([env, message]) => {
  expect(() => readSettings(env)).toThrow(new Error(message));
});
