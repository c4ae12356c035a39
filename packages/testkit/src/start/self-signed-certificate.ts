import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** Paths of PEM files. */
export interface Certificate {
  /** It signs itself, so it is also what to trust. */
  readonly cert: string;
  readonly key: string;
}

/** Makes a certificate for 127.0.0.1 in a folder, good for a server and for a client. */
export async function selfSignedCertificate(folder: string): Promise<Certificate> {
  const cert = join(folder, 'cert.pem');
  const key = join(folder, 'key.pem');
  const kind = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  const names = ['-subj', '/CN=headrace test', '-addext', 'subjectAltName=IP:127.0.0.1'];
  const files = ['-days', '2', '-keyout', key, '-out', cert];
  await promisify(execFile)('openssl', ['req', ...kind, ...names, ...files]);
  return { cert, key };
}
