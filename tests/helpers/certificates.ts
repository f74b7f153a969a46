/** Certificates for an engine behind TLS and its clients, by a certificate authority of their own. */
import { copyFile, mkdir, writeFile } from "node:fs/promises";
import path from "node:path";

import { execa } from "execa";

import { tempFolder } from "./temp-folder.ts";

/** Paths of PEM files. */
interface CertificateFiles {
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

export interface Certificates extends AsyncDisposable {
  /** Arguments of a dockerd that listens at this address too, to those with a certificate of these: see {@link engineUrl}. */
  engineFlags(address: string): Promise<string[]>;
  /** A folder for DOCKER_CERT_PATH. */
  ofClient(): Promise<string>;
}

/** For DOCKER_HOST. */
export function engineUrl(address: string): string {
  return `tcp://${address}:2376`;
}

export async function makeCertificates(): Promise<Certificates> {
  const folder = await tempFolder();
  const openssl = (...args: string[]) => execa("openssl", args, { cwd: folder.path });
  const fresh = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
  await openssl(
    ...["req", "-x509", ...fresh, "-keyout", "ca-key.pem", "-out", "ca.pem"],
    ...["-days", "2", "-subj", "/CN=test authority"],
  );
  let made = 0;
  const signed = async (name: string, extensions: string): Promise<CertificateFiles> => {
    const own = path.join(folder.path, `${name}-${++made}`);
    await mkdir(own);
    const files = {
      ...{ ca: path.join(own, "ca.pem"), cert: path.join(own, "cert.pem") },
      key: path.join(own, "key.pem"),
    };
    await copyFile(path.join(folder.path, "ca.pem"), files.ca);
    await writeFile(path.join(own, "extensions"), extensions);
    const request = path.join(own, "request.pem");
    await openssl("req", ...fresh, "-keyout", files.key, "-out", request, "-subj", `/CN=${name}`);
    await openssl(
      ...["x509", "-req", "-in", request, "-CA", "ca.pem", "-CAkey", "ca-key.pem"],
      ...["-CAcreateserial", "-days", "2", "-out", files.cert],
      ...["-extfile", path.join(own, "extensions")],
    );
    return files;
  };
  const ofServer = (address: string): Promise<CertificateFiles> =>
    signed("server", `subjectAltName=IP:${address}\nextendedKeyUsage=serverAuth\n`);
  return {
    async engineFlags(address) {
      const { ca, cert, key } = await ofServer(address);
      const files = [`--tlscacert=${ca}`, `--tlscert=${cert}`, `--tlskey=${key}`];
      return [`--host=${engineUrl(address)}`, "--tlsverify", ...files];
    },
    ofClient: async () =>
      path.dirname((await signed("client", "extendedKeyUsage=clientAuth\n")).cert),
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
}
