import { homedir, userInfo } from "node:os";
import path from "node:path";

import { afterEach, expect, it, vi } from "vitest";

import { backendFolder } from "../../../../provider/regtest/backend.ts";
import { tempFolder } from "../../../helpers/temp-folder.ts";

afterEach(() => {
  vi.unstubAllEnvs();
});

const inProject = (url: string): Promise<string | undefined> =>
  backendFolder({ PULUMI_BACKEND_URL: url }, undefined, "/a project");

// As `massageBlobPath` of the Pulumi CLI has them; the last one it refuses later.
it.each([
  ["file:///states", "/states"],
  ["file:///my%20states?metadata=skip", "/my states"],
  ["file:///my states/../other", "/other"],
  ["file://./state", "/a project/state"],
  ["file://state?metadata=skip#top", "/a project/state"],
  ["file://state#top?metadata=skip", "/a project/state"],
  ["file://../state", "/state"],
  ["file://localhost/state", "/a project/localhost/state"],
  ["file://", "/a project"],
  ["file://100%/state", "/a project/100%/state"],
])("a backend at %s is the folder %s", async (url, folder) => {
  expect(await inProject(url)).toBe(folder);
});

it("a backend in the home folder is in that of the user, as the system has it", async () => {
  vi.stubEnv("HOME", "/elsewhere");
  expect(homedir()).toBe("/elsewhere");
  const { homedir: home } = userInfo();
  expect(await inProject("file://~")).toBe(home);
  expect(await inProject("file://~/states")).toBe(path.join(home, "states"));
});

it("a backend that is a service has no folder, and neither has none", async () => {
  expect(await inProject("s3://bucket")).toBeUndefined();
  await using home = await tempFolder();
  expect(await backendFolder({ PULUMI_HOME: home.path }, undefined, "/")).toBeUndefined();
});

it("the backend is the environment's, else the project's, else that of the login", async () => {
  await using temp = await tempFolder();
  const login = (name: string): string => JSON.stringify({ current: `file:///${name}` });
  await temp.write({
    "credentials.json": login("login"),
    "credentials/credentials.json": login("given"),
  });
  const env = { PULUMI_HOME: temp.path, PULUMI_BACKEND_URL: "" };
  const ofProject = "name: shop\nbackend:\n  url: file://of-project\n";
  expect(await backendFolder(env, "name: shop\n", "/")).toBe("/login");
  const given = { ...env, PULUMI_CREDENTIALS_PATH: path.join(temp.path, "credentials") };
  expect(await backendFolder(given, "name: shop\n", "/")).toBe("/given");
  expect(await backendFolder(env, ofProject, "/")).toBe("/of-project");
  // In a form that is not read here: not that of the login in any case.
  expect(await backendFolder(env, "backend: { url: file://x }\n", "/")).toBeUndefined();
  const own = { ...env, PULUMI_BACKEND_URL: "file:///own" };
  expect(await backendFolder(own, ofProject, "/")).toBe("/own");
});
